/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Barrier: counted under its lot's guard; the action runs outside it, while newcomers wait at a gate of their own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <thrace/barrier.h>
#include "thread.h"

enum { FILLING, ACTING, BROKEN };

/* What a waiter's node holds: nothing yet, or what its round came to. */
static char undecided[1], tripped[1], broken[1];

int thr_barrier_init(thr_barrier *barrier, int parties, int (*action)(void *), void *arg, thr_ns timeout)
{
	thr__deadline deadline;
	int error = barrier ? thr__deadline_after(timeout, &deadline) : -EFAULT;

	if (error)
		return error;
	if (parties < 1)
		return -EINVAL;
	*barrier = (thr_barrier){ .parties = (uint32_t)parties, .action = action, .arg = arg, .timeout = timeout };
	return 0;
}

static int check(const thr_barrier *barrier)
{
	if (!barrier)
		return -EFAULT;
	return barrier->parties ? 0 : -ENXIO;
}

static void *gate(thr_barrier *barrier)
{
	return &barrier->state;
}

/* Under the guard: the round comes to outcome, and a new one is in state. How many were let go. */
static unsigned let_go(thr_barrier *barrier, struct thr__lot *lot, uint32_t state, char *outcome,
		       struct thr__wakes *wakes)
{
	store_relaxed(&barrier->state, state);
	store_relaxed(&barrier->waiting, 0);
	store_release(&barrier->round, barrier->round + 1);
	return thr__lot_claim(lot, barrier, UINT32_MAX, outcome, wakes);
}

/* After the guard: those who came while the action ran go round again. Here the barrier may be gone already. */
static void open_gate(void *at, struct thr__wakes *wakes)
{
	struct thr__lot *lot = thr__lot_lock(at);

	thr__lot_claim(lot, at, UINT32_MAX, NULL, wakes);
	thr__lot_unlock(lot);
	thr__wakes_do(wakes);
}

/* abort and reset */
static void change(thr_barrier *barrier, uint32_t state)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot = thr__lot_lock(barrier);
	unsigned woken = let_go(barrier, lot, state, broken, &wakes);

	thr__lot_unlock(lot);
	open_gate(gate(barrier), &wakes);
	if (woken || state == BROKEN)
		PROBE(barrier_broken, thr__uid(), (uintptr_t)barrier);
}

struct action_call {
	thr_barrier *barrier;
	int result;
};

static void call_action(void *arg)
{
	struct action_call *call = arg;

	call->result = call->barrier->action(call->barrier->arg);
}

/* The action is over: unless an abort or a reset was quicker, its round trips or breaks. */
static bool decide(thr_barrier *barrier, uint64_t round, bool trips)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot = thr__lot_lock(barrier);
	bool ours = barrier->round == round;

	if (ours)
		let_go(barrier, lot, trips ? FILLING : BROKEN, trips ? tripped : broken, &wakes);
	thr__lot_unlock(lot);
	if (!ours)
		return false;
	open_gate(gate(barrier), &wakes);
	if (trips)
		PROBE(barrier_trip, thr__uid(), (uintptr_t)barrier, round);
	else
		PROBE(barrier_broken, thr__uid(), (uintptr_t)barrier);
	return true;
}

/* The last to come. */
static int act(thr_barrier *barrier, uint64_t round, int index)
{
	struct action_call call = { .barrier = barrier };
	struct thr__frame frame = { .how = THR_EXIT_RETURNED };
	int failure = 0;

	if (barrier->action)
		thr__protect(&frame, call_action, &call);
	if (frame.how != THR_EXIT_RETURNED)
		failure = thr__failure_code(frame.code);
	else if (call.result)
		failure = thr__failure_code(call.result);
	free(frame.message);
	if (!decide(barrier, round, !failure) && !failure)
		failure = -ECANCELED;
	if (frame.how == THR_EXIT_EXITED)
		thr_thread_exit(frame.value);
	return failure ? failure : index;
}

static void gate_arm(void *object, struct thr__node *node)
{
	struct thr__lot *lot = thr__lot_lock(object);

	if (load_acquire((uint32_t *)object) != ACTING)
		thr__wait_take(node);
	else
		thr__lot_hang(lot, object, node);
	thr__lot_unlock(lot);
}

static const struct thr__class gate_class = { .arm = gate_arm, .disarm = thr__lot_disarm };

/* One who waits: the node in the barrier's line, and one in a token's. */
struct waiter {
	struct thr__wait wait;
	struct thr__source cancel;
	struct thr__node node;
	uint64_t round;
	int index;
	bool last; /* everybody else is there */
};

/* Counts the caller in and hangs it in one step: nobody can trip the barrier in between. -EAGAIN: at the gate. */
static int enter(thr_barrier *barrier, struct waiter *waiter)
{
	struct thr__lot *lot = thr__lot_lock(barrier);
	int error = 0;

	waiter->round = barrier->round;
	waiter->index = (int)barrier->waiting;
	if (barrier->state != FILLING) {
		error = barrier->state == BROKEN ? -ECANCELED : -EAGAIN;
	} else {
		store_relaxed(&barrier->waiting, barrier->waiting + 1);
		waiter->last = barrier->waiting == barrier->parties;
		if (waiter->last)
			store_relaxed(&barrier->state, ACTING);
		else
			thr__lot_hang(lot, barrier, &waiter->node);
	}
	thr__lot_unlock(lot);
	return error;
}

/*
 * A wait that gave up. A round that was decided meanwhile is as decided; one whose action runs will be, and is
 * waited for; any other is broken by this.
 */
static int give_up(thr_barrier *barrier, struct waiter *waiter, int error, const struct thr__waiting *why)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot = thr__lot_lock(barrier);
	bool acting = waiter->node.key && barrier->state == ACTING;
	bool breaks = waiter->node.key && !acting;

	if (acting)
		store_relaxed(&waiter->wait.word, 0); /* still in line: to be claimed after all */
	if (breaks) {
		thr__lot_unhang(lot, &waiter->node);
		let_go(barrier, lot, BROKEN, broken, &wakes);
	}
	thr__lot_unlock(lot);
	if (breaks) {
		open_gate(gate(barrier), &wakes);
		PROBE(barrier_broken, thr__uid(), (uintptr_t)barrier);
		return error == -EINTR ? error : -ECANCELED;
	}
	if (acting)
		thr__wait_sleep(&waiter->wait, NULL, 0, THR__NEVER, why);
	return waiter->node.item == tripped ? waiter->index : -ECANCELED;
}

static int wait_in_line(thr_barrier *barrier, struct waiter *waiter, thr__deadline deadline, thr_cancel *cancel)
{
	struct thr__waiting why = { .kind = THR_WAIT_barrier, .object = barrier };
	int won;

	if (cancel)
		thr__cancel_class.arm(cancel, &waiter->cancel.node);
	/* The barrier's node is not among the sources: what becomes of it give_up() decides. */
	won = thr__wait_sleep(&waiter->wait, &waiter->cancel, cancel ? 1 : 0, deadline, &why);
	if (won == 1)
		return waiter->node.item == tripped ? waiter->index : -ECANCELED;
	return give_up(barrier, waiter, won == 0 ? -EINTR : -ETIMEDOUT, &why);
}

int thr_barrier_wait_cancel(thr_barrier *barrier, thr_ns timeout, thr_cancel *cancel)
{
	struct waiter waiter = { .cancel = { .class = &thr__cancel_class, .object = cancel } };
	struct thr__source at_gate = { .class = &gate_class };
	struct thr__waiting why = { .kind = THR_WAIT_barrier, .object = barrier };
	thr__deadline deadline;
	int result = check(barrier);

	if (!result)
		result = thr__deadline_after(timeout, &deadline);
	if (result)
		return result;
	at_gate.object = gate(barrier);
	waiter.cancel.node = (struct thr__node){ .wait = &waiter.wait };
	waiter.node = (struct thr__node){ .wait = &waiter.wait, .index = 1, .item = undecided };
	while ((result = enter(barrier, &waiter)) == -EAGAIN)
		thr__wait_for(&at_gate, THR__NEVER, NULL, &why);
	if (result)
		return result;
	PROBE(barrier_wait, thr__uid(), (uintptr_t)barrier, waiter.index);
	if (waiter.last) /* for anybody else the barrier may be gone by now */
		result = act(barrier, waiter.round, waiter.index);
	else
		result = wait_in_line(barrier, &waiter, deadline, cancel);
	PROBE(barrier_wake, thr__uid(), (uintptr_t)barrier, result);
	return result;
}

int thr_barrier_wait_timeout(thr_barrier *barrier, thr_ns timeout)
{
	return thr_barrier_wait_cancel(barrier, timeout, NULL);
}

int thr_barrier_wait(thr_barrier *barrier)
{
	return thr_barrier_wait_cancel(barrier, barrier ? barrier->timeout : 0, NULL);
}

int thr_barrier_abort(thr_barrier *barrier)
{
	int error = check(barrier);

	if (!error)
		change(barrier, BROKEN);
	return error;
}

int thr_barrier_reset(thr_barrier *barrier)
{
	int error = check(barrier);

	if (!error)
		change(barrier, FILLING);
	return error;
}

int thr_barrier_parties(const thr_barrier *barrier)
{
	return barrier ? (int)barrier->parties : 0;
}

int thr_barrier_waiting(const thr_barrier *barrier)
{
	return barrier ? (int)load_relaxed(&barrier->waiting) : 0;
}

bool thr_barrier_broken(const thr_barrier *barrier)
{
	return barrier && load_relaxed(&barrier->state) == BROKEN;
}

int thr_barrier_repr(const thr_barrier *barrier, char *text, size_t size)
{
	if (thr_barrier_broken(barrier))
		return snprintf(text, size, "<thr.Barrier at %p: broken>", (const void *)barrier);
	return snprintf(text, size, "<thr.Barrier at %p: waiters=%d/%d>", (const void *)barrier,
			thr_barrier_waiting(barrier), thr_barrier_parties(barrier));
}
