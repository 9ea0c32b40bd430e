/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A thread's life: created, renamed, its program replaced, its exit.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>

/* Seen on a CPU before the record of its creation: the same thread, unless it ran before this one existed. */
static bool is_newborn(const struct model *model, const struct thread *thread, uint64_t start_ns)
{
	return thread && thread_own(thread)->listed && !thread->start_ns && !thread->born &&
	       thread->process == model_own(model)->nowhere && thread->first_ns >= start_ns;
}

static struct thread *newborn(struct model *model, const struct ev_task_newtask *ev)
{
	struct thread *thread = thread_live(model, ev->tid);
	struct process *process;

	process = ev->tid == ev->pid ? process_new(model, ev->pid) : process_get(model, ev->pid);
	if (!process)
		return NULL;
	if (!is_newborn(model, thread, ev->start_ns))
		return thread_new(model, ev->tid, process, true);
	thread_place(model, thread, process);
	return thread;
}

static void descend(struct model *model, struct thread *thread, const struct ev_task_newtask *ev)
{
	struct thread *creator = thread_known(model, ev->creator_tid, ev->creator_pid);

	thread->born = true;
	thread->creator_tid = ev->creator_tid;
	thread->clone_flags = ev->clone_flags;
	if (creator != thread)
		thread_point(model, &thread->creator, creator);
	if (creator && ev->clone_flags & CLONE_VFORK)
		thread_point(model, &thread_own(creator)->vfork_child, thread);
	if (ev->tid != ev->pid)
		return;
	thread->process->ns_pid = ev->ns_pid;
	thread->process->parent_pid = ev->creator_pid;
	if (creator && creator->process != thread->process && thread_own(creator)->listed)
		process_point(model, &thread->process->parent, creator->process);
}

/*
 * The kernel makes a new thread ready right after this record, and says so with no sched_waking (wake_up_new_task in
 * kernel/sched/core.c). So New lasts no time, the creator is the waker, and the wait for a first CPU is Ready, as it
 * is in the kernel's own run_delay.
 */
static void become_ready(struct model *model, struct thread *thread)
{
	if (thread->state != STATE_UNKNOWN)
		return;
	thread_set_state(model, thread, STATE_NEW);
	thread_set_state(model, thread, STATE_READY);
	thread_own(thread)->seen = true;
	thread_point(model, &thread->waker, thread->creator);
	thread->waker_tid = thread->creator_tid;
}

int apply_task_newtask(struct model *model, const struct record *record)
{
	const struct ev_task_newtask *ev = record->task_newtask;
	struct thread *creator = thread_known(model, ev->creator_tid, ev->creator_pid);
	struct thread *thread;

	if (creator && thread_own(creator)->listed && ev->creator_tid != ev->tid &&
	    thread_prove_running(model, creator, ev->head.cpu))
		return -ENOMEM;
	thread = newborn(model, ev);
	if (!thread)
		return -ENOMEM;
	thread->start_ns = ev->start_ns;
	thread->ns_tid = ev->ns_tid;
	if (ev->clear_tid_address)
		thread->clear_tid_address = ev->clear_tid_address;
	descend(model, thread, ev);
	become_ready(model, thread);
	if (!thread->name[0])
		thread_rename(thread, ev->name, sizeof(ev->name));
	thread_own(thread)->books_begun = true; /* from zero, as the thread itself */
	return edges_add(model, thread);
}

int apply_task_rename(struct model *model, const struct record *record)
{
	const struct ev_task_rename *ev = record->task_rename;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);

	if (!thread)
		return -ENOMEM;
	thread_rename(thread, ev->name, sizeof(ev->name));
	return 0;
}

/* Of that process, under the tid that exec gave it instead of the one it had. NULL: it has not been told so. */
static struct thread *exchanged(const struct model *model, uint32_t pid, uint32_t old_tid)
{
	struct thread *leader = thread_known(model, pid, pid);

	return leader && leader->former_tid == old_tid ? leader : NULL;
}

/* Before exec gives it its program's name. */
static void thread_was_named(struct thread *thread)
{
	if (!*thread->former_name)
		memcpy(thread->former_name, thread->name, sizeof(thread->former_name));
}

/* Told by either of the two, or by both. */
int apply_task_renumber(struct model *model, const struct record *record)
{
	const struct ev_task_renumber *ev = record->task_renumber;
	uint32_t old_tid = ev->tid == ev->pid ? ev->old_tid : ev->tid;
	struct thread *caller = thread_known(model, old_tid, ev->pid);

	if (exchanged(model, ev->pid, old_tid) || !caller || !caller->process->pid || !thread_own(caller)->listed)
		return 0;
	thread_was_named(caller);
	return thread_exchange_leader(model, caller);
}

/* The thread that called exec, under the tid that it has from now on: its process's. */
static struct thread *exec_survivor(struct model *model, const struct ev_sched_process_exec *ev)
{
	struct thread *thread;

	if (ev->old_tid == ev->tid || exchanged(model, ev->pid, ev->old_tid))
		return thread_observe(model, ev->tid, ev->pid);
	thread = thread_known(model, ev->old_tid, ev->pid);
	if (!thread || !thread->process->pid || !thread_own(thread)->listed)
		return thread_observe(model, ev->tid, ev->pid);
	return thread_adopt_leader(model, thread) ? NULL : thread; /* what told of the exchange was lost */
}

/* The program that the process was is gone, with all that was known of its memory. */
static void forget_program(struct model *model, struct thread *survivor)
{
	struct thread *next;

	for (struct thread *thread = survivor->process->threads; thread; thread = next) {
		next = thread->next;
		/* Exec waits until every other thread has exited; one that is `exiting` has a switch to come. */
		if (thread != survivor && thread->end == END_ALIVE && !thread->exiting)
			thread_end(model, thread, END_EXEC);
	}
	edges_remove(survivor);
	survivor->clear_tid_address = 0;
	free((char *)survivor->full_name);
	survivor->full_name = NULL;
	survivor->library_uid = 0;
	survivor->daemon = -1;
}

/* The launched program: what ran under its pid before its exec was the launcher's doing. */
static void process_restart(struct model *model, struct process *process, struct thread *leader)
{
	process_account(process, model->now_ns);
	process->first_ns = model->now_ns;
	process->alive_ns = process->ready_ns = process->on_cpu_ns = process->counted_ns = 0;
	process->alive_max = process->alive;
	process->ready_max = process->ready;
	process->on_cpu_max = process->on_cpu;
	process_own(process)->restarted = true;
	thread_restart(model, leader);
	thread_own(leader)->books_begun = false;
}

int apply_sched_process_exec(struct model *model, const struct record *record)
{
	const struct ev_sched_process_exec *ev = record->sched_process_exec;
	struct thread *thread = exec_survivor(model, ev);
	struct process *process;

	if (!thread || thread_prove_running(model, thread, ev->head.cpu))
		return -ENOMEM;
	process = thread->process;
	if (ev->old_tid && ev->old_tid != ev->tid)
		thread->former_tid = ev->old_tid;
	forget_program(model, thread);
	thread_rename(thread, ev->name, sizeof(ev->name));
	if (process->launched && !process_own(process)->restarted)
		process_restart(model, process, thread);
	if (!thread_own(thread)->books_begun)
		books_begin(thread, &ev->books);
	process->execs++;
	return edges_add(model, thread);
}

/*
 * A process that ends as a whole has one code, which each thread that goes with it carries: not one that was in exit(2)
 * of its own when that began. Where no thread ended the process, wait(2) gives the leader's code, and from 6.1 on that of
 * the last thread to exit, whose exit then ends the process as a whole (d80f7d7b2c75, "signal: Guarantee that
 * SIGNAL_GROUP_EXIT is set on process exit"). The kernel tells which; an older recording does not.
 */
static bool tells_process_code(const struct ev_sched_process_exit *ev)
{
	bool own_exit = ev->head.flags & EXIT_F_OWN && !(ev->head.flags & EXIT_F_GROUP_CALL);

	return ev->head.flags & EXIT_F_PROCESS_CODE || (ev->head.flags & EXIT_F_GROUP && !own_exit);
}

static bool may_tell_process_code(const struct ev_sched_process_exit *ev)
{
	bool ends_process = ev->head.flags & EXIT_F_GROUP && ev->head.flags & EXIT_F_LAST;

	return ev->tid == ev->pid || ends_process;
}

static void process_exit_code(struct process *process, const struct ev_sched_process_exit *ev)
{
	bool told = tells_process_code(ev);

	if (!told && (process_own(process)->code_told || !may_tell_process_code(ev)))
		return;
	process->exit_code = ev->head.flags & EXIT_F_PROCESS_CODE ? ev->process_code : ev->exit_code;
	process->code_known = exit_tells_code(ev);
	process_own(process)->code_told |= told;
}

int apply_sched_process_exit(struct model *model, const struct record *record)
{
	const struct ev_sched_process_exit *ev = record->sched_process_exit;
	struct thread *thread = thread_live(model, ev->tid);

	if (thread && thread->exiting) /* nobody exits twice */
		thread_gone(model, thread);
	thread = thread_observe(model, ev->tid, ev->pid);
	if (!thread || thread_prove_running(model, thread, ev->head.cpu))
		return -ENOMEM;
	thread_account(model, thread, model->now_ns);
	thread->exiting = true;
	thread->exit_code = ev->exit_code;
	thread_own(thread)->exit_flags = ev->head.flags;
	books_end(thread, &ev->books);
	process_exit_code(thread->process, ev);
	return 0;
}

int apply_launch(struct model *model, const struct record *record)
{
	const struct ev_launch *ev = record->launch;
	struct thread *thread = thread_observe(model, ev->pid, ev->pid);

	if (!thread)
		return -ENOMEM;
	thread->process->launched = true;
	if (!thread->process->parent_pid)
		thread->process->parent_pid = ev->parent_pid;
	return 0;
}
