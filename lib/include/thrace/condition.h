/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Condition: waiters are woken first come, first served, at most as many as were notified, and never without a
 * notify, a timeout or a cancel. The lock is a re-entrant one of its own unless thr_cond_init() is given another;
 * a wait releases all of its recursions and takes them all back before it returns, whatever it returns.
 */
#ifndef THRACE_CONDITION_H
#define THRACE_CONDITION_H

#include <thrace/lock.h>

THR_BEGIN_DECLS

typedef struct thr_cond {
	thr_lock *lock;   /* at most one of the two is set; */
	thr_rlock *rlock; /* neither: own */
	thr_rlock own;
	uint64_t reserved;
} thr_cond;

/* Only needed to share a lock. Both null: as zeroed. -EINVAL when both are given. */
THR_API int thr_cond_init(thr_cond *cond, thr_lock *lock, thr_rlock *rlock);

/* The condition's lock: as thr_lock_acquire() and thr_rlock_acquire(). */
THR_API int thr_cond_acquire(thr_cond *cond, thr_ns timeout);
THR_API int thr_cond_release(thr_cond *cond);

/*
 * Waits for a notify. 0: notified; -ETIMEDOUT (a timeout <= 0 other than THR_FOREVER polls); -EINTR; -EPERM: the
 * lock is not held. The lock is held again on return, except after -EPERM, -EINVAL, -EOVERFLOW and -EFAULT,
 * which leave it as it was.
 */
THR_API int thr_cond_wait(thr_cond *cond, thr_ns timeout);
THR_API int thr_cond_wait_cancel(thr_cond *cond, thr_ns timeout, thr_cancel *cancel);

/*
 * Waits until predicate(arg) is true, against one deadline. 0: true; otherwise as thr_cond_wait() with the
 * predicate false at the last look. The predicate runs with the lock held.
 */
THR_API int thr_cond_wait_for(thr_cond *cond, bool (*predicate)(void *), void *arg, thr_ns timeout);
THR_API int thr_cond_wait_for_cancel(thr_cond *cond, bool (*predicate)(void *), void *arg, thr_ns timeout,
				     thr_cancel *cancel);

/* Wakes at most n waiters (n < 1: none), or all. -EPERM: the lock is not held. */
THR_API int thr_cond_notify(thr_cond *cond, int n);
THR_API int thr_cond_notify_all(thr_cond *cond);

THR_API int thr_cond_repr(const thr_cond *cond, char *text, size_t size);

THR_END_DECLS

#endif
