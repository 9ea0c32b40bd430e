/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What views say about the model's things, the same everywhere: names, waits, ends, the state of
 * the books.
 */
#ifndef THRACE_VIEW_WORDS_H
#define THRACE_VIEW_WORDS_H

#include "userspace/model/model.h"
#include "userspace/ui/escape.h"
#include "userspace/ui/table.h"
#include "userspace/ui/text.h"

#define WORDS_BYTES 192
#define NAME_BYTES  ESCAPE_BYTES(48) /* library names may be longer; 48 bytes are shown */

struct words {
	char text[WORDS_BYTES];
};

struct name {
	char text[NAME_BYTES];
};

/* The name that people know the thread by, fit for the terminal; "?" when it has none. NULL:
 * "unknown". */
struct name thread_label(const struct thread *thread, const struct text *text);
struct name process_label(const struct process *process, const struct text *text);
/* The creator: its label, "outside" for one that is not observed, "not seen" when nobody saw it. */
struct name creator_label(const struct thread *thread, const struct text *text);

/* "join t2", "sleep", "mutex held by flusher", "getrandom" */
struct words wait_words(enum wait_kind kind, const struct thread *on, const struct text *text);
/* How it ended: "returned", "returned 3", "killed by SIGKILL", "torn down", "alive" ... */
struct words end_words(const struct thread *thread);
enum style end_style(const struct thread *thread);
enum style state_style(enum thread_state state);

/* What a program's end (as wait(2) tells it) is called: "returned 0", "was killed by SIGSEGV". */
struct words status_words(uint32_t exit_code);

/* Letters beside a thread, and those that a page has to explain. */
struct marks {
	bool process, daemon, incomplete; /* such a mark was made */
};

/* Fills a cell. processes: leaders are marked. */
void marks_put(struct marks *marks, struct table *table, const struct thread *thread,
	       bool processes);
void marks_explain(const struct marks *marks, const struct text *text);

/* Time since the thread was first seen, up to its end or the last account. */
uint64_t thread_life_ns(const struct thread *thread);
/* What heads a column of these, of one process or (NULL) of all: of who was there before it is not the life. */
const char *life_title(const struct model *model, const struct process *only);

/* The line on how far the page is to be believed: losses, sampling, threads forgotten. Always
 * drawn. */
void put_trust(const struct model *model, const struct text *text);
/* What the threads left untidy; nothing when they did not. Returns 0 or -ENOMEM. */
int put_hygiene(const struct model *model, const struct text *text, bool verbose);
/* "at most 3 threads alive ... " of one process: concurrency beside parallelism. */
void put_concurrency(const struct model *model, const struct process *process,
		     const struct text *text);

#endif
