/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Timer: a thread that waits, then calls a function, unless it is cancelled first. */
#ifndef THRACE_TIMER_H
#define THRACE_TIMER_H

#include <thrace/thread.h>

THR_BEGIN_DECLS

typedef struct thr_timer thr_timer;

/* A negative interval fires at once. -EOVERFLOW, -EINVAL (not a number, or no function), -ENOMEM. */
THR_API int thr_timer_new(thr_timer **timer, thr_ns interval, void (*function)(void *), void *arg);
THR_API int thr_timer_start(thr_timer *timer); /* as thr_thread_start() */

/* Before, during or after: harmless. A timer that waits wakes at once and ends without calling its function. */
THR_API void thr_timer_cancel(thr_timer *timer);

THR_API int thr_timer_join(thr_timer *timer, thr_ns timeout); /* as thr_thread_join() */
THR_API thr_thread *thr_timer_thread(thr_timer *timer);       /* borrowed */
THR_API void thr_timer_free(thr_timer *timer);                /* a running one runs on; null is fine */

THR_END_DECLS

#endif
