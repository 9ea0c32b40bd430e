// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source that needs no privilege: looks at /proc again and again. What happens between two
 * looks is not seen, and never made up: a thread's creator is not known, nor how it ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "userspace/source/procfs/procfs_scan.h"
#include "userspace/source/procfs/procfs_there.h"
#include "userspace/util/clock.h"

static int finish(struct procfs *self)
{
	int error;

	if (self->ended)
		return -ENODATA;
	error = procfs_look_around(self);
	if (error)
		return error;
	self->ended = true;
	return procfs_put_end(&self->out, self->lost);
}

/* Waits for the time of the next look; a launched program's end cuts it short. */
static int wait_for_next(struct procfs *self, int timeout_ms)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t wait_ns = self->next_ns > now_ns ? self->next_ns - now_ns : 0;
	struct timespec tick = {.tv_nsec = 1000000};
	uint64_t stop_ns = now_ns + (uint64_t)timeout_ms * 1000000;

	if (now_ns + wait_ns > stop_ns)
		wait_ns = stop_ns - now_ns;
	stop_ns = now_ns + wait_ns;
	if (!self->launch.pid) /* nobody's end to be noticed before */
		tick = (struct timespec){.tv_sec = (time_t)(wait_ns / 1000000000),
					 .tv_nsec = (long)(wait_ns % 1000000000)};
	while (clock_now_ns() < stop_ns) {
		if (launch_ended(&self->launch))
			return 0;
		if (clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL))
			return -EINTR;
	}
	return 0;
}

static void procfs_outlast(struct source *source, int timeout_ms)
{
	struct procfs *self = (struct procfs *)source;

	if (!launch_outlast(&self->launch, timeout_ms))
		return;
	source->launched_ended = true;
	source->launched_status = self->launch.status;
}

static int procfs_read(struct source *source, int timeout_ms,
		       int (*take)(void *, const void *, size_t), void *to)
{
	struct procfs *self = (struct procfs *)source;
	int error = 0;

	self->out = (struct procfs_out){.take = take, .to = to};
	if (!self->stopped)
		error = wait_for_next(self, timeout_ms);
	if (error)
		return error;
	procfs_outlast(source, 0);
	if (self->stopped)
		error = finish(self);
	else if (clock_now_ns() >= self->next_ns)
		error = procfs_look_around(self);
	if (!error && !self->stopped && !self->target.all && !self->target.glob &&
	    !self->launch.pid && !procfs_anybody_lives(self))
		error = -ENODATA; /* those that were named are gone, and none can come */
	return error ? error : self->out.taken;
}

static int procfs_start(struct source *source)
{
	struct procfs *self = (struct procfs *)source;
	uint32_t pid = (uint32_t)self->launch.pid;
	struct procfs_look held, *started = &self->started;
	int error;

	if (procfs_look(self->proc, pid, pid, &held))
		held.books = (struct ev_books){0};
	self->started_ns = clock_now_ns();
	error = launch_start(&self->launch);
	if (error)
		return error;
	/* Of a short program the first look around may find nothing but the end: that it began, and when, is known here. */
	if (procfs_look(self->proc, pid, pid, started))
		started->tid = 0;
	started->books = held.books;
	return 0;
}

static void procfs_stop(struct source *source)
{
	((struct procfs *)source)->stopped = true;
}

static void procfs_close(struct source *source)
{
	struct procfs *self = (struct procfs *)source;

	launch_close(&self->launch);
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
    .outlast = procfs_outlast,
    .close = procfs_close,
};

static int prepare(struct procfs *self, const struct target *target, struct source_error *error)
{
	int result;

	if (target->pids_count) {
		uint32_t *pids = calloc(target->pids_count, sizeof(*pids));

		if (!pids)
			return source_fail(error, "out of memory");
		memcpy(pids, target->pids, target->pids_count * sizeof(*pids));
		self->target.pids = pids;
	}
	self->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self->proc < 0 || faccessat(self->proc, "self/stat", R_OK, 0))
		return source_fail(error, "/proc is not there: mount -t proc proc /proc");
	if (procfs_check_there(self->proc, self->target.pids, self->target.pids_count, error))
		return -1;
	if (!target->launch)
		return 0;
	result = launch_hold(&self->launch, target->launch, target->launch_user);
	if (result)
		return source_fail(error, "cannot start a process: %s", strerror(-result));
	self->source.launched = self->launch.pid;
	return 0;
}

struct source *source_procfs_open(const struct target *target, unsigned int sample_ms,
				  struct source_error *error)
{
	struct procfs *self = calloc(1, sizeof(*self));

	if (!self) {
		source_fail(error, "out of memory");
		return NULL;
	}
	self->source.ops = &procfs_ops;
	self->target = *target;
	self->target.pids = NULL;
	self->sample_ns = (uint64_t)sample_ms * 1000000;
	self->proc = -1;
	procfs_tasks_begin(&self->tasks);
	self->launch = (struct launch){.gate = -1, .verdict = -1};
	if (!prepare(self, target, error))
		return &self->source;
	procfs_close(&self->source);
	return NULL;
}
