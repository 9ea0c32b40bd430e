/* SPDX-License-Identifier: GPL-2.0-only
 *
 * How threads end. A thread is `exiting` from its exit record on and Terminated with its last switch: between the two
 * it still runs, and may even sleep.
 */
#include "userspace/model/private.h"

void thread_end(struct model *model, struct thread *thread, enum thread_end end)
{
	struct model_own *all = model_own(model);
	struct thread_own *own = thread_own(thread);
	struct tid_entry *entry = table_find(&all->table, thread->tid);

	if (thread->state == STATE_BLOCKED)
		wait_end(model, thread);
	thread_set_state(model, thread, STATE_TERMINATED);
	edges_remove(thread);
	thread->end = end;
	if (end == END_UNSEEN)
		thread->gap = true;
	if (own->listed && model->watch && model->watch->ended)
		model->watch->ended(model, thread, model->watch->context);
	if (entry && entry->thread == thread)
		entry->thread = NULL;
	thread_point(model, &own->woken_by, NULL);
	thread_point(model, &own->vfork_child, NULL);
	if (!own->listed) { /* another has its number now */
		thread_forget(model, thread);
		return;
	}
	*all->ended_tail = thread;
	all->ended_tail = &own->ended_next;
	all->ended_count++;
	process_thread_ended(model, thread->process, thread->exiting && own->exit_flags & EXIT_F_LAST);
}

/*
 * Order matters: an exit of its own is no teardown even when the process is ending meanwhile, and exec kills the other
 * threads with a signal that nobody sent.
 */
static enum thread_end end_of(const struct thread *thread)
{
	uint8_t flags = thread_own(thread)->exit_flags;

	if (!thread->exiting || flags & EXIT_F_UNSEEN)
		return END_UNSEEN;
	if (flags & EXIT_F_OWN)
		return END_RETURNED;
	if (flags & EXIT_F_EXEC)
		return END_EXEC;
	if (thread->exit_code & 0x7f)
		return END_SIGNAL;
	if (flags & EXIT_F_GROUP)
		return END_TORN_DOWN;
	return END_RETURNED; /* a thread of the kernel: it makes no system call */
}

/* /proc shows a zombie's code as 0 to who may not trace it. That of an end of the whole process is from wait(2). */
bool exit_tells_code(const struct ev_sched_process_exit *ev)
{
	return !(ev->head.flags & EXIT_F_UNSEEN) || ev->head.flags & EXIT_F_GROUP || ev->exit_code;
}

void thread_die(struct model *model, struct thread *thread)
{
	enum thread_end end = end_of(thread);

	if (end == END_SIGNAL)
		thread->signal_number = thread->exit_code & 0x7f;
	thread_end(model, thread, end);
}

void thread_gone(struct model *model, struct thread *thread)
{
	thread->gap = true; /* at least its last switch was lost */
	thread_die(model, thread);
}
