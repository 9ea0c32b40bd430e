/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What every other header of libthrace stands on: visibility, time, errors.
 *
 * Errors: every function that can fail returns 0 (or a documented value >= 0) or a negative errno value; errno
 * itself is left alone. thr_strerror() gives the sentence. One value has one meaning throughout the library:
 *
 *   -EFAULT     a pointer that must not be null is null
 *   -ENXIO      the object was never constructed (zeroed memory where a constructor is needed)
 *   -EINVAL     a value out of its range (a negative count, a negative lock timeout, not a number)
 *   -EOVERFLOW  a timeout above THR_TIMEOUT_MAX, or a count above its bound
 *   -ETIMEDOUT  the time was up; a poll that found nothing says this too (queues say -EAGAIN)
 *   -EINTR      the wait's cancel token was set; signals never cause it
 *   -EALREADY   a second start of a thread
 *   -ESRCH      join of a thread that was not started
 *   -EDEADLK    join of the calling thread by itself
 *   -ENOTSUP    join of a thread that the library did not start
 *   -EBUSY      the daemon flag changed after start
 *   -ENOLCK     release of a lock that nobody holds
 *   -EPERM      release of, or condition wait on, a lock that the caller does not hold
 *   -EAGAIN     a queue is full or empty
 *   -EPIPE      a queue was shut down
 *   -ERANGE     task_done without a task
 *   -ECANCELED  a barrier is broken
 *   -ENOENT     a thread-local without a value in this thread
 *   -ESHUTDOWN  too late: the process is shutting down
 *   -ENOBUFS    the system refuses another thread
 *   -ENOMEM     out of memory
 *
 * Not async-signal-safe, except where a function says that it is. Waits restart after a signal's handler returns.
 * The system's pthread_cancel() is not for these threads: thr_cancel is.
 */
#ifndef THRACE_BASE_H
#define THRACE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define THR_BEGIN_DECLS extern "C" {
#define THR_END_DECLS   }
#else
#define THR_BEGIN_DECLS
#define THR_END_DECLS
#endif

#define THR_API      __attribute__((visibility("default")))
#define THR_NORETURN __attribute__((noreturn))
#define THR_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* A name of its own for each use of the THR_WITH_ macros, so that they nest. */
#define THR__PASTE(a, b) a##b
#define THR__NAME(a, b)	 THR__PASTE(a, b)

THR_BEGIN_DECLS

/* A relative time in nanoseconds, measured on CLOCK_MONOTONIC: setting the wall clock changes no wait. */
typedef int64_t thr_ns;

#define THR_FOREVER     ((thr_ns)-1)
#define THR_POLL        ((thr_ns)0)
#define THR_TIMEOUT_MAX (INT64_MAX / 2)
#define THR_INVALID     INT64_MIN /* what a conversion gives for "not a number": every wait refuses it */

#define THR_US(n) ((thr_ns)(n) * 1000)
#define THR_MS(n) ((thr_ns)(n) * 1000000)
#define THR_S(n)  ((thr_ns)(n) * 1000000000)

/* Seconds as Python gives them. Not a number gives THR_INVALID; what is too large gives more than THR_TIMEOUT_MAX. */
THR_API thr_ns thr_seconds(double seconds);

/* Python's pair (blocking, timeout) as one value; not blocking with a timeout is THR_INVALID. */
THR_API thr_ns thr_blocking(bool blocking, thr_ns timeout);

/* Now, on CLOCK_MONOTONIC. */
THR_API thr_ns thr_monotonic(void);

/* The library's sentence for a negative errno value, or the system's; never null. Do not free. Async-signal-safe. */
THR_API const char *thr_strerror(int error);

/* "0.1.0" */
THR_API const char *thr_version(void);

/*
 * The objects that can be embedded. Each is valid when zeroed (static, calloc, = {0}) unless its header says
 * otherwise, needs no destructor, and may be freed as soon as no thread uses it: even by a waiter just woken.
 * Their members are the library's; the layout of a lock's first 12 bytes is a contract with inspectors:
 * futex word (0 free, 1 held, 2 held and waited for), 4 bytes, then the owner's kernel thread id.
 */
typedef struct thr_cancel {
	uint32_t set, reserved;
} thr_cancel;

typedef struct thr_thread thr_thread;

THR_END_DECLS

#endif
