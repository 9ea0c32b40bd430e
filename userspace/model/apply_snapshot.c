/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads as they are at one moment: there before the observation began (task_snapshot), or looked at from time to
 * time where there are no events (task_sample).
 */
#include "userspace/model/private.h"

#include <errno.h>

#define STATE_DEAD (TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE)

static int see_blocked(struct model *model, struct thread *thread, const struct record *record, uint32_t state,
		       uint64_t since_ns)
{
	struct wait wait = wait_classify(model, thread, record->wait, state, since_ns);

	if (thread->state == STATE_BLOCKED)
		wait_end(model, thread);
	thread_set_state(model, thread, STATE_BLOCKED);
	if (wait_begin(model, thread, &wait))
		return -ENOMEM;
	return wait.kind == WAIT_FUTEX ? edges_expect(thread) : 0;
}

/* Takes a state as it was read. No CPU is known with it, and no delay comes of it. */
static int see_state(struct model *model, struct thread *thread, const struct record *record, uint32_t state,
		     uint64_t since_ns)
{
	if (state & STATE_DEAD) {
		thread_gone(model, thread);
		return 0;
	}
	if (state)
		return see_blocked(model, thread, record, state, since_ns);
	if (thread->state == STATE_BLOCKED)
		wait_end(model, thread);
	if (record->head->flags & SNAPSHOT_F_ON_CPU) {
		thread_set_state(model, thread, STATE_RUNNING);
		thread->cpu = -1;
		return 0;
	}
	thread_set_state(model, thread, STATE_READY);
	return 0;
}

/* The observed thread that the snapshot is of; one that had its tid before it has ended, unseen. */
static struct thread *snapshot_thread(struct model *model, const struct ev_task_snapshot *ev)
{
	struct thread *thread = thread_live(model, ev->tid);

	if (thread && thread->start_ns && ev->start_ns && thread->start_ns != ev->start_ns) {
		if (ev->tid == ev->pid ? !process_new(model, ev->pid) : false)
			return NULL;
		if (thread_live(model, ev->tid) == thread)
			thread_gone(model, thread);
	}
	return thread_observe(model, ev->tid, ev->pid);
}

/* Snapshots come one after another, and of many threads that takes a while in which those still to come were alive. */
static void alive_until_told(struct process *process, const struct thread *thread, uint64_t start_ns)
{
	uint64_t begin_ns = start_ns > process->first_ns ? start_ns : process->first_ns;

	if (!thread->start_ns && !thread->born && start_ns && begin_ns < thread->first_ns)
		process->alive_ns += thread->first_ns - begin_ns;
}

/* What a creation would have told, or an earlier record did. */
static void fill_in(struct model *model, struct thread *thread, const struct ev_task_snapshot *ev)
{
	struct process *process = thread->process;
	struct tid_entry *parent;

	alive_until_told(process, thread, ev->start_ns);
	thread->start_ns = ev->start_ns;
	thread->kernel_thread = ev->head.flags & SNAPSHOT_F_KERNEL;
	if (!thread->ns_tid)
		thread->ns_tid = ev->ns_tid;
	if (!thread->clear_tid_address)
		thread->clear_tid_address = ev->clear_tid_address;
	if (!thread->name[0])
		thread_rename(thread, ev->name, sizeof(ev->name));
	if (!thread_own(thread)->books_begun && !(ev->head.flags & SNAPSHOT_F_NO_BOOKS))
		books_begin(thread, &ev->books);
	if (!process->ns_pid)
		process->ns_pid = ev->ns_pid;
	if (process->parent_pid || !ev->parent_pid)
		return;
	process->parent_pid = ev->parent_pid;
	parent = table_find(&model_own(model)->table, ev->parent_pid);
	if (parent && parent->process && parent->process != process && process_own(parent->process)->listed)
		process_point(model, &process->parent, parent->process);
}

int apply_task_snapshot(struct model *model, const struct record *record)
{
	const struct ev_task_snapshot *ev = record->task_snapshot;
	uint64_t since_ns = ev->head.flags & SNAPSHOT_F_SINCE ? ev->since_ns : 0;
	struct thread *thread;
	int result;

	if (ev->head.flags & SNAPSHOT_F_CONTEXT)
		return apply_context(model, ev);
	thread = snapshot_thread(model, ev);
	if (!thread)
		return -ENOMEM;
	thread_account(model, thread, model->now_ns);
	fill_in(model, thread, ev);
	result = edges_add(model, thread);
	/*
	 * The state was read a moment before the record: it tells nothing against a switch that was seen, whichever of
	 * the two bears the later time.
	 */
	if (thread->state != STATE_UNKNOWN || ev->head.flags & SNAPSHOT_F_STATE_UNKNOWN)
		return result;
	return see_state(model, thread, record, ev->state, since_ns) ? -ENOMEM : result;
}

int apply_clear_tid(struct model *model, const struct record *record)
{
	const struct ev_clear_tid *ev = record->clear_tid;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);

	if (!thread)
		return -ENOMEM;
	edges_remove(thread);
	thread->clear_tid_address = ev->address;
	return edges_add(model, thread);
}

/* The same sleep as at the look before? Nothing but sleeping happened in between when the kernel counted no switch. */
static bool still_waits(const struct thread *thread, const struct ev_task_sample *ev)
{
	const struct ev_wait *raw = &thread->wait.raw;

	return thread->state == STATE_BLOCKED && ev->state && raw->class == ev->wait.class &&
	       raw->syscall == ev->wait.syscall && raw->address == ev->wait.address &&
	       thread->books_last.voluntary == ev->books.voluntary;
}

int apply_task_sample(struct model *model, const struct record *record)
{
	const struct ev_task_sample *ev = record->task_sample;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);
	bool first, same;

	if (!thread)
		return -ENOMEM;
	first = !thread_own(thread)->books_begun;
	if (first)
		books_begin(thread, &ev->books);
	same = still_waits(thread, ev);
	thread_account(model, thread, model->now_ns);
	if (!(ev->state & STATE_DEAD) && look_account(model, thread, ev)) /* of the dead the books are old, or were told */
		return -ENOMEM;
	books_end(thread, &ev->books);
	thread->voluntary = ev->books.voluntary - thread->books_first.voluntary;
	thread->involuntary = ev->books.involuntary - thread->books_first.involuntary;
	if (same || ev->head.flags & SNAPSHOT_F_CLOSED)
		return 0;
	return see_state(model, thread, record, ev->state, first ? 0 : model->now_ns);
}
