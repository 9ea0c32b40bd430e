/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Lock and RLock. A lock has no owner rule: taking it twice blocks, and any thread may release it. A re-entrant
 * lock belongs to the thread that took it and counts. Both record the owner's kernel thread id at byte 8, so an
 * inspector can say who holds them; neither is fair.
 */
#ifndef THRACE_LOCK_H
#define THRACE_LOCK_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_lock {
	uint32_t word, reserved, owner_tid, reserved2;
} thr_lock;

typedef struct thr_rlock {
	uint32_t word, count, owner_tid, reserved;
	uint64_t owner; /* unlike the tid it survives a fork */
} thr_rlock;

/*
 * Takes the lock; 0 when it is held. THR_FOREVER waits, THR_POLL tries once.
 * -ETIMEDOUT; -EINVAL for another negative timeout; -EOVERFLOW; -EINTR when the token is set (also when it was set
 * before: the token is looked at first); for an rlock -EOVERFLOW after 2^32 - 1 recursions.
 */
THR_API int thr_lock_acquire(thr_lock *lock, thr_ns timeout);
THR_API int thr_lock_acquire_cancel(thr_lock *lock, thr_ns timeout, thr_cancel *cancel);
THR_API int thr_rlock_acquire(thr_rlock *lock, thr_ns timeout);
THR_API int thr_rlock_acquire_cancel(thr_rlock *lock, thr_ns timeout, thr_cancel *cancel);

/* Gives it back. -ENOLCK: the lock was free. -EPERM: the rlock is not the caller's. */
THR_API int thr_lock_release(thr_lock *lock);
THR_API int thr_rlock_release(thr_rlock *lock);

THR_API bool thr_lock_locked(const thr_lock *lock);
THR_API bool thr_rlock_locked(const thr_rlock *lock);

/* Whether the calling thread holds it, and how many times (0: not at all). */
THR_API bool thr_rlock_is_owned(const thr_rlock *lock);
THR_API uint32_t thr_rlock_recursion_count(const thr_rlock *lock);

/* The kernel thread id of the holder, 0 when free. By the time it is read it may be history. */
THR_API uint32_t thr_lock_owner(const thr_lock *lock);
THR_API uint32_t thr_rlock_owner(const thr_rlock *lock);

/*
 * Release all recursions at once and take them back: what a condition does around its sleep. -EPERM when not the
 * caller's. restore never fails and waits as long as it must.
 */
THR_API int thr_rlock_release_save(thr_rlock *lock, uint32_t *count);
THR_API void thr_rlock_acquire_restore(thr_rlock *lock, uint32_t count);

/* In a forked child: make a lock that was copied held free again, waiters forgotten. */
THR_API void thr_lock_at_fork_reinit(thr_lock *lock);
THR_API void thr_rlock_at_fork_reinit(thr_rlock *lock);

/* "<locked thr_lock object at 0x... owner=TID>"; as snprintf: cut to size, returns the full length. */
THR_API int thr_lock_repr(const thr_lock *lock, char *text, size_t size);
THR_API int thr_rlock_repr(const thr_rlock *lock, char *text, size_t size);

static inline void thr__lock_leave(thr_lock **lock)
{
	if (*lock)
		thr_lock_release(*lock);
}

static inline void thr__rlock_leave(thr_rlock **lock)
{
	if (*lock)
		thr_rlock_release(*lock);
}

/* Python's "with lock:": held to the end of the enclosing block, however that is left (return, break, goto). */
#define THR_WITH_LOCK(lock)                                                                                  \
	__attribute__((cleanup(thr__lock_leave), unused)) thr_lock *THR__NAME(thr__held_, __LINE__) =                 \
		thr_lock_acquire((lock), THR_FOREVER) == 0 ? (lock) : (thr_lock *)0
#define THR_WITH_RLOCK(lock)                                                                                 \
	__attribute__((cleanup(thr__rlock_leave), unused)) thr_rlock *THR__NAME(thr__held_, __LINE__) =               \
		thr_rlock_acquire((lock), THR_FOREVER) == 0 ? (lock) : (thr_rlock *)0

THR_END_DECLS

#endif
