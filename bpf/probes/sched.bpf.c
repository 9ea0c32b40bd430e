// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler: who leaves a CPU and why, who takes it, who wakes whom. The hot path of everything: here nanoseconds
 * count, nothing is allocated, and the scheduler's locks are held.
 */
#include "bpf/core/compat.h"
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"
#include "bpf/probes/number.h"
#include "bpf/probes/wait.h"

#define STATE_DEAD (TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE)

/* The address changes when libc sets itself up; the first sleep after that tells it. */
static __always_inline void tell_clear_tid(struct task_struct *task, struct mark *mark)
{
	__u64 address = (__u64)task->clear_child_tid;
	struct ev_clear_tid *ev;

	if (!mark || mark->clear_tid_address == address || !may_see(task))
		return;
	ev = record_reserve(REC_clear_tid, sizeof(*ev), 0);
	if (!ev)
		return;
	mark->clear_tid_address = address;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->address = address;
	record_submit(ev, sizeof(*ev));
}

/* Did prev come to this CPU by another switch than the one that was seen last here? Notes who comes now. */
static __always_inline bool arrival_unseen(struct task_struct *prev, struct task_struct *next)
{
	struct cpu_account *account = account_here();
	__u32 running;

	if (!account)
		return false;
	running = account->running;
	account->running = 1 + next->pid;
	return running && running != 1 + (__u32)prev->pid;
}

static __always_inline void tell_arrival(struct task_struct *task)
{
	struct ev_sched_arrival *ev;
	__u64 slice_ns;

	if (!slice_of(task, &slice_ns))
		return;
	ev = record_reserve(REC_sched_arrival, sizeof(*ev), 0);
	if (!ev)
		return;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->slice_ns = slice_ns;
	record_submit(ev, sizeof(*ev));
}

static __always_inline void switch_fill(struct ev_sched_switch *ev, struct task_struct *prev, struct task_struct *next,
					__u32 state)
{
	ev->prev_tid = prev->pid;
	ev->next_tid = next->pid;
	ev->prev_state = state;
	ev->prev_nvcsw = (__u32)prev->nvcsw;
}

SEC("tp_btf/sched_switch")
int on_sched_switch(__u64 *ctx)
{
	struct task_struct *prev = (void *)ctx[1], *next = (void *)ctx[2];
	struct mark *mark = config.all ? NULL : mark_of(prev); /* with all it is looked for where it is needed */
	__u8 flags = 0;
	struct ev_sched_switch_wait *ev;
	__u32 state = switch_prev_state(ctx, prev);
	struct ev_sched_switch *brief;
	bool unseen;

	if (config.all ? all_wants(prev) : mark != NULL) {
		flags |= SWITCH_F_PREV_TARGET;
		number_tell(prev);
	}
	if (is_target(next)) {
		flags |= SWITCH_F_NEXT_TARGET;
		number_tell(next);
	}
	unseen = arrival_unseen(prev, next);
	if (!flags)
		return 0;
	if (unseen && flags & SWITCH_F_PREV_TARGET)
		tell_arrival(prev);
	/* It wanted to sleep, but a signal is pending: it stays in the queue. Newer kernels say so in the state. */
	if (!(state & STATE_DEAD) && is_queued(prev))
		state = TASK_S_RUNNING;
	if (ctx[0] & 0xff)
		flags |= SWITCH_F_PREEMPTED;
	if (!(flags & SWITCH_F_PREV_TARGET) || flags & SWITCH_F_PREEMPTED || !state || state & STATE_DEAD) {
		brief = record_reserve(REC_sched_switch, sizeof(*brief), flags);
		if (!brief)
			return 0;
		switch_fill(brief, prev, next, state);
		record_submit(brief, sizeof(*brief));
		return 0;
	}
	tell_clear_tid(prev, config.all ? mark_of(prev) : mark);
	ev = record_reserve(REC_sched_switch, sizeof(*ev), flags | SWITCH_F_WAIT);
	if (!ev)
		return 0;
	switch_fill(&ev->switched, prev, next, state);
	wait_read(&ev->wait, prev, prev->mm, true);
	record_submit(ev, sizeof(*ev));
	return 0;
}

/* Runs on the waker: sched_wakeup may run on the CPU of the one that is woken. */
SEC("tp_btf/sched_waking")
int on_sched_waking(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0], *waker;
	struct ev_sched_waking *ev;
	__u8 flags = 0;

	if (!is_target(task))
		return 0;
	waker = bpf_get_current_task_btf();
	number_tell(task);
	number_tell(waker);
	if (in_interrupt(waker))
		flags |= WAKING_F_INTERRUPT;
	if (waker->flags & PF_KTHREAD)
		flags |= WAKING_F_KERNEL;
	ev = record_reserve(REC_sched_waking, sizeof(*ev), flags);
	if (!ev)
		return 0;
	ev->tid = task->pid;
	ev->waker_tid = waker->pid;
	ev->waker_pid = waker->tgid;
	ev->reserved = 0;
	record_submit(ev, sizeof(*ev));
	return 0;
}
