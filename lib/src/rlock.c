/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* RLock: a lock's word, an owner that survives a fork (the address of a thread's own variable), a count. */
#include <errno.h>
#include <stdio.h>

#include "lock.h"
#include "thread.h"

static uint64_t me(void)
{
	return (uint64_t)(uintptr_t)&thr__self;
}

bool thr_rlock_is_owned(const thr_rlock *lock)
{
	return lock && load_relaxed(&lock->owner) == me();
}

static void own(thr_rlock *lock, uint32_t count)
{
	store_relaxed(&lock->owner, me());
	store_relaxed(&lock->owner_tid, thr__tid());
	store_relaxed(&lock->count, count);
}

static void disown(thr_rlock *lock)
{
	store_relaxed(&lock->owner, 0);
	store_relaxed(&lock->owner_tid, 0);
	store_relaxed(&lock->count, 0);
	thr__word_release(&lock->word);
}

int thr_rlock_acquire_cancel(thr_rlock *lock, thr_ns timeout, thr_cancel *cancel)
{
	int error;

	if (unlikely(!lock))
		return -EFAULT;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	if (unlikely(timeout < THR_FOREVER || timeout > THR_TIMEOUT_MAX))
		return timeout < 0 ? -EINVAL : -EOVERFLOW;
	if (thr_rlock_is_owned(lock)) {
		if (lock->count == UINT32_MAX)
			return -EOVERFLOW;
		store_relaxed(&lock->count, lock->count + 1);
		return 0;
	}
	if (unlikely(!cas(&lock->word, 0, 1))) {
		error = thr__word_wait(&lock->word, timeout, cancel, THR_WAIT_rlock);
		if (error)
			return error;
	}
	own(lock, 1);
	return 0;
}

int thr_rlock_acquire(thr_rlock *lock, thr_ns timeout)
{
	return thr_rlock_acquire_cancel(lock, timeout, NULL);
}

int thr_rlock_release(thr_rlock *lock)
{
	if (unlikely(!lock))
		return -EFAULT;
	if (unlikely(!thr_rlock_is_owned(lock)))
		return -EPERM;
	if (lock->count > 1)
		store_relaxed(&lock->count, lock->count - 1);
	else
		disown(lock);
	return 0;
}

int thr_rlock_release_save(thr_rlock *lock, uint32_t *count)
{
	if (!lock || !count)
		return -EFAULT;
	if (!thr_rlock_is_owned(lock))
		return -EPERM;
	*count = lock->count;
	disown(lock);
	return 0;
}

void thr_rlock_acquire_restore(thr_rlock *lock, uint32_t count)
{
	if (!cas(&lock->word, 0, 1))
		thr__word_wait(&lock->word, THR_FOREVER, NULL, THR_WAIT_rlock);
	own(lock, count);
}

bool thr_rlock_locked(const thr_rlock *lock)
{
	return lock && load_relaxed(&lock->word) != 0;
}

uint32_t thr_rlock_recursion_count(const thr_rlock *lock)
{
	return thr_rlock_is_owned(lock) ? lock->count : 0;
}

uint32_t thr_rlock_owner(const thr_rlock *lock)
{
	return lock ? load_relaxed(&lock->owner_tid) : 0;
}

void thr_rlock_at_fork_reinit(thr_rlock *lock)
{
	if (lock)
		*lock = (thr_rlock){ 0 };
}

int thr_rlock_repr(const thr_rlock *lock, char *text, size_t size)
{
	return snprintf(text, size, "<%s thr_rlock object at %p owner=%u count=%u>",
			thr_rlock_locked(lock) ? "locked" : "unlocked", (const void *)lock, thr_rlock_owner(lock),
			lock ? load_relaxed(&lock->count) : 0);
}
