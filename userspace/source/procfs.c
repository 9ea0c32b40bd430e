// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source that needs no privilege: looks at /proc again and again. What happens between two looks is not seen, and
 * never made up: a thread's creator is not known, nor how it ended.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userspace/source/procfs_launch.h"
#include "userspace/source/procfs_records.h"
#include "userspace/source/procfs_tasks.h"
#include "userspace/source/source.h"

#define THREADS_MAX 100000 /* known at once; more are counted as lost */
#define SHARE 5 /* at most one part in so many of a CPU goes into looking */

struct procfs {
	struct source source; /* first: the ops get a pointer to it */
	struct target target; /* its pids are a copy */
	int proc; /* the open /proc */
	uint64_t sample_ns, next_ns;
	uint64_t round; /* number of the look under way; 0: none yet */
	uint64_t lost;
	struct procfs_tasks tasks;
	struct procfs_launch launch;
	bool stopped, ended;
	struct procfs_out out; /* of the read under way */
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- looking ------------------------------------------------------------------------------------------------ */

/* A thread seen for the first time. One that came to a known process is new; a process seen first is a snapshot, for
 * how it was created cannot be told. */
static int meet(struct procfs *self, const struct procfs_look *look)
{
	struct procfs_task *task;
	int error;

	if (self->tasks.count >= THREADS_MAX) {
		self->lost++;
		return 0;
	}
	task = procfs_tasks_add(&self->tasks, look->tid);
	if (!task)
		return -ENOMEM;
	task->look = *look;
	task->round = self->round;
	if (self->round == 1 || look->tid == look->pid)
		return procfs_put_snapshot(&self->out, look);
	error = procfs_put_newtask(&self->out, look);
	return error ? error : procfs_put_sample(&self->out, look, NULL);
}

/* A zombie runs no more, but holds its place: children are known by it, and threads of its process may go on. */
static int see_end(struct procfs *self, struct procfs_task *task, uint32_t exit_code)
{
	task->round = self->round;
	if (task->ended)
		return 0;
	task->ended = true;
	task->look.exit_code = exit_code;
	return procfs_put_exit(&self->out, &task->look);
}

static int look_at_thread(struct procfs *self, uint32_t pid, uint32_t tid)
{
	struct procfs_task *task = procfs_tasks_find(&self->tasks, tid);
	struct procfs_look look;
	int error;

	if (procfs_look(self->proc, pid, tid, &look))
		return 0; /* gone, or hidden: the sweep finds it */
	if (task && (task->look.start_ns != look.start_ns || task->look.pid != pid))
		return 0; /* its number was given again: first the old one is swept, next time this one is met */
	if (look.letter == 'Z' || look.letter == 'X')
		return task ? see_end(self, task, look.exit_code) : 0;
	if (!task)
		return meet(self, &look);

	error = memcmp(task->look.name, look.name, sizeof(look.name)) ? procfs_put_rename(&self->out, &look) : 0;
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

	snprintf(path, sizeof(path), "%u/task", pid);
	return for_each_number(self, path, pid, look_at_thread);
}

static bool wanted_pid(const struct procfs *self, uint32_t pid)
{
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
	    (procfs_look(self->proc, pid, pid, &leader) || !wanted(self, &leader)))
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
		if (self->launch.ended && task->look.pid == (uint32_t)self->launch.pid)
			task->look.exit_code = (uint32_t)self->launch.status;
		if (!task->ended)
			error = procfs_put_exit(&self->out, &task->look);
		procfs_tasks_remove(&self->tasks, link);
	}
	return error;
}

static int look_around(struct procfs *self)
{
	uint64_t begin_ns = clock_ns(CLOCK_MONOTONIC), cost_ns;
	int error = 0;

	/* One time for a whole look: the records of a look are of one moment. */
	self->out.now_ns = begin_ns;
	self->round++;
	if (self->round == 1) {
		error = procfs_put_begin(&self->out, self->target.all, self->sample_ns);
		if (!error && self->launch.pid)
			error = procfs_put_launch(&self->out, (uint32_t)self->launch.pid);
	}
	if (!error)
		error = for_each_number(self, ".", 0, look_for_process);
	if (!error)
		error = sweep(self);

	cost_ns = clock_ns(CLOCK_MONOTONIC) - begin_ns;
	self->next_ns = begin_ns + (cost_ns * SHARE > self->sample_ns ? cost_ns * SHARE
								      : self->sample_ns);
	return error;
}

/* --- the source --------------------------------------------------------------------------------------------- */

static int finish(struct procfs *self)
{
	int error;

	if (self->ended)
		return -ENODATA;
	error = look_around(self);
	if (error)
		return error;
	self->ended = true;
	return procfs_put_end(&self->out, self->lost);
}

/* Waits for the time of the next look; a launched program's end cuts it short. */
static int wait_for_next(struct procfs *self, int timeout_ms)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t wait_ns = self->next_ns > now_ns ? self->next_ns - now_ns : 0;
	const struct timespec tick = {.tv_nsec = 1000000};
	uint64_t stop_ns = now_ns + (uint64_t)timeout_ms * 1000000;

	if (now_ns + wait_ns > stop_ns)
		wait_ns = stop_ns - now_ns;
	stop_ns = now_ns + wait_ns;
	while (clock_ns(CLOCK_MONOTONIC) < stop_ns) {
		if (procfs_launch_ended(&self->launch))
			return 0;
		if (clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL))
			return -EINTR;
	}
	return 0;
}

static int procfs_read(struct source *source, int timeout_ms, int (*take)(void *, const void *, size_t),
		       void *to)
{
	struct procfs *self = (struct procfs *)source;
	int error = 0;

	self->out = (struct procfs_out){.take = take, .to = to};
	if (!self->stopped)
		error = wait_for_next(self, timeout_ms);
	if (error)
		return error;
	if (procfs_launch_ended(&self->launch)) {
		source->launched_ended = true;
		source->launched_status = self->launch.status;
	}
	if (self->stopped)
		error = finish(self);
	else if (clock_ns(CLOCK_MONOTONIC) >= self->next_ns)
		error = look_around(self);
	if (!error && !self->stopped && !self->target.all && !self->target.glob &&
	    !self->tasks.list)
		error = -ENODATA; /* those that were named are gone, and none can come */
	return error ? error : self->out.taken;
}

static int procfs_start(struct source *source)
{
	struct procfs *self = (struct procfs *)source;

	return procfs_launch_start(&self->launch);
}

static void procfs_stop(struct source *source)
{
	((struct procfs *)source)->stopped = true;
}

static void procfs_close(struct source *source)
{
	struct procfs *self = (struct procfs *)source;

	procfs_launch_close(&self->launch);
	procfs_tasks_free(&self->tasks);
	free((void *)self->target.pids);
	if (self->proc >= 0)
		close(self->proc);
	free(self);
}

static const struct source_ops procfs_ops = {
	.name = "procfs",
	.read = procfs_read,
	.start = procfs_start,
	.stop = procfs_stop,
	.close = procfs_close,
};

static int fail(struct source_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static int fail(struct source_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	error->status = 1;
	return -1;
}

static int check_pids(const struct procfs *self, struct source_error *error)
{
	struct procfs_look look;

	for (size_t i = 0; i < self->target.pids_count; i++)
		if (procfs_look(self->proc, self->target.pids[i], self->target.pids[i], &look))
			return fail(error, "there is no process %u: it has ended, or never was; "
					   "'ps -e' lists those there are", self->target.pids[i]);
	return 0;
}

static int prepare(struct procfs *self, const struct target *target, struct source_error *error)
{
	int result;

	if (target->pids_count) {
		uint32_t *pids = calloc(target->pids_count, sizeof(*pids));

		if (!pids)
			return fail(error, "out of memory");
		memcpy(pids, target->pids, target->pids_count * sizeof(*pids));
		self->target.pids = pids;
	}
	self->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self->proc < 0 || faccessat(self->proc, "self/stat", R_OK, 0))
		return fail(error, "/proc is not there: mount -t proc proc /proc");
	if (check_pids(self, error))
		return -1;
	if (!target->launch)
		return 0;
	result = procfs_launch_hold(&self->launch, target->launch);
	if (result)
		return fail(error, "cannot start a process: %s", strerror(-result));
	self->source.launched = self->launch.pid;
	return 0;
}

struct source *source_procfs_open(const struct target *target, unsigned int sample_ms,
				  struct source_error *error)
{
	struct procfs *self = calloc(1, sizeof(*self));

	if (!self) {
		fail(error, "out of memory");
		return NULL;
	}
	self->source.ops = &procfs_ops;
	self->target = *target;
	self->target.pids = NULL;
	self->sample_ns = (uint64_t)sample_ms * 1000000;
	self->proc = -1;
	self->launch = (struct procfs_launch){.gate = -1, .verdict = -1};
	if (!prepare(self, target, error))
		return &self->source;
	procfs_close(&self->source);
	return NULL;
}
