/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a keyframe tells of a thread beside its snapshot. Everybody is there by then: what ties one thread to another can
 * be tied.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <linux/sched.h>
#include <string.h>

/* A wait whose target was not there yet when its snapshot came. */
static int look_again(struct model *model, struct thread *thread)
{
	struct wait wait;

	if (thread->state != STATE_BLOCKED || thread->wait.on ||
	    (thread->wait.kind != WAIT_CHILD && thread->wait.kind != WAIT_VFORK))
		return 0;
	wait = wait_classify(model, thread, &thread->wait.raw, TASK_S_INTERRUPTIBLE, thread->wait.since_ns);
	return wait.on ? wait_correct(model, thread, &wait) : 0;
}

static int restore_birth(struct model *model, struct thread *thread, const struct ev_thread_past *ev)
{
	struct thread *creator = thread_known(model, ev->creator_tid, ev->creator_pid);

	if (!thread->creator_tid)
		thread->creator_tid = ev->creator_tid;
	if (!(ev->head.flags & PAST_F_BORN) || thread->born)
		return 0;
	thread->born = true;
	thread->clone_flags = ev->clone_flags;
	/* Keyframes tell of older threads first; a creator that comes later would make lineage a circle. */
	if (!creator || creator->serial >= thread->serial)
		return 0;
	thread_point(model, &thread->creator, creator);
	if (!(ev->clone_flags & CLONE_VFORK) || creator->wait.kind != WAIT_VFORK)
		return 0;
	thread_point(model, &thread_own(creator)->vfork_child, thread);
	return look_again(model, creator);
}

static int restore_state(struct model *model, struct thread *thread, const struct ev_thread_past *ev)
{
	thread->preempted = thread->state == STATE_READY && ev->head.flags & PAST_F_PREEMPTED;
	thread_own(thread)->woken = thread->state == STATE_BLOCKED && ev->head.flags & PAST_F_WOKEN;
	thread->waker_tid = ev->waker_tid;
	if (ev->waker_pid)
		thread_point(model, &thread->waker, thread_known(model, ev->waker_tid, ev->waker_pid));
	if (thread->state != STATE_RUNNING || !(ev->head.flags & PAST_F_RUNNING))
		return 0;
	if (!cpu_at(model, ev->head.cpu))
		return -ENOMEM;
	thread_set_running(model, thread, ev->head.cpu);
	return 0;
}

int apply_thread_past(struct model *model, const struct record *record)
{
	const struct ev_thread_past *ev = record->thread_past;
	struct thread *thread = thread_known(model, ev->tid, ev->pid);
	struct process *process;
	int result;

	if (!thread || !thread_own(thread)->listed)
		return 0;
	process = thread->process;
	thread->former_tid = ev->former_tid;
	if (ev->head.flags & PAST_F_EXITING) {
		thread->exiting = true;
		thread->exit_code = ev->exit_code;
		thread_own(thread)->exit_flags = ev->exit_flags;
	}
	process->execs = ev->execs;
	process_own(process)->restarted |= ev->head.flags & PAST_F_RESTARTED;
	process_own(process)->code_told |= ev->head.flags & PAST_F_CODE_TOLD;
	if (!process->name[0])
		memcpy(process->name, ev->process_name, sizeof(ev->process_name));
	result = restore_birth(model, thread, ev);
	if (!result)
		result = restore_state(model, thread, ev);
	return result ? result : look_again(model, thread);
}
