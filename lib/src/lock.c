/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Lock: a futex word, nothing else. A wait without a token sleeps on the word itself, as the system's mutexes do.
 * A wait with one cannot (a cancel could slip in just before the sleep), so it parks in a lot; a release of a
 * contended word wakes one sleeper of each sort, and they race.
 */
#include <errno.h>
#include <stdio.h>

#include "lock.h"
#include "thread.h"

int thr__strict_deadline(thr_ns timeout, thr__deadline *deadline)
{
	if (timeout < 0 && timeout != THR_FOREVER)
		return -EINVAL;
	return thr__deadline_after(timeout, deadline);
}

/* Free: taken as contended, since others may wait. Held: marked contended, so that its release wakes. */
static bool take_contended(uint32_t *word)
{
	return exchange(word, 2) == 0;
}

static void word_arm(void *object, struct thr__node *node)
{
	uint32_t *word = object;
	struct thr__lot *lot = thr__lot_lock(word);

	if (node->wait->poll) {
		if (cas(word, 0, 1) && !thr__wait_take(node))
			store_release(word, 0);
		thr__lot_unlock(lot);
		return;
	}
	thr__lot_hang(lot, word, node);
	if (take_contended(word)) {
		thr__lot_unhang(lot, node);
		node->item = word;
		if (!thr__wait_take(node)) {
			thr__lot_unlock(lot);
			thr__word_release(word);
			return;
		}
	}
	thr__lot_unlock(lot);
}

/* Claimed by itself with the word in hand (item), or by a release, which hands over nothing. */
static int word_done(void *object, struct thr__node *node)
{
	if (node->wait->poll || node->item)
		return 0;
	return take_contended(object) ? 0 : -EAGAIN;
}

const struct thr__class thr__lock_class = { .arm = word_arm, .disarm = thr__lot_disarm, .done = word_done };

static int word_sleep(uint32_t *word, thr__deadline deadline)
{
	while (!take_contended(word)) {
		if (thr__futex_wait_lock(word, deadline) == -ETIMEDOUT)
			return -ETIMEDOUT;
	}
	return 0;
}

int thr__word_wait(uint32_t *word, thr_ns timeout, thr_cancel *cancel, uint32_t wait_kind)
{
	struct thr__source source = { .class = &thr__lock_class, .object = word };
	struct thr__waiting why = { .kind = wait_kind, .object = word, .owner_tid = load_relaxed(word + 2) };
	thr__deadline deadline;
	int error = thr__strict_deadline(timeout, &deadline);

	if (error)
		return error;
	if (deadline == 0)
		return cas(word, 0, 1) ? 0 : -ETIMEDOUT;
	PROBE(lock_wait, thr__uid(), (uintptr_t)word, why.owner_tid);
	if (cancel) {
		error = thr__wait_for(&source, deadline, cancel, &why);
	} else {
		thr__registry_wait_begin(&why, deadline);
		error = word_sleep(word, deadline);
		thr__registry_wait_end();
	}
	if (error)
		PROBE(lock_timeout, thr__uid(), (uintptr_t)word);
	else
		PROBE(lock_acquired, thr__uid(), (uintptr_t)word);
	return error;
}

/* The word is free by now, and so may be the lock's memory: only its address is used. */
static __attribute__((noinline)) void wake_after_release(uint32_t *word)
{
	struct thr__wakes wakes = { .n = 0 };

	PROBE(lock_release, thr__uid(), (uintptr_t)word);
	thr__futex_wake(word, 1);
	if (thr__lot_busy(word)) {
		struct thr__lot *lot = thr__lot_lock(word);

		thr__lot_claim(lot, word, 1, NULL, &wakes);
		thr__lot_unlock(lot);
		thr__wakes_do(&wakes);
	}
}

uint32_t thr__word_release(uint32_t *word)
{
	uint32_t old = exchange(word, 0);

	if (unlikely(old == 2))
		wake_after_release(word);
	return old;
}

int thr_lock_acquire_cancel(thr_lock *lock, thr_ns timeout, thr_cancel *cancel)
{
	int error;

	if (unlikely(!lock))
		return -EFAULT;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	if (unlikely(timeout < THR_FOREVER || timeout > THR_TIMEOUT_MAX))
		return timeout < 0 ? -EINVAL : -EOVERFLOW;
	if (unlikely(!cas(&lock->word, 0, 1))) {
		error = thr__word_wait(&lock->word, timeout, cancel, THR_WAIT_lock);
		if (error)
			return error;
	}
	store_relaxed(&lock->owner_tid, thr__tid());
	return 0;
}

int thr_lock_acquire(thr_lock *lock, thr_ns timeout)
{
	if (likely(lock && timeout == THR_FOREVER && cas(&lock->word, 0, 1))) {
		store_relaxed(&lock->owner_tid, thr__tid());
		return 0;
	}
	return thr_lock_acquire_cancel(lock, timeout, NULL);
}

int thr_lock_release(thr_lock *lock)
{
	if (unlikely(!lock))
		return -EFAULT;
	if (unlikely(load_relaxed(&lock->word) == 0))
		return -ENOLCK;
	store_relaxed(&lock->owner_tid, 0);
	return likely(thr__word_release(&lock->word)) ? 0 : -ENOLCK;
}

bool thr_lock_locked(const thr_lock *lock)
{
	return lock && load_relaxed(&lock->word) != 0;
}

uint32_t thr_lock_owner(const thr_lock *lock)
{
	return lock ? load_relaxed(&lock->owner_tid) : 0;
}

void thr_lock_at_fork_reinit(thr_lock *lock)
{
	if (lock)
		*lock = (thr_lock){ 0 };
}

int thr_lock_repr(const thr_lock *lock, char *text, size_t size)
{
	return snprintf(text, size, "<%s thr_lock object at %p owner=%u>",
			thr_lock_locked(lock) ? "locked" : "unlocked", (const void *)lock, thr_lock_owner(lock));
}
