/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Beyond Python: co-operative cancel, and waiting for any of several.
 *
 * A token is zeroed memory (thr_cancel, in base.h), set once by anybody. Every wait of the library has a form that
 * takes one and returns -EINTR as soon as it is set; nothing that the wait was for has then been taken.
 */
#ifndef THRACE_CANCEL_H
#define THRACE_CANCEL_H

#include <thrace/event.h>
#include <thrace/lock.h>
#include <thrace/queue.h>
#include <thrace/semaphore.h>
#include <thrace/thread.h>

THR_BEGIN_DECLS

THR_API void thr_cancel_set(thr_cancel *cancel);
THR_API bool thr_cancel_is_set(const thr_cancel *cancel);

/* Sleeps; 0 when the time was up, -EINTR when the token (may be null) was set. THR_FOREVER needs a token. */
THR_API int thr_sleep(thr_ns time);
THR_API int thr_sleep_cancel(thr_ns time, thr_cancel *cancel);

typedef enum {
	THR_ANY_THREAD,       /* thr_thread *: it has ended */
	THR_ANY_EVENT,        /* thr_event *: it is set */
	THR_ANY_CANCEL,       /* thr_cancel *: it is set */
	THR_ANY_LOCK,         /* thr_lock *: taken */
	THR_ANY_SEM,          /* thr_sem *: a unit taken */
	THR_ANY_QUEUE,        /* thr_queue *: an item taken, or in error -EPIPE or what its hook refused with */
	THR_ANY_SIMPLE_QUEUE, /* thr_simple_queue *: an item taken */
} thr_any_kind;

typedef struct {
	thr_any_kind kind;
	void *object;
	void *item; /* out, for queues */
	int error;  /* out: 0, or why this object can never be ready */
} thr_any;

#define THR_ANY_MAX 64

/*
 * Waits until one of n objects is ready, takes it, and returns its index; nothing is taken from the others. When
 * several are ready, the first in the array. -ETIMEDOUT, -EINTR; -EINVAL: n is 0 or above THR_ANY_MAX, or a kind
 * is unknown; -EFAULT; and for threads what join says.
 */
THR_API int thr_wait_any(thr_any *any, size_t n, thr_ns timeout);
THR_API int thr_wait_any_cancel(thr_any *any, size_t n, thr_ns timeout, thr_cancel *cancel);

THR_END_DECLS

#endif
