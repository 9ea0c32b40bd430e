/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What was read of a thread at one moment, in words.
 */
#ifndef THRACE_VIEW_ANATOMY_WORDS_H
#define THRACE_VIEW_ANATOMY_WORDS_H

#include "userspace/view/words.h"

/* "nice 0", "FIFO, priority 10"; "?" when not known */
struct words scheduling_words(const struct ev_task_own *own);
/* "none", "INT TERM", "all", "all but KILL STOP ..." of a set with bit N - 1 for signal N */
/* On which it may run; "?": not known. Fit for a terminal. */
struct words cpus_words(const struct ev_task_own *own, const struct text *text);

struct words signal_set_words(uint64_t set);
/* "2.1 kB of 8.4 MB"; "?" when not known. registers may be NULL */
struct words stack_use_words(const struct ev_task_own *own, const struct ev_task_registers *registers);
/* "pthread_mutex_lock (nptl/mutex.c:48)", "libc.so.6+0x3c050", "code made at run time, in no file" */
struct words call_words(const struct stack_call *call, const struct text *text);

/* A cell with the place where it was created: "start_cooks canteen.c:88", "libpool.so+0x1139"; "?" when it is one of
 * those that might have been known; else empty. */
void created_put(struct table *table, const struct model *model, const struct thread *thread, const struct text *text);
/* Might be known and is not. */
bool created_unknown(const struct model *model, const struct thread *thread);

#endif
