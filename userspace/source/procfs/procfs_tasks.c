// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_tasks.h"

#include <search.h>
#include <stdlib.h>
#include <sys/resource.h>

#define THREADS_OPEN 4096 /* whose files are kept open at most */

void procfs_tasks_begin(struct procfs_tasks *tasks)
{
	struct rlimit limit;

	/* Half of all descriptors, two for a thread: the rest is for everybody else. */
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		tasks->open_max = limit.rlim_cur / 4 < THREADS_OPEN ? limit.rlim_cur / 4 : THREADS_OPEN;
}

static int compare(const void *a, const void *b)
{
	const struct procfs_task *one = a, *other = b;

	return (one->look.tid > other->look.tid) - (one->look.tid < other->look.tid);
}

struct procfs_task *procfs_tasks_find(const struct procfs_tasks *tasks, uint32_t tid)
{
	const struct procfs_task key = {.look.tid = tid};
	struct procfs_task **found = tfind(&key, &tasks->tree, compare);

	return found ? *found : NULL;
}

struct procfs_task *procfs_tasks_add(struct procfs_tasks *tasks, uint32_t tid)
{
	struct procfs_task *task = calloc(1, sizeof(*task));

	if (!task)
		return NULL;
	task->look.tid = tid;
	task->files = (struct procfs_files){-1, -1};
	if (!tsearch(task, &tasks->tree, compare)) {
		free(task);
		return NULL;
	}
	task->next = tasks->list;
	tasks->list = task;
	tasks->count++;
	return task;
}

void procfs_tasks_remove(struct procfs_tasks *tasks, struct procfs_task **link)
{
	struct procfs_task *task = *link;

	if (task->files.stat >= 0 || task->files.schedstat >= 0)
		tasks->open--;
	procfs_files_close(&task->files);
	tdelete(task, &tasks->tree, compare);
	*link = task->next;
	tasks->count--;
	free(task);
}

void procfs_tasks_keep_open(struct procfs_tasks *tasks, struct procfs_task *task, int proc)
{
	if (tasks->open >= tasks->open_max)
		return;
	procfs_files_open(&task->files, proc, task->look.pid, task->look.tid);
	if (task->files.stat >= 0 || task->files.schedstat >= 0)
		tasks->open++;
}

void procfs_tasks_free(struct procfs_tasks *tasks)
{
	while (tasks->list)
		procfs_tasks_remove(tasks, &tasks->list);
}
