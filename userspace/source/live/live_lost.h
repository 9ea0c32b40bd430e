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
	uint64_t begun_ns, begun_before_ns; /* when the last call and the one before looked; 0: there was none */
	uint64_t told_snapshots, told_passed_over[LOSSES_PROGRAMS];
};

/* Losses that no ring knows of: totals, read since begun_ns. */
struct losses_outside {
	uint64_t begun_ns;
	uint64_t snapshots;
	/* switch, waking, newtask, exec, exit, rename */
	uint64_t passed_over[LOSSES_PROGRAMS];
};

int losses_open(struct losses *losses, int accounts, size_t rings);
/*
 * What is told of one bears a time not before it: who began and lost something while this was looking, or stopped in the
 * middle of it, is there by then. None is told later than end_ns, where the observation ends. Returns 0 or -errno.
 */
int losses_tell(struct losses *losses, const struct losses_outside *outside, uint64_t end_ns, struct queue *queue);
void losses_close(struct losses *losses);

#endif
