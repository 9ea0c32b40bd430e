/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a program's threads left untidy, found in the model at the end of an observation, each with its evidence. Only
 * what was seen: a join that found its thread ended already makes no system call, so that a thread was never joined is
 * not to be known from outside. Memory tells half of it: glibc's join writes -1 over the tid word that the kernel
 * cleared, so a 0 there at the process's end is of a thread that nobody joined. But one that was detached leaves the same
 * 0; which of the two it is stands in a field of struct pthread that has no place of its own from one glibc to the next
 * (nptl_db does not export it either); and when userspace hears of the process's end, its memory is gone.
 */
#ifndef THRACE_MODEL_HYGIENE_H
#define THRACE_MODEL_HYGIENE_H

#include "userspace/model/model.h"

enum finding_kind {
	FINDING_HELD_LOCK, /* thread ended holding a lock that other waits or waited for */
	FINDING_IN_WAIT, /* a daemon was torn down in the middle of a wait */
	FINDING_RUNAWAY, /* threads were created faster than they ended */
	FINDING_COUNT,
};

struct finding {
	enum finding_kind kind;
	const struct process *process;
	const struct thread *thread; /* whom it is about; runaway: NULL */
	const struct thread *other; /* held lock: who waits for it */
	enum wait_kind wait; /* in wait: what for; held lock: what kind of lock */
	uint64_t created, alive; /* runaway: seen to be created, and alive at once */
};

struct hygiene {
	struct finding *list;
	size_t count, room;
	uint64_t left_out; /* more of the same than are told */
};

#define HYGIENE_MOST 1000
#define HYGIENE_RUNAWAY 1000 /* so many threads alive at once, nine in ten of those created, are a runaway */

/* Returns 0 or -ENOMEM; hygiene_free() in every case. */
int hygiene_find(struct hygiene *hygiene, const struct model *model);
void hygiene_free(struct hygiene *hygiene);

/* "held_lock" */
const char *finding_token(enum finding_kind kind);

#endif
