/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A process that has neither an I/O context nor semaphore undo. kcmp(2) calls two tasks equal that both have none;
 * who equals this one has none.
 */
#ifndef THRACE_ENRICH_BLANK_H
#define THRACE_ENRICH_BLANK_H

#include <sys/types.h>

struct blank {
	pid_t parent, pid; /* the blank process and the one that made it so; 0: none */
};

/* Returns 0 or -errno. */
int blank_open(struct blank *blank);
void blank_close(struct blank *blank);

#endif
