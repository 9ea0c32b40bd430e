/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One look around: which processes are targets, which threads came, went and changed.
 */
#ifndef THRACE_SOURCE_PROCFS_SCAN_H
#define THRACE_SOURCE_PROCFS_SCAN_H

#include "userspace/source/live/launch.h"
#include "userspace/source/procfs/procfs_records.h"
#include "userspace/source/procfs/procfs_tasks.h"
#include "userspace/source/source.h"

struct procfs {
	struct source source; /* first: the ops get a pointer to it */
	struct target target; /* its pids are a copy */
	int proc;	      /* the open /proc */
	uint64_t sample_ns, next_ns;
	uint64_t round; /* number of the look under way; 0: none yet */
	uint64_t lost;
	struct procfs_tasks tasks;
	struct launch launch;
	struct procfs_look started; /* the launched program when it was let go, at this time; tid 0: not seen then */
	uint64_t started_ns;
	bool stopped, ended;
	struct procfs_out out; /* of the read under way */
};


/* Looks, hands the records to self->out, and settles when to look next. Returns 0, or what take()
 * said, or -ENOMEM. */
int procfs_look_around(struct procfs *self);
/* Is any thread left that has not ended? */
bool procfs_anybody_lives(const struct procfs *self);

#endif
