/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Barrier: counted under its lot's guard; the action runs outside it, while newcomers wait at a gate of their own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <thrace/barrier.h>
#include "thread.h"

enum { FILLING, ACTING, BROKEN };

/* Handed to waiters that are broken rather than let through. */
static char broken[1];

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

/* Under the guard: lets everyone go with this word, and the gate opens. */
static void let_go(thr_barrier *barrier, struct thr__lot *lot, uint32_t state, void *word, struct thr__wakes *wakes)
{
	store_relaxed(&barrier->state, state);
	store_relaxed(&barrier->waiting, 0);
	barrier->round++;
	thr__lot_claim(lot, barrier, UINT32_MAX, word, wakes);
}

static void change(thr_barrier *barrier, uint32_t state, void *word)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot = thr__lot_lock(barrier);

	let_go(barrier, lot, state, word, &wakes);
	thr__lot_unlock(lot);
	lot = thr__lot_lock(gate(barrier));
	thr__lot_claim(lot, gate(barrier), UINT32_MAX, NULL, &wakes);
	thr__lot_unlock(lot);
	thr__wakes_do(&wakes);
	if (word)
		PROBE(barrier_broken, thr__uid(), (uintptr_t)barrier);
	else
		PROBE(barrier_trip, thr__uid(), (uintptr_t)barrier, barrier->round);
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

/* The last to come: state is ACTING, so nobody else changes it but abort and reset. */
static int act(thr_barrier *barrier, uint64_t round, int index)
{
	struct action_call call = { .barrier = barrier };
	struct thr__frame frame = { .how = THR_EXIT_RETURNED };

	if (barrier->action)
		thr__protect(&frame, call_action, &call);
	if (frame.how == THR_EXIT_FAILED)
		call.result = frame.code;
	free(frame.message);
	if (load_acquire(&barrier->round) != round)
		return -ECANCELED;
	change(barrier, call.result ? BROKEN : FILLING, call.result ? broken : NULL);
	return call.result ? call.result : index;
}

static void hang_arm(void *object, struct thr__node *node)
{
	struct thr__lot *lot = thr__lot_lock(object);

	thr__lot_hang(lot, object, node);
	thr__lot_unlock(lot);
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

static const struct thr__class barrier_class = { .arm = hang_arm, .disarm = thr__lot_disarm };
static const struct thr__class gate_class = { .arm = gate_arm, .disarm = thr__lot_disarm };

/* A wait that gave up breaks its round, unless the round was decided meanwhile or its action runs. */
static int give_up(thr_barrier *barrier, uint64_t round, int error, int index)
{
	struct thr__source source = { .class = &gate_class, .object = gate(barrier) };
	struct thr__waiting why = { .kind = THR_WAIT_barrier, .object = barrier };

	for (;;) {
		struct thr__lot *lot = thr__lot_lock(barrier);
		bool decided = barrier->round != round;
		bool acting = !decided && barrier->state == ACTING;

		if (!decided && !acting)
			store_relaxed(&barrier->state, BROKEN);
		thr__lot_unlock(lot);
		if (decided)
			return load_acquire(&barrier->state) == BROKEN ? -ECANCELED : index;
		if (!acting) {
			change(barrier, BROKEN, broken);
			return error == -EINTR ? error : -ECANCELED;
		}
		thr__wait_for(&source, THR__NEVER, NULL, &why);
	}
}

/* Counts the caller in and hangs it in one step: nobody can trip the barrier in between. */
static int enter(thr_barrier *barrier, struct thr__wait *wait, struct thr__source *sources, unsigned n, uint64_t *round)
{
	struct thr__lot *lot = thr__lot_lock(barrier);
	int index = (int)barrier->waiting;

	*round = barrier->round;
	if (barrier->state != FILLING) {
		index = barrier->state == BROKEN ? -ECANCELED : -EAGAIN;
	} else {
		store_relaxed(&barrier->waiting, barrier->waiting + 1);
		if (barrier->waiting == barrier->parties) {
			store_relaxed(&barrier->state, ACTING);
		} else {
			struct thr__node *node = &sources[n - 1].node;

			*wait = (struct thr__wait){ 0 };
			node->wait = wait;
			node->index = n - 1;
			thr__lot_hang(lot, barrier, node);
		}
	}
	thr__lot_unlock(lot);
	return index;
}

/* Both nodes hang already; without a token only the barrier's does, and must be unhung by hand. */
static int sleep_in(struct thr__wait *wait, struct thr__source *sources, thr_cancel *cancel, thr__deadline deadline,
		    const struct thr__waiting *why)
{
	int won;

	if (cancel)
		return thr__wait_sleep(wait, sources, 2, deadline, why);
	won = thr__wait_sleep(wait, sources, 0, deadline, why);
	if (won < 0)
		thr__lot_disarm(sources[1].object, &sources[1].node);
	return won;
}

int thr_barrier_wait_cancel(thr_barrier *barrier, thr_ns timeout, thr_cancel *cancel)
{
	struct thr__source sources[2] = {
		{ .class = &thr__cancel_class, .object = cancel },
		{ .class = &barrier_class, .object = barrier },
	};
	struct thr__source at_gate = { .class = &gate_class, .object = gate(barrier) };
	struct thr__waiting why = { .kind = THR_WAIT_barrier, .object = barrier };
	struct thr__wait wait;
	thr__deadline deadline;
	uint64_t round;
	int index, won, error = check(barrier);

	if (!error)
		error = thr__deadline_after(timeout, &deadline);
	if (error)
		return error;
	while ((index = enter(barrier, &wait, sources, 2, &round)) == -EAGAIN)
		thr__wait_for(&at_gate, THR__NEVER, NULL, &why);
	if (index < 0)
		return index;
	PROBE(barrier_wait, thr__uid(), (uintptr_t)barrier, index);
	if (index + 1 == (int)barrier->parties)
		return act(barrier, round, index);
	sources[0].node = (struct thr__node){ .wait = &wait };
	if (cancel)
		thr__cancel_class.arm(cancel, &sources[0].node);
	won = sleep_in(&wait, sources, cancel, deadline, &why);
	if (won == 1)
		return sources[1].node.item == broken ? -ECANCELED : index;
	return give_up(barrier, round, won == 0 ? -EINTR : -ETIMEDOUT, index);
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
		change(barrier, BROKEN, broken);
	return error;
}

int thr_barrier_reset(thr_barrier *barrier)
{
	int error = check(barrier);

	if (!error)
		change(barrier, FILLING, broken);
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
	return snprintf(text, size, "<thr.Barrier at %p: waiters=%d/%d>", (const void *)barrier,
			thr_barrier_waiting(barrier), thr_barrier_parties(barrier));
}
