/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Condition: hang in line, let the lock go, sleep, take the lock back. */
#include <errno.h>
#include <stdio.h>

#include <thrace/condition.h>
#include "lock.h"
#include "thread.h"

int thr_cond_init(thr_cond *cond, thr_lock *lock, thr_rlock *rlock)
{
	if (!cond)
		return -EFAULT;
	if (lock && rlock)
		return -EINVAL;
	*cond = (thr_cond){ .lock = lock, .rlock = rlock };
	return 0;
}

static thr_rlock *rlock_of(const thr_cond *cond)
{
	return cond->rlock ? cond->rlock : (thr_rlock *)&cond->own;
}

int thr_cond_acquire(thr_cond *cond, thr_ns timeout)
{
	if (!cond)
		return -EFAULT;
	return cond->lock ? thr_lock_acquire(cond->lock, timeout) : thr_rlock_acquire(rlock_of(cond), timeout);
}

int thr_cond_release(thr_cond *cond)
{
	if (!cond)
		return -EFAULT;
	return cond->lock ? thr_lock_release(cond->lock) : thr_rlock_release(rlock_of(cond));
}

/* A plain lock has no owner: that it is held by somebody must do, as in Python. */
static bool held(const thr_cond *cond)
{
	return cond->lock ? thr_lock_locked(cond->lock) : thr_rlock_is_owned(rlock_of(cond));
}

static void cond_arm(void *object, struct thr__node *node)
{
	struct thr__lot *lot = thr__lot_lock(object);

	thr__lot_hang(lot, object, node);
	thr__lot_unlock(lot);
}

static const struct thr__class cond_class = { .arm = cond_arm, .disarm = thr__lot_disarm };

static int sleep_unlocked(thr_cond *cond, struct thr__wait *wait, struct thr__source *sources, unsigned n,
			  thr__deadline deadline)
{
	struct thr__waiting why = { .kind = THR_WAIT_condition, .object = cond };
	uint32_t count = 0;
	int won;

	if (cond->lock)
		thr_lock_release(cond->lock);
	else
		thr_rlock_release_save(rlock_of(cond), &count);
	won = thr__wait_sleep(wait, sources, n, deadline, &why);
	if (cond->lock)
		thr_lock_acquire(cond->lock, THR_FOREVER);
	else
		thr_rlock_acquire_restore(rlock_of(cond), count);
	return won;
}

static int wait_until(thr_cond *cond, thr__deadline deadline, thr_cancel *cancel)
{
	struct thr__source sources[2] = {
		{ .class = &thr__cancel_class, .object = cancel },
		{ .class = &cond_class, .object = cond },
	};
	unsigned first = cancel ? 0 : 1;
	struct thr__wait wait;
	int won;

	if (!held(cond))
		return -EPERM;
	thr__wait_arm(&wait, &sources[first], 2 - first, false);
	won = sleep_unlocked(cond, &wait, &sources[first], 2 - first, deadline);
	if (won < 0)
		return won;
	return won + first == 0 ? -EINTR : 0;
}

int thr_cond_wait_cancel(thr_cond *cond, thr_ns timeout, thr_cancel *cancel)
{
	thr__deadline deadline;
	int error;

	if (!cond)
		return -EFAULT;
	error = thr__deadline_after(timeout, &deadline);
	if (error)
		return error;
	PROBE(cond_wait, thr__uid(), (uintptr_t)cond, timeout);
	error = wait_until(cond, deadline, cancel);
	PROBE(cond_wake, thr__uid(), (uintptr_t)cond, error);
	return error;
}

int thr_cond_wait(thr_cond *cond, thr_ns timeout)
{
	return thr_cond_wait_cancel(cond, timeout, NULL);
}

int thr_cond_wait_for_cancel(thr_cond *cond, bool (*predicate)(void *), void *arg, thr_ns timeout,
			     thr_cancel *cancel)
{
	thr__deadline deadline;
	int error;

	if (!cond || !predicate)
		return -EFAULT;
	error = thr__deadline_after(timeout, &deadline);
	if (!error && !held(cond))
		error = -EPERM;
	while (!error) {
		if (predicate(arg))
			return 0;
		error = wait_until(cond, deadline, cancel);
	}
	/* Time and predicate may have come together. */
	return error == -ETIMEDOUT && predicate(arg) ? 0 : error;
}

int thr_cond_wait_for(thr_cond *cond, bool (*predicate)(void *), void *arg, thr_ns timeout)
{
	return thr_cond_wait_for_cancel(cond, predicate, arg, timeout, NULL);
}

static int notify(thr_cond *cond, unsigned n)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot;
	unsigned woken;

	if (!cond)
		return -EFAULT;
	if (!held(cond))
		return -EPERM;
	lot = thr__lot_lock(cond);
	woken = thr__lot_claim(lot, cond, n, NULL, &wakes);
	thr__lot_unlock(lot);
	thr__wakes_do(&wakes);
	PROBE(cond_notify, thr__uid(), (uintptr_t)cond, woken);
	return 0;
}

int thr_cond_notify(thr_cond *cond, int n)
{
	return notify(cond, n > 0 ? (unsigned)n : 0);
}

int thr_cond_notify_all(thr_cond *cond)
{
	return notify(cond, UINT32_MAX);
}

int thr_cond_repr(const thr_cond *cond, char *text, size_t size)
{
	return snprintf(text, size, "<thr.Condition at %p: %s>", (const void *)cond,
			cond && held(cond) ? "locked" : "unlocked");
}
