/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What was lost, made into records: each loss is told once, by ring and kind.
 */
#ifndef THRACE_SOURCE_LIVE_LOST_H
#define THRACE_SOURCE_LIVE_LOST_H

#include "userspace/source/live/merge.h"

#define LOSSES_PROGRAMS 6

struct losses {
	int accounts; /* the map of the CPUs' accounts */
	size_t rings, cpus;
	uint64_t *told; /* [ring][kind] */
	void *room; /* all CPUs' accounts, as the kernel hands them out */
	uint64_t told_ns; /* up to then all is told; 0: nothing was looked at yet */
	uint64_t told_snapshots, told_passed_over[LOSSES_PROGRAMS];
};

/* Losses that no ring knows of: totals, as they were at now_ns. */
struct losses_outside {
	uint64_t now_ns;
	uint64_t snapshots;
	/* switch, waking, newtask, exec, exit, rename */
	uint64_t passed_over[LOSSES_PROGRAMS];
};

int losses_open(struct losses *losses, int accounts, size_t rings);
int losses_tell(struct losses *losses, const struct losses_outside *outside, struct queue *queue);
void losses_close(struct losses *losses);

#endif
