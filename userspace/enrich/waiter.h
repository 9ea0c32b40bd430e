/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A second look at a thread that waits: the call that it sleeps in, and how often it has slept. Equal counts before and
 * after mean that it slept all the time between.
 */
#ifndef THRACE_ENRICH_WAITER_H
#define THRACE_ENRICH_WAITER_H

#include <stdint.h>

struct waiter_look {
	uint64_t switches; /* voluntary ones: it went to sleep so many times */
	int syscall; /* -1: in none, or it runs */
	uint64_t args[6];
};

/* Returns 0 or -errno: -ENOENT and -ESRCH when it has ended, -EPERM and -EACCES without the right to know. */
int waiter_look(uint32_t pid, uint32_t tid, struct waiter_look *look);

/* The process of a thread, and 0 when there is no such thread. */
uint32_t waiter_process(uint32_t tid);

#endif
