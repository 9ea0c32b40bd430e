// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_records.h"

#include "userspace/source/outside.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* What a thread shares with its process for certain: the kernel creates none without (copy_process
 * in kernel/fork.c). CLONE_THREAD | CLONE_SIGHAND | CLONE_VM. */
#define THREAD_FLAGS 0x00010900ull

#define HEAD(out, token, record, head_flags)                                                       \
	{                                                                                          \
		.ts_ns = (out)->now_ns, .size = sizeof(record), .kind = REC_##token,               \
		.flags = (head_flags),                                                             \
	}

static int put(struct procfs_out *out, const struct rec_head *record)
{
	int error = out->take(out->to, record, record->size);

	out->taken += !error;
	return error;
}

int procfs_put_begin(struct procfs_out *out, bool whole_system, uint64_t sample_ns)
{
	struct ev_begin begin;

	outside_begin(&begin, out->now_ns, BEGIN_SOURCE_PROCFS, whole_system);
	begin.sample_ns = (uint32_t)sample_ns;
	return put(out, &begin.head);
}

int procfs_put_launch(struct procfs_out *out, uint32_t pid)
{
	struct ev_launch launch;

	outside_launch(&launch, out->now_ns, pid);
	return put(out, &launch.head);
}

/* Ready and running look the same from here: it is taken for running when it ran for most of the
 * time since the last look. The books say exactly how long each was, only not when. */
static bool likely_on_cpu(const struct procfs_look *look, const struct procfs_look *last)
{
	if (look->letter != 'R')
		return false;
	return !last || look->books.running_ns - last->books.running_ns >=
			    look->books.ready_ns - last->books.ready_ns;
}

static uint8_t look_flags(const struct procfs_look *look, const struct procfs_look *last)
{
	return (likely_on_cpu(look, last) ? SNAPSHOT_F_ON_CPU : 0) |
	       (look->kernel_thread ? SNAPSHOT_F_KERNEL : 0);
}

int procfs_put_snapshot(struct procfs_out *out, const struct procfs_look *look)
{
	struct ev_task_snapshot snapshot = {
	    .head = HEAD(out, task_snapshot, snapshot, look_flags(look, NULL)),
	    .tid = look->tid,
	    .pid = look->pid,
	    .parent_pid = look->parent_pid,
	    .state = look->state,
	    .ns_tid = look->ns_tid,
	    .ns_pid = look->ns_pid,
	    .start_ns = look->start_ns,
	    .books = look->books,
	    .wait = look->wait,
	};

	if (look->state & (TASK_S_EXIT_ZOMBIE | TASK_S_EXIT_DEAD))
		snapshot.head.flags |= SNAPSHOT_F_CONTEXT; /* known by its name only */
	snapshot.head.cpu = look->cpu;
	memcpy(snapshot.name, look->name, sizeof(snapshot.name));
	return put(out, &snapshot.head);
}

int procfs_put_sample(struct procfs_out *out, const struct procfs_look *look,
		      const struct procfs_look *last)
{
	struct ev_task_sample sample = {
	    .head = HEAD(out, task_sample, sample, look_flags(look, last)),
	    .tid = look->tid,
	    .pid = look->pid,
	    .state = look->state,
	    .books = look->books,
	    .wait = look->wait,
	};

	sample.head.cpu = look->cpu;
	return put(out, &sample.head);
}

int procfs_put_newtask(struct procfs_out *out, const struct procfs_look *look)
{
	struct ev_task_newtask created = {
	    .head = HEAD(out, task_newtask, created, 0),
	    .tid = look->tid,
	    .pid = look->pid,
	    .clone_flags = THREAD_FLAGS,
	    .ns_tid = look->ns_tid,
	    .ns_pid = look->ns_pid,
	    .start_ns = look->start_ns,
	};

	created.head.cpu = look->cpu;
	memcpy(created.name, look->name, sizeof(created.name));
	return put(out, &created.head);
}

int procfs_put_rename(struct procfs_out *out, const struct procfs_look *look)
{
	struct ev_task_rename renamed = {
	    .head = HEAD(out, task_rename, renamed, 0),
	    .tid = look->tid,
	    .pid = look->pid,
	};

	memcpy(renamed.name, look->name, sizeof(renamed.name));
	return put(out, &renamed.head);
}

int procfs_put_books(struct procfs_out *out, const struct procfs_look *closed)
{
	struct ev_task_sample sample = {
	    .head = HEAD(out, task_sample, sample, SNAPSHOT_F_CLOSED),
	    .tid = closed->tid,
	    .pid = closed->pid,
	    .books = closed->books,
	    .wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};

	return put(out, &sample.head);
}

int procfs_put_exit(struct procfs_out *out, const struct procfs_look *last, bool whole_process)
{
	struct ev_sched_process_exit gone = {
	    /* A signal says how it ended; a status does not say by whose hand. */
	    .head = HEAD(out, sched_process_exit, gone,
			 (WIFSIGNALED((int)last->exit_code) ? 0 : EXIT_F_UNSEEN) | (whole_process ? EXIT_F_GROUP : 0)),
	    .tid = last->tid,
	    .pid = last->pid,
	    .exit_code = last->exit_code,
	    .books = last->books,
	};
	/* The switch that closes a life in the kernel's stream has no record here: a look at a dead
	 * thread does. */
	struct ev_task_sample dead = {
	    .head = HEAD(out, task_sample, dead, 0),
	    .tid = last->tid,
	    .pid = last->pid,
	    .state = TASK_S_EXIT_DEAD,
	    .books = last->books,
	    .wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};
	int error = put(out, &gone.head);

	return error ? error : put(out, &dead.head);
}

int procfs_put_end(struct procfs_out *out, uint64_t lost_count)
{
	struct ev_lost lost = {
	    .head = HEAD(out, lost, lost, 0),
	    .lost_kind = REC_task_snapshot,
	    .count = lost_count,
	};
	struct ev_end end = {.head = HEAD(out, end, end, 0)};
	int error = lost_count ? put(out, &lost.head) : 0;

	return error ? error : put(out, &end.head);
}
