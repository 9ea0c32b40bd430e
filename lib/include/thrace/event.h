/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Event: a flag to wait for. A waiter that was asleep when the event was set returns 0 even if the event was
 * cleared before that waiter ran.
 */
#ifndef THRACE_EVENT_H
#define THRACE_EVENT_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_event {
	uint32_t set, reserved;
} thr_event;

THR_API bool thr_event_is_set(const thr_event *event);
THR_API void thr_event_set(thr_event *event); /* wakes all waiters */
THR_API void thr_event_clear(thr_event *event);

/* 0: set. -ETIMEDOUT (a timeout <= 0 other than THR_FOREVER polls), -EINTR, -EOVERFLOW. */
THR_API int thr_event_wait(thr_event *event, thr_ns timeout);
THR_API int thr_event_wait_cancel(thr_event *event, thr_ns timeout, thr_cancel *cancel);

/* In a forked child: forget the waiters that were not copied; the flag stays. */
THR_API void thr_event_at_fork_reinit(thr_event *event);

/* "<thr.Event at 0x...: set>"; as snprintf. */
THR_API int thr_event_repr(const thr_event *event, char *text, size_t size);

THR_END_DECLS

#endif
