// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source that sees everything: probes in the kernel, their rings merged in the order of time, with what userspace
 * itself has to tell (who was there, what was lost, whose names are needed) in between.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "userspace/source/live/launch.h"
#include "userspace/source/live/live_library.h"
#include "userspace/source/live/live_load.h"
#include "userspace/source/live/live_names.h"
#include "userspace/source/outside.h"
#include "userspace/source/procfs/procfs_file.h"
#include "userspace/source/procfs/procfs_there.h"
#include "userspace/util/clock.h"

#define LAST_SWITCH_NS 50000000ull

struct live {
	struct source source;
	struct probes *probes;
	struct merge merge;
	struct names names;
	struct library library;
	struct launch launch;
	int epoll, launched_fd;
	bool finite; /* it ends with the last of those that were asked for */
	bool walk_due; /* a process has taken a name that was asked for */
	bool stopped, ended;
	uint64_t end_ns; /* once it is stopped */
	int stop_error;
	uint32_t leaving; /* threads whose exit was handed out, their last switch not yet */
	uint64_t patience_ns; /* so long the last switches are waited for; 0: nobody waits */
	/* while reading */
	int (*take)(void *to, const void *record, size_t length);
	void *to;
};

static bool is_last_switch(const struct rec_head *record)
{
	const struct ev_sched_switch *ev = (const void *)record;
	const uint32_t dead = TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE;

	return record->kind == REC_sched_switch && record->flags & SWITCH_F_PREV_TARGET && ev->prev_state & dead;
}

static void count_leaving(struct live *self, const struct rec_head *record)
{
	if (record->kind == REC_sched_process_exit)
		self->leaving++;
	else if (self->leaving && is_last_switch(record))
		self->leaving--;
}

/* A process came, or became another program: it may have the library in it. */
static void watch_library(struct live *self, const struct rec_head *record)
{
	const struct ev_task_snapshot *ev = (const void *)record; /* tid and pid come first in all of these */

	switch (record->kind) {
	case REC_task_snapshot:
	case REC_task_newtask:
	case REC_sched_process_exec:
		if (ev->tid == ev->pid && !(record->kind == REC_task_snapshot && record->flags & SNAPSHOT_F_CONTEXT))
			library_meet(&self->library, ev->pid, clock_now_ns());
		break;
	case REC_sched_process_exit:
		if (record->flags & EXIT_F_LAST)
			library_part(&self->library, ev->pid);
		break;
	}
}

static bool becomes_wanted(const struct rec_head *record)
{
	return record->kind == REC_task_rename && record->flags & RENAME_F_WANTED;
}

static int hand_out(void *context, const void *record, size_t length)
{
	struct live *self = context;
	struct ev_task_snapshot named;
	int error;

	if (becomes_wanted(record)) {
		self->walk_due = true;
		return 0;
	}
	if (names_needed(&self->names, record, &named)) {
		error = self->take(self->to, &named, named.head.size);
		if (error)
			return error;
	}
	count_leaving(self, record);
	watch_library(self, record);
	return self->take(self->to, record, length);
}

static int round_until(struct live *self, uint64_t horizon_ns)
{
	return merge_round(&self->merge, horizon_ns, hand_out, self);
}

/* The very last round: what the rings hold from before the end, and the end. */
static int finish(struct live *self)
{
	struct ev_end end;
	int error;

	if (self->ended)
		return -ENODATA;
	outside_end(&end, self->end_ns);
	error = self->stop_error;
	if (!error)
		error = queue_put(&self->merge.queue, &end.head);
	self->ended = !error;
	return error ? error : round_until(self, self->end_ns);
}

/*
 * A process can be waited for a moment before its last thread leaves the CPU for the last time, on another CPU perhaps.
 * That switch closes the thread's books, so it is waited for, as long as it can reasonably take.
 */
static bool last_switches_seen(struct live *self)
{
	if (self->leaving && !self->patience_ns)
		self->patience_ns = clock_now_ns() + LAST_SWITCH_NS;
	return !self->leaving || clock_now_ns() >= self->patience_ns;
}

static void tell_launched_end(struct live *self)
{
	self->source.launched_ended = true;
	self->source.launched_status = self->launch.status;
}

static void note_launched_end(struct live *self)
{
	if (self->source.launched && !self->source.launched_ended && launch_ended(&self->launch) &&
	    last_switches_seen(self))
		tell_launched_end(self);
}

/* A signal ends the wait and is nothing else: one that stops thrace and lets it go on does, too. */
static int wait_for_records(struct live *self, int timeout_ms)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	const struct queue *queue = &self->merge.queue;
	uint64_t now_ns = clock_now_ns(), due_ns = library_due_ns(&self->library);
	struct epoll_event event;

	if (self->patience_ns) /* the launched program's end would not let epoll wait */
		return nanosleep(&moment, NULL) && errno != EINTR ? -errno : 0;
	if (due_ns < now_ns + (uint64_t)timeout_ms * 1000000)
		timeout_ms = due_ns > now_ns ? (int)((due_ns - now_ns) / 1000000) + 1 : 0;
	if (queue->read < queue->used)
		timeout_ms = 0; /* there are some, whatever the rings hold */
	return epoll_wait(self->epoll, &event, 1, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

/* Between two rounds: what it tells is later than all that was handed out. */
static int walk_again(struct live *self)
{
	self->walk_due = false;
	return probes_snapshot(self->probes, &self->merge.queue);
}

static int live_read(struct source *source, int timeout_ms, int (*take)(void *, const void *, size_t), void *to)
{
	struct live *self = (struct live *)source;
	uint64_t horizon_ns;
	int taken, error;

	self->take = take;
	self->to = to;
	if (self->stopped)
		return finish(self);
	error = wait_for_records(self, timeout_ms);
	if (error)
		return error;
	library_check(&self->library, clock_now_ns());
	error = probes_lost(self->probes, &self->merge.queue, UINT64_MAX);
	horizon_ns = clock_now_ns();
	taken = error ? error : round_until(self, horizon_ns);
	if (taken >= 0 && self->walk_due)
		error = walk_again(self);
	if (taken < 0 || error)
		return taken < 0 ? taken : error;
	source->told_ns = horizon_ns;
	note_launched_end(self);
	if (!taken && self->finite && !probes_alive(self->probes) && last_switches_seen(self))
		return -ENODATA;
	return taken;
}

static int live_start(struct source *source)
{
	struct live *self = (struct live *)source;

	return launch_start(&self->launch);
}

static void live_stop(struct source *source)
{
	struct live *self = (struct live *)source;

	if (self->library.error)
		snprintf(source->note, sizeof(source->note),
			 "libthrace's probes could not be attached to a process (%s): what only they tell of it, "
			 "names and waits, may be missing",
			 strerror(-self->library.error));
	/* To detach takes the kernel some 100 ms, in which things go on and may be lost: they come after the end. */
	self->end_ns = clock_now_ns();
	self->stop_error = probes_lost(self->probes, &self->merge.queue, self->end_ns);
	if (!self->stop_error) /* once more: the last losses are told by the call after */
		self->stop_error = probes_lost(self->probes, &self->merge.queue, self->end_ns);
	library_close(&self->library);
	probes_detach(self->probes);
	self->stopped = true;
}

static void live_outlast(struct source *source, int timeout_ms)
{
	struct live *self = (struct live *)source;

	if (launch_outlast(&self->launch, timeout_ms))
		tell_launched_end(self);
}

static void live_close(struct source *source)
{
	struct live *self = (struct live *)source;

	launch_close(&self->launch);
	if (self->launched_fd >= 0)
		close(self->launched_fd);
	if (self->epoll >= 0)
		close(self->epoll);
	merge_close(&self->merge);
	library_close(&self->library); /* its links live in the probes' object */
	probes_close(self->probes);
	names_close(&self->names);
	free(self);
}

static const struct source_ops live_ops = {
	.name = "bpf",
	.read = live_read,
	.start = live_start,
	.stop = live_stop,
	.outlast = live_outlast,
	.close = live_close,
};

static int watch(struct live *self, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int watch_all(struct live *self)
{
	int error = 0;

	self->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (self->epoll < 0)
		return -errno;
	for (size_t i = 0; !error && i < self->merge.rings_count; i++)
		error = watch(self, probes_ring_fd(self->probes, i));
	if (error || !self->launch.pid)
		return error;
	self->launched_fd = (int)syscall(SYS_pidfd_open, self->launch.pid, 0);
	return self->launched_fd < 0 ? -errno : watch(self, self->launched_fd);
}

/* Told before the first probe can fire. */
static int tell_begin(struct live *self, const struct target *target)
{
	struct queue *queue = &self->merge.queue;
	uint64_t now_ns = clock_now_ns();
	struct ev_launch launch;
	struct ev_begin begin;
	int error;

	outside_begin(&begin, now_ns, BEGIN_SOURCE_BPF, target->all);
	error = queue_put(queue, &begin.head);
	if (error || !self->launch.pid)
		return error;
	outside_launch(&launch, now_ns, (uint32_t)self->launch.pid);
	return queue_put(queue, &launch.head);
}

static int fail(struct source_error *error, const char *what, int result)
{
	error->status = 1;
	snprintf(error->text, sizeof(error->text), "%s: %s", what, strerror(-result));
	return -1;
}

static int check_pids(const struct target *target, struct source_error *error)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = procfs_check_there(proc, target->pids, target->pids_count, error);

	if (proc >= 0)
		close(proc);
	return result;
}

/* Or gone altogether. */
static bool has_ended(uint32_t pid)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct procfs_look look;
	bool ended = procfs_look_who(proc, pid, pid, &look) || look.letter == 'Z' || look.letter == 'X';

	if (proc >= 0)
		close(proc);
	return ended;
}

/* Attaching takes a moment, which a process may not have had. One that lives on is hidden from all probes. */
static int nobody_marked(const struct target *target, struct source_error *error)
{
	if (check_pids(target, error))
		return -1;
	for (size_t i = 0; i < target->pids_count; i++)
		if (!has_ended(target->pids[i]))
			return source_fail(error, "the kernel shows process %u to no BPF program", target->pids[i]);
	return 0;
}

static int prepare(struct live *self, const struct target *target, struct source_error *error)
{
	struct probes_options options = {.target = target};
	int result;

	if (check_pids(target, error))
		return -1;
	if (names_open(&self->names))
		return fail(error, "cannot begin", -ENOMEM);
	if (target->launch) {
		result = launch_hold(&self->launch, target->launch, target->launch_user);
		if (result)
			return fail(error, "cannot start a process", result);
		self->source.launched = self->launch.pid;
		options.launched = (uint32_t)self->launch.pid;
	}
	self->probes = probes_open(&options, error);
	if (!self->probes)
		return -1;
	result = tell_begin(self, target);
	if (result)
		return fail(error, "cannot begin", result);
	if (probes_attach(self->probes, error))
		return -1;
	result = probes_open_rings(self->probes, &self->merge);
	if (!result)
		result = probes_snapshot(self->probes, &self->merge.queue);
	if (!result)
		result = watch_all(self);
	if (result)
		return fail(error, "cannot read from the probes", result);
	/* It is there, held at the gate; if it bears no mark, there was no memory for one. */
	if (options.launched && !probes_alive(self->probes))
		return fail(error, "cannot mark the program as observed", -ENOMEM);
	if (!target->look)
		probes_open_library(self->probes, &self->library);
	if (target->launch)
		library_meet_command(&self->library, options.launched, target->launch[0]);
	return self->finite && !probes_alive(self->probes) ? nobody_marked(target, error) : 0;
}

struct source *source_live_open(const struct target *target, struct source_error *error)
{
	struct live *self = calloc(1, sizeof(*self));

	if (!self) {
		fail(error, "cannot begin", -ENOMEM);
		return NULL;
	}
	self->source.ops = &live_ops;
	self->launch = (struct launch){.gate = -1, .verdict = -1};
	self->epoll = self->launched_fd = -1;
	self->finite = target->pids_count;
	if (!prepare(self, target, error))
		return &self->source;
	live_close(&self->source);
	return NULL;
}
