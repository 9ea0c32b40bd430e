/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The threads that the procfs source knows from its last look: found by tid, swept for those that
 * are gone.
 */
#ifndef THRACE_SOURCE_PROCFS_TASKS_H
#define THRACE_SOURCE_PROCFS_TASKS_H

#include <stddef.h>
#include <stdint.h>
#include "userspace/source/procfs/procfs_file.h"

struct procfs_task {
	struct procfs_look look; /* the last one */
	uint64_t round;		 /* of the last look */
	bool ended;		 /* its end was told: only its place is held */
	struct procfs_files files;
	struct procfs_task *next;
};

struct procfs_tasks {
	void *tree; /* of tsearch(3) */
	struct procfs_task *list;
	size_t count;
	size_t open, open_max; /* threads whose files are kept open */
};

struct procfs_task *procfs_tasks_find(const struct procfs_tasks *tasks, uint32_t tid);
/* Before all else. */
void procfs_tasks_begin(struct procfs_tasks *tasks);
/* Adds one that is not there. NULL: out of memory. */
struct procfs_task *procfs_tasks_add(struct procfs_tasks *tasks, uint32_t tid);
/* Takes the one that *link points to out and frees it; *link is the one after it then. */
void procfs_tasks_remove(struct procfs_tasks *tasks, struct procfs_task **link);
/* Its files are kept open, as far as there is room for that. */
void procfs_tasks_keep_open(struct procfs_tasks *tasks, struct procfs_task *task, int proc);
void procfs_tasks_free(struct procfs_tasks *tasks);

#endif
