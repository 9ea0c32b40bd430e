/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An exporter: writes what a stream of records told in a form that other programs read. It sees each record after the
 * model took it, each span of a thread's life as it ends, and each thread once, when its totals are final. It writes as
 * it goes: what it keeps grows with the threads that live, never with the records.
 *
 * Exporters are listed once, in exporters.c.
 */
#ifndef THRACE_EXPORT_EXPORT_H
#define THRACE_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"

struct export;

/* All but begin and end may be NULL. Who fails says so with export_fail() and is not called again, but for end. */
struct exporter {
	const char *name; /* as --to takes it */
	const char *summary;
	bool binary; /* not fit for a terminal */
	/* Opens the document. May set export->state. */
	void (*begin)(struct export *export);
	void (*record)(struct export *export, const struct record *record);
	/* Also empty spans: time passed in none of them. */
	void (*span)(struct export *export, const struct span *span);
	/* A thread that ended, or that is still there at the end of the observation. After its spans. */
	void (*thread)(struct export *export, const struct thread *thread);
	/* Closes the document and frees the state. After a failure: only frees. */
	void (*end)(struct export *export);
};

struct export {
	const struct exporter *exporter;
	FILE *out;
	const char *title; /* what the reader is told that this is; NULL: the exporter's own words */
	const char *text; /* a paragraph more, for exporters that have the room; NULL: none */
	const struct model *model; /* NULL until the first record */
	uint64_t first_ns; /* when the picture begins; set before the first span is handed on */
	int error; /* 0 or -errno, of the first failure */
	void *state; /* the exporter's own */
	bool begun;
	struct model_watch watch;
};

/* NULL: there is none of that name. */
const struct exporter *exporter_find(const char *name);
/* The table, closed by NULL. */
extern const struct exporter *const exporters[];

/* Nothing is written before the first record: what cannot be observed leaves no half document. title and text may be set before; model->watch is to be &export->watch before the first record. */
void export_begin(struct export *export, const struct exporter *exporter, FILE *out);
/* After the model took the record. Returns export->error. */
int export_record(struct export *export, const struct model *model, const struct record *record);
/* Writes the rest, as of the last record. Always to be called; without a model (NULL: there was no observation) it only frees. Returns export->error; -EPIPE, -ENOSPC ...: of out. */
int export_end(struct export *export, const struct model *model);

/* Keeps the first error only. */
void export_fail(struct export *export, int error);

/* --- names.c: what exporters say of the model's things ------------------------------------------------------- */

#define EXPORT_NAME_BYTES 192

struct export_name {
	char text[EXPORT_NAME_BYTES]; /* whole UTF-8, no control characters */
};

/* The name that people know it by; "?" when it has none. */
struct export_name name_of_thread(const struct thread *thread);
struct export_name name_of_process(const struct process *process);
struct export_name name_of_text(const char *raw, size_t size);
/* "join t2", "mutex held by flusher", "sleep" */
struct export_name name_of_wait(enum wait_kind kind, const struct thread *on);
/* What stands between a wait and whom it is on: " held by " or " ". */
const char *wait_relation(enum wait_kind kind);
/* "killed by signal 9", "returned 3", "torn down with its process" */
struct export_name name_of_end(const struct thread *thread);

static inline bool span_is_empty(const struct span *span)
{
	return span->end_ns == span->begin_ns;
}

/* The tid of who made the thread of a Ready span ready; 0: it was preempted, an interrupt did it, or not known. */
uint32_t span_waker_tid(const struct span *span);

#endif
