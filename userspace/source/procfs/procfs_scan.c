// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/util/clock.h"

#define THREADS_MAX 100000 /* known at once; more are counted as lost */
#define OTHER_PROCESS 1	   /* not the one that was known by this number */
#define SHARE	    5	   /* at most one part in so many of a CPU goes into looking */

static bool has_ended(const struct procfs_look *look)
{
	return look->letter == 'Z' || look->letter == 'X';
}

/* A leader that ended before its threads still gives the process its name, and holds its place. */
static int meet_ended_leader(struct procfs *self, uint32_t pid)
{
	struct procfs_task *task;
	struct procfs_look leader;

	if (procfs_tasks_find(&self->tasks, pid) || procfs_look(self->proc, pid, pid, &leader) || !has_ended(&leader))
		return 0;
	task = procfs_tasks_add(&self->tasks, pid);
	if (!task)
		return -ENOMEM;
	task->look = leader;
	task->round = self->round;
	task->ended = true;
	return procfs_put_snapshot(&self->out, &leader);
}

/* A thread seen for the first time. One that came to a known process is new; a process seen first
 * is a snapshot, for how it was created cannot be told. */
static int meet(struct procfs *self, const struct procfs_look *look)
{
	struct procfs_task *task;
	int error;

	if (self->tasks.count >= THREADS_MAX) {
		self->lost++;
		return 0;
	}
	error = look->tid == look->pid ? 0 : meet_ended_leader(self, look->pid);
	if (error)
		return error;
	task = procfs_tasks_add(&self->tasks, look->tid);
	if (!task)
		return -ENOMEM;
	task->look = *look;
	task->round = self->round;
	procfs_tasks_keep_open(&self->tasks, task, self->proc);
	if (self->round == 1 || look->tid == look->pid)
		return procfs_put_snapshot(&self->out, look);
	error = procfs_put_newtask(&self->out, look);
	return error ? error : procfs_put_sample(&self->out, look, NULL);
}

/* With which code the launched program ended, wait(2) tells who started it, whatever /proc shows. */
static int put_exit(struct procfs *self, struct procfs_task *task)
{
	bool launch_over = task->look.pid == (uint32_t)self->launch.pid && launch_ended(&self->launch);

	if (launch_over)
		task->look.exit_code = (uint32_t)self->launch.status;
	return procfs_put_exit(&self->out, &task->look, launch_over);
}

/* A zombie runs no more, but holds its place: children are known by it, and threads of its process
 * may go on. Its books are closed. */
static int see_end(struct procfs *self, struct procfs_task *task, const struct procfs_look *look)
{
	int error;

	task->round = self->round;
	if (task->ended)
		return 0;
	task->ended = true;
	error = procfs_put_books(&self->out, look);
	task->look.books = look->books;
	task->look.exit_code = look->exit_code;
	return error ? error : put_exit(self, task);
}

/* So it was: nobody starts dead. */
static int meet_alive(struct procfs *self, struct procfs_look look)
{
	if (has_ended(&look)) {
		look.state = TASK_S_RUNNING;
		look.letter = 'R';
	}
	return meet(self, &look);
}

/* Of those that ended before they were met, only the launched program is told of: it was asked for.
 */
static int meet_dead(struct procfs *self, const struct procfs_look *look)
{
	struct procfs_task *task;
	int error;

	if (look->tid != (uint32_t)self->launch.pid)
		return 0;
	error = meet_alive(self, *look);
	task = error ? NULL : procfs_tasks_find(&self->tasks, look->tid);
	return task ? see_end(self, task, look) : error; /* there may be no room for it: counted */
}

static int look_at_thread(struct procfs *self, uint32_t pid, uint32_t tid)
{
	struct procfs_task *task = procfs_tasks_find(&self->tasks, tid);
	struct procfs_look look;
	int error;

	if (task && task->look.pid == pid ? procfs_look_again(self->proc, &task->files, &task->look, &look)
					  : procfs_look(self->proc, pid, tid, &look))
		return 0; /* gone, or hidden: the sweep finds it */
	/* Its number was given again: first the old one is swept, next time this one is met. */
	if (task && (task->look.start_ns != look.start_ns || task->look.pid != pid))
		return tid == pid ? OTHER_PROCESS : 0;
	if (has_ended(&look))
		return task ? see_end(self, task, &look) : meet_dead(self, &look);
	if (!task)
		return meet(self, &look);

	error = memcmp(task->look.name, look.name, sizeof(look.name))
		    ? procfs_put_rename(&self->out, &look)
		    : 0;
	if (!error)
		error = procfs_put_sample(&self->out, &look, &task->look);
	task->look = look;
	task->round = self->round;
	return error;
}

static uint32_t directory_number(const struct dirent *entry)
{
	unsigned long number;
	char *end;

	if (*entry->d_name < '1' || *entry->d_name > '9')
		return 0;
	number = strtoul(entry->d_name, &end, 10);
	return *end || number > UINT32_MAX ? 0 : (uint32_t)number;
}

/* Calls visit for each number that names a directory in path. */
static int for_each_number(struct procfs *self, const char *path, uint32_t pid,
			   int (*visit)(struct procfs *self, uint32_t pid, uint32_t number))
{
	int fd = openat(self->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int error = 0;

	if (!directory) {
		if (fd >= 0)
			close(fd);
		return 0; /* gone since */
	}
	while (!error && (entry = readdir(directory))) {
		uint32_t number = directory_number(entry);

		if (number)
			error = visit(self, pid, number);
	}
	closedir(directory);
	return error;
}

static int look_at_process(struct procfs *self, uint32_t pid)
{
	char path[32];

	int error;

	snprintf(path, sizeof(path), "%u/task", pid);
	/* The leader comes first: what a stranger has besides is not looked at. */
	error = for_each_number(self, path, pid, look_at_thread);
	return error == OTHER_PROCESS ? 0 : error;
}

/* Asked for by number is who had it when the observation began: a number given again brings no stranger in. */
static bool wanted_pid(const struct procfs *self, uint32_t pid)
{
	if (self->round > 1)
		return self->launch.pid && pid == (uint32_t)self->launch.pid;
	for (size_t i = 0; i < self->target.pids_count; i++)
		if (self->target.pids[i] == pid)
			return true;
	return self->launch.pid && pid == (uint32_t)self->launch.pid;
}

/* Is the process a target: named, matched, or the child of one? */
static bool wanted(struct procfs *self, const struct procfs_look *leader)
{
	char name[ABI_NAME_BYTES + 1] = "";

	if (self->target.all || wanted_pid(self, leader->pid))
		return true;
	memcpy(name, leader->name, ABI_NAME_BYTES);
	if (self->target.glob && !fnmatch(self->target.glob, name, 0))
		return true;
	return !self->target.no_follow && procfs_tasks_find(&self->tasks, leader->parent_pid);
}

static int look_for_process(struct procfs *self, uint32_t unused, uint32_t pid)
{
	struct procfs_look leader;

	(void)unused;
	if (pid == (uint32_t)getpid())
		return 0;
	if (!procfs_tasks_find(&self->tasks, pid) &&
	    (procfs_look_who(self->proc, pid, pid, &leader) || !wanted(self, &leader)))
		return 0;
	return look_at_process(self, pid);
}

/* Threads that this look did not meet have ended. */
static int sweep(struct procfs *self)
{
	struct procfs_task **link = &self->tasks.list;
	int error = 0;

	while (!error && *link) {
		struct procfs_task *task = *link;

		if (task->round == self->round) {
			link = &task->next;
			continue;
		}
		if (!task->ended)
			error = put_exit(self, task);
		procfs_tasks_remove(&self->tasks, link);
	}
	return error;
}

/* A zombie may never be collected. */
bool procfs_anybody_lives(const struct procfs *self)
{
	for (const struct procfs_task *task = self->tasks.list; task; task = task->next)
		if (!task->ended)
			return true;
	return false;
}

static int begin(struct procfs *self, uint64_t now_ns)
{
	int error;

	self->out.now_ns = self->launch.pid ? self->started_ns : now_ns;
	error = procfs_put_begin(&self->out, self->target.all, self->sample_ns);
	if (!error && self->launch.pid)
		error = procfs_put_launch(&self->out, (uint32_t)self->launch.pid);
	if (!error && self->started.tid)
		error = meet_alive(self, self->started);
	return error;
}

int procfs_look_around(struct procfs *self)
{
	uint64_t begin_ns = clock_now_ns(), cost_ns;
	int error = 0;

	self->round++;
	if (self->round == 1)
		error = begin(self, begin_ns);
	/* One time for a whole look: the records of a look are of one moment. */
	self->out.now_ns = begin_ns;
	if (!error)
		error = for_each_number(self, ".", 0, look_for_process);
	if (!error)
		error = sweep(self);

	cost_ns = clock_now_ns() - begin_ns;
	self->next_ns =
	    begin_ns + (cost_ns * SHARE > self->sample_ns ? cost_ns * SHARE : self->sample_ns);
	return error;
}
