/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Semaphore and BoundedSemaphore. Zeroed memory is a semaphore of value 1, as Semaphore() is in Python.
 * A released unit goes to the first waiter: nobody overtakes.
 */
#ifndef THRACE_SEMAPHORE_H
#define THRACE_SEMAPHORE_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_sem {
	int64_t level; /* value - 1 */
	int64_t bound; /* the most that value may be; 0: no bound */
} thr_sem;

/* -EINVAL: value < 0 (for a bounded one: < 1 makes a semaphore that can never be released; allowed, as in Python). */
THR_API int thr_sem_init(thr_sem *sem, int64_t value);
THR_API int thr_bounded_sem_init(thr_sem *sem, int64_t value);

/* Takes a unit. -ETIMEDOUT, -EINTR; -EINVAL for a negative timeout other than THR_FOREVER; -EOVERFLOW. */
THR_API int thr_sem_acquire(thr_sem *sem, thr_ns timeout);
THR_API int thr_sem_acquire_cancel(thr_sem *sem, thr_ns timeout, thr_cancel *cancel);

/* Gives n units, all or none. -EINVAL: n < 1. -EOVERFLOW: beyond the bound. */
THR_API int thr_sem_release(thr_sem *sem, int64_t n);

THR_API int64_t thr_sem_value(const thr_sem *sem);

/* "<thr.Semaphore at 0x...: value=3>", "<thr.BoundedSemaphore at 0x...: value=2/3>"; as snprintf. */
THR_API int thr_sem_repr(const thr_sem *sem, char *text, size_t size);

static inline void thr__sem_leave(thr_sem **sem)
{
	if (*sem)
		thr_sem_release(*sem, 1);
}

/* Python's "with semaphore:": a unit held to the end of the enclosing block. */
#define THR_WITH_SEM(sem)                                                                                    \
	__attribute__((cleanup(thr__sem_leave), unused)) thr_sem *THR__NAME(thr__unit_, __LINE__) =                   \
		thr_sem_acquire((sem), THR_FOREVER) == 0 ? (sem) : (thr_sem *)0

THR_END_DECLS

#endif
