/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A process that has neither an I/O context nor semaphore undo. kcmp(2) calls two tasks equal that both have none;
 * who equals this one has none.
 */
#ifndef THRACE_ENRICH_BLANK_H
#define THRACE_ENRICH_BLANK_H

#include <sys/types.h>

struct blank {
	pid_t parent, pid; /* the one that made the blank process so, and itself; 0: none */
	int leash; /* both end when this is closed, by whatever end of who holds it */
};

/* Returns 0 or -errno. */
int blank_open(struct blank *blank);
void blank_close(struct blank *blank);

#endif
