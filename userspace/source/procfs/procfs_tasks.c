// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_tasks.h"

#include <search.h>
#include <stdlib.h>

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

	tdelete(task, &tasks->tree, compare);
	*link = task->next;
	tasks->count--;
	free(task);
}

void procfs_tasks_free(struct procfs_tasks *tasks)
{
	while (tasks->list)
		procfs_tasks_remove(tasks, &tasks->list);
}
