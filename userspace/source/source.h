/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where records come from. A source hands out bytes in time order; who asks does not see whether they come from the
 * kernel, from /proc or from a file.
 */
#ifndef THRACE_SOURCE_SOURCE_H
#define THRACE_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Whom to observe. Exactly one of pids, glob, all and launch. */
struct target {
	const uint32_t *pids;
	size_t pids_count;
	const char *glob; /* of the process's name (comm) */
	bool all;
	char *const *launch; /* CMD ARG... NULL */
	const char *launch_user; /* as whom it runs: a name or a number; NULL: as the observer itself */
	bool no_follow; /* child processes are not observed */
	bool look; /* who is there now is told, and nothing that happens after: quicker to begin */
	bool registers; /* the user registers of threads that are there, where the source can tell them */
};

/* A failure in words: what went wrong, why, and the remedy; one line. status is the command's exit status. */
struct source_error {
	int status;
	char text[256];
};

struct source;

struct source_ops {
	const char *name; /* "bpf", "procfs", "file" */
	/* Hands whole records, in time order, to take() until none is ready. Waits up to timeout_ms for the first
	 * (0: not at all). Returns records handed out, or -errno; -ENODATA: there will never be more. take() returns
	 * 0 to go on. */
	int (*read)(struct source *source, int timeout_ms, int (*take)(void *to, const void *record, size_t length),
		    void *to);
	/* Lets the launched program go on from its first instruction. 0, -errno, or errno: it could not become its user. */
	int (*start)(struct source *source);
	/* Observes no longer; what was gathered can still be read. */
	void (*stop)(struct source *source);
	/* Waits up to timeout_ms for the launched program's end, without observing it. */
	void (*outlast)(struct source *source, int timeout_ms);
	void (*close)(struct source *source);
	/* A recording only (else NULL): reading goes on at the last keyframe not after ts_ns, or at the beginning.
	 * What is handed out then tells everything that a new observer must know: it is for a fresh model. 0 or
	 * -errno. */
	int (*seek)(struct source *source, uint64_t ts_ns);
};

struct source {
	const struct source_ops *ops;
	/* Told of records that take() will be given soon, each twice as it comes nearer, where the source knows them. Only
	 * a hint, for who fetches memory. False: no more of this for a while. NULL: nobody asks. The reader's, set before
	 * it reads. */
	bool (*soon)(void *to, const void *record, size_t length, bool near);
	uint64_t told_ns; /* all that happened until then was handed out; 0: nobody knows */
	bool replayed; /* from a recording: the clock is the records' own */
	uint64_t first_ns; /* a recording's first record; 0: not known */
	unsigned int permille; /* of a recording that are read, where its size is known */
	uint64_t missing; /* records of it that damage has taken; told, as is a cut, in so many `lost` records: */
	uint64_t missing_told;
	char note[320]; /* what the reader of the output must know about the recording, once it is read; or empty */
	pid_t launched; /* 0: nothing was */
	/* Has the launched program ended? True once; *status as wait(2) gives it. */
	int launched_status;
	bool launched_ended;
};

/* Says why a source failed, with status 1. Returns -1. */
int source_fail(struct source_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Each opens one kind of source; NULL with *error filled when it cannot. */
struct source *source_live_open(const struct target *target, struct source_error *error);
struct source *source_procfs_open(const struct target *target, unsigned int sample_ms, struct source_error *error);

/* path "-": standard input. */
struct source *source_file_open(const char *path, struct source_error *error);

#endif
