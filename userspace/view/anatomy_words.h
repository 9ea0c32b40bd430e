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

#endif
