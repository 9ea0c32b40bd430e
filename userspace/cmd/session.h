/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One observation: opens the source that the options ask for, feeds the model, ends when told. The
 * only place where source, decoder and model meet.
 */
#ifndef THRACE_CMD_SESSION_H
#define THRACE_CMD_SESSION_H

#include "userspace/cmd/progress.h"
#include "userspace/cmd/source_options.h"
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"
#include "userspace/source/record/record.h"
#include "userspace/util/map.h"
#include "userspace/util/out_file.h"

struct session {
	const struct command *command;
	const struct options *options;
	struct source *source;
	struct model *model;
	/* Called with each record after the model took it. NULL: nobody asks. Not 0: the
	 * observation ends. */
	int (*on_record)(const struct model *model, const struct record *record, void *context);
	/* Hears of each span as it ends. NULL: nobody. */
	const struct model_watch *watch;
	/* Called before a record from due_ns or later is taken: the model stands as it did then. Not
	 * 0: the observation ends. NULL: nobody asks. */
	int (*on_due)(const struct model *model, uint64_t ts_ns, void *context);
	uint64_t due_ns;
	/* Called when no record is ready for now: time to flush what was printed. May be NULL. More than 0: the
	 * observation ends with this moment. */
	int (*on_pause)(void *context);
	/* Called once, to look: as soon as the targets are known, or when the time that was asked for is over. The
	 * observation ends with that moment. Not 0: it failed. May be NULL. */
	int (*on_look)(void *context);
	bool looked;
	/* Called at the end of a recording: it can be gone back in. May be NULL. */
	int (*on_replayed)(void *context);
	/* on_due, on_pause and on_replayed may return -ECANCELED: the reading of a recording goes on at seek_ns (or
	 * some time before it), with a fresh model. */
	uint64_t seek_ns;
	/* Called when the time of the observation is over, before its source stops. May be NULL. Not 0: what is still
	 * under way is left unread. */
	int (*on_end)(void *context);
	void *context;
	unsigned int read_ms;	     /* so long a read waits at most; 0: as long as suits reports */
	struct model_limits limits; /* of the model */
	/* What is observed is recorded as well; session_run() closes it. NULL: it is not. */
	struct recorder *recorder;
	struct out_name *output; /* takes its name once there is something to observe. NULL: there is none */
	bool recording; /* that is what it is for: it ends when nothing more can be recorded */
	struct recorder_state recorded; /* once it is closed */
	struct progress progress; /* of reading a recording, while nothing is printed */
	bool reached; /* the moment at which a recording was to be left */
	int interrupted; /* by this signal; 0: not */
	uint64_t stop_ns; /* when the time given is over; 0: it has no end */
	uint64_t grace_ns; /* until when a program that was sent a signal is waited for; 0: none was */
	uint64_t ask_ns; /* when libraries are asked next */
	bool ask_later; /* for the first time, too: a picture comes first */
	struct places *places; /* resolve/places.h; NULL: no creator's stack has come yet */
	struct map libraries; /* resolve_library.c: where a process has its registry */
	bool told; /* whoever was called has said itself why it failed */
	bool version_said; /* that one is of another version */
	int library_error; /* for want of what this process's could not be asked, the first time; 0: all could */
	uint32_t library_pid;
};

/*
 * Opens, observes, and brings the model's books up to the end. Returns STATUS_GOOD, or another
 * after its one line on stderr. In every case session_close() follows.
 */
int session_run(struct session *session);
void session_close(struct session *session);
/* The one line of an observation that an error ended, unless it was told already. Returns STATUS_FAILED. */
int session_broke_off(const struct session *session, int error);
/* A program that nobody observes any more goes on, and its status is still its own: waits for it as long as the
 * observation would have lasted. session_run() does so when it fails. */
void session_outlast(struct session *session);

/* Opens the source that the options ask for; a note on stderr when it is not the best one. NULL:
 * *error tells. */
struct source *session_open_source(const struct options *options, struct source_error *error);

/* Gives the model (and on_record) a record; to: the session. What is learned beside the source's records comes in here
 * too. Returns 0, -EBADMSG, -ENOMEM, or what on_record() said. */
int session_take(void *to, const void *bytes, size_t length);

/* The moment at which a recording is to be left; UINT64_MAX: its end. */
uint64_t session_last_moment_ns(const struct session *session);

/* A record will come soon (struct source). */
bool session_soon(void *to, const void *bytes, size_t length, bool near);

/* The exit status that the launched program's end asks for; STATUS_GOOD when none was launched. */
int session_program_status(const struct session *session);

#endif
