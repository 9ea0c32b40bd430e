/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The scheduler's records: which thread left a CPU and why, which took it, who was woken and by whom. Nearly every
 * record is one of these two; nothing here allocates once a thread is known and has waited this way before.
 */
#include "userspace/model/private.h"

#include <errno.h>

#define STATE_DEAD (TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE)

/* Somebody's join on a thread came to its end: because of that thread, not of a timeout. */
static void join_done(const struct thread *thread, const struct thread *waker)
{
	struct thread *on = (struct thread *)thread->wait.on;

	if (thread->wait.kind == WAIT_JOIN && on && (waker == on || on->exiting || on->end != END_ALIVE))
		on->joined = true;
}

/*
 * It runs again and no waking was seen since it fell asleep. Either the waking came a moment before the switch, while
 * the thread was on its way to sleep: it was never Blocked, that time was Ready. Or the waking was lost, or done by one
 * whom nobody may trace: then it was Blocked for a time that nobody knows.
 */
static void wake_unseen(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);

	if (own->woken) {
		join_done(thread, own->woken_by);
		wait_undo(model, thread);
		thread->wakeups++;
		thread_point(model, &thread->waker, own->woken_by);
		thread->waker_tid = own->woken_by_tid;
		return;
	}
	thread->gap |= own->seen;
	join_done(thread, NULL);
	wait_end(model, thread);
}

static int switch_in(struct model *model, struct thread *thread, unsigned int cpu)
{
	struct thread_own *own = thread_own(thread);
	int result = 0;

	if (thread->state == STATE_BLOCKED)
		wake_unseen(model, thread);
	else if (thread->state == STATE_RUNNING && own->seen)
		thread->gap = true;
	if (thread->state == STATE_READY && own->seen)
		result = delays_add(&thread->delays, model->now_ns - thread->state_since_ns);
	if (thread->cpu >= 0 && thread->cpu != (int)cpu)
		thread->migrations++;
	thread_set_running(model, thread, cpu);
	own->seen = true;
	own->woken = false;
	return result;
}

/*
 * Did it give the CPU up? A thread that wanted to sleep while a signal was pending is not put to sleep, but the kernel
 * counts that as voluntary (try_to_block_task in kernel/sched/core.c); only its count tells.
 */
static bool gave_up_cpu(struct thread_own *own, const struct ev_sched_switch *ev, bool sleeps)
{
	bool counted = own->books_begun && ev->prev_nvcsw - own->kernel_voluntary == 1;

	own->kernel_voluntary = ev->prev_nvcsw;
	return sleeps || counted;
}

static int switch_out(struct model *model, struct thread *thread, const struct record *record)
{
	const struct ev_sched_switch *ev = record->sched_switch;
	struct thread_own *own = thread_own(thread);
	bool sleeps = ev->prev_state && !(ev->head.flags & SWITCH_F_PREEMPTED);
	struct wait wait;
	bool gave_up;

	if (thread_prove_running(model, thread, ev->head.cpu))
		return -ENOMEM;
	own->seen = true;
	thread->gap |= own->proved; /* nothing told how it came here */
	own->proved = false;
	gave_up = gave_up_cpu(own, ev, sleeps);
	thread->voluntary += gave_up;
	thread->involuntary += !gave_up;
	if (!sleeps) {
		own->woken = false; /* had it meant to sleep, the waking has prevented that */
		thread_set_state(model, thread, STATE_READY);
		thread->preempted = !gave_up;
		return 0;
	}
	thread_set_state(model, thread, STATE_BLOCKED);
	wait = wait_classify(model, thread, record->wait, ev->prev_state, model->now_ns);
	return wait_begin(model, thread, &wait);
}

/* It was proved to run before its arrival was told: the spans that were told meanwhile stay as they were. */
static int mend_ready(struct thread *thread, uint64_t arrived_ns, bool placed)
{
	struct thread_own *own = thread_own(thread);
	uint64_t mistaken_ns;

	own->proved = false;
	if (arrived_ns < own->proved_ready_ns)
		arrived_ns = own->proved_ready_ns;
	if (arrived_ns > own->proved_ns)
		arrived_ns = own->proved_ns;
	mistaken_ns = own->proved_ns - arrived_ns;
	thread->state_ns[STATE_READY] -= mistaken_ns;
	thread->state_ns[STATE_RUNNING] += mistaken_ns;
	if (placed) {
		thread->process->ready_ns -= mistaken_ns;
		thread->process->on_cpu_ns += mistaken_ns;
	}
	return delays_add(&thread->delays, arrived_ns - own->proved_ready_ns);
}

/* Runs since then, as if that switch had been told in its time: accounts can be taken back (account.c). */
static int arrive(struct model *model, struct thread *thread, unsigned int cpu, uint64_t arrived_ns)
{
	uint64_t now_ns = model->now_ns, ready_ns = thread->state_since_ns;

	model->now_ns = arrived_ns > ready_ns ? arrived_ns : ready_ns;
	thread_set_running(model, thread, (int)cpu);
	model->now_ns = now_ns;
	return delays_add(&thread->delays, thread->state_since_ns - ready_ns);
}

/* It came to its CPU by a switch that no probe saw, so long ago: it was Ready until then. */
int apply_sched_arrival(struct model *model, const struct record *record)
{
	const struct ev_sched_arrival *ev = record->sched_arrival;
	uint64_t arrived_ns = ev->slice_ns < model->now_ns ? model->now_ns - ev->slice_ns : 0;
	const struct thread *known = thread_live(model, ev->tid);
	bool placed = known && known->process->pid == ev->pid; /* its process's totals have its Ready time */
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);
	struct cpu *cpu = thread ? cpu_at(model, ev->head.cpu) : NULL;

	if (!cpu)
		return -ENOMEM;
	if (placed && thread_own(thread)->seen && thread->state == STATE_READY && !cpu->running)
		return arrive(model, thread, ev->head.cpu, arrived_ns);
	if (thread_prove_running(model, thread, ev->head.cpu))
		return -ENOMEM;
	return thread_own(thread)->proved ? mend_ready(thread, arrived_ns, placed) : 0;
}

/* The last switch of a thread. It is not counted as voluntary: no book of the kernel that anybody can read has it. */
static int switch_dead(struct model *model, const struct ev_sched_switch *ev)
{
	struct thread *thread = thread_live(model, ev->prev_tid);

	if (!thread || !thread_own(thread)->listed)
		return 0;
	/* Its number may be given again before the one that had it has left its CPU: who was seen to begin is seen to exit. */
	if (thread->born && !thread->exiting && !thread->gap)
		return 0;
	if (thread_prove_running(model, thread, ev->head.cpu))
		return -ENOMEM;
	thread->gap |= thread_own(thread)->proved;
	thread_die(model, thread);
	return 0;
}

static int leave(struct model *model, const struct record *record)
{
	const struct ev_sched_switch *ev = record->sched_switch;
	struct thread *prev;

	if (!(ev->head.flags & SWITCH_F_PREV_TARGET) || !ev->prev_tid)
		return 0;
	if (ev->prev_state & STATE_DEAD)
		return switch_dead(model, ev);
	prev = thread_observe(model, ev->prev_tid, 0);
	return prev ? switch_out(model, prev, record) : -ENOMEM;
}

int apply_sched_switch(struct model *model, const struct record *record)
{
	const struct ev_sched_switch *ev = record->sched_switch;
	struct cpu *cpu = cpu_at(model, ev->head.cpu);
	struct thread *next;
	int result, entered;

	if (!cpu)
		return -ENOMEM;
	result = leave(model, record);
	if (cpu->running) /* another one than was thought to run here has left */
		thread_lose_track(model, (struct thread *)cpu->running);
	if (!(ev->head.flags & SWITCH_F_NEXT_TARGET) || !ev->next_tid)
		return result;
	next = thread_observe(model, ev->next_tid, 0);
	if (!next)
		return -ENOMEM;
	entered = switch_in(model, next, ev->head.cpu);
	return result ? result : entered;
}

/* NULL: an interrupt, nobody known, or the kernel did not tell them apart. */
static const struct thread *waker_of(const struct model *model, const struct ev_sched_waking *ev)
{
	if (ev->head.flags & (WAKING_F_INTERRUPT | WAKING_F_CONTEXT_UNKNOWN))
		return NULL;
	return thread_known(model, ev->waker_tid, ev->waker_pid);
}

int apply_sched_waking(struct model *model, const struct record *record)
{
	const struct ev_sched_waking *ev = record->sched_waking;
	bool told = !(ev->head.flags & (WAKING_F_INTERRUPT | WAKING_F_CONTEXT_UNKNOWN));
	struct thread *thread = thread_observe(model, ev->tid, 0);
	const struct thread *waker = waker_of(model, ev);
	struct thread_own *own;

	if (!thread)
		return -ENOMEM;
	own = thread_own(thread);
	if (thread->state == STATE_RUNNING) { /* no transition, but see wake_unseen() */
		own->woken = true;
		own->woken_by_tid = told ? ev->waker_tid : 0;
		thread_point(model, &own->woken_by, waker);
		return 0;
	}
	if (thread->state == STATE_READY)
		return 0;
	if (thread->state == STATE_BLOCKED) {
		join_done(thread, waker);
		history_note(thread, waker);
		wait_end(model, thread);
	}
	own->seen = true;
	own->woken = false;
	thread->wakeups++;
	thread->preempted = false;
	thread->waker_tid = told ? ev->waker_tid : 0;
	thread_point(model, &thread->waker, waker);
	thread_set_state(model, thread, STATE_READY);
	return 0;
}
