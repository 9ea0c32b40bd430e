/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Event, and the cancel token, which is an event that cannot be cleared; and sleeping, which is waiting for one. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include <thrace/cancel.h>
#include <thrace/event.h>
#include "event.h"
#include "thread.h"

/* Both objects begin with the flag. */
static void flag_arm(void *object, struct thr__node *node)
{
	struct thr__lot *lot = thr__lot_lock(object);

	if (load_relaxed((uint32_t *)object))
		thr__wait_take(node);
	else if (!node->wait->poll)
		thr__lot_hang(lot, object, node);
	thr__lot_unlock(lot);
}

const struct thr__class thr__event_class = { .arm = flag_arm, .disarm = thr__lot_disarm };
const struct thr__class thr__cancel_class = { .arm = flag_arm, .disarm = thr__lot_disarm };

static unsigned flag_set(uint32_t *flag)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot = thr__lot_lock(flag);
	unsigned woken;

	store_release(flag, 1);
	woken = thr__lot_claim(lot, flag, UINT32_MAX, NULL, &wakes);
	thr__lot_unlock(lot);
	thr__wakes_do(&wakes);
	return woken;
}

bool thr_event_is_set(const thr_event *event)
{
	return event && load_acquire(&event->set);
}

void thr_event_set(thr_event *event)
{
	unsigned woken;

	if (!event)
		return;
	woken = flag_set(&event->set);
	PROBE(event_set, thr__uid(), (uintptr_t)event, woken);
}

void thr_event_clear(thr_event *event)
{
	if (!event)
		return;
	store_release(&event->set, 0);
	PROBE(event_clear, thr__uid(), (uintptr_t)event);
}

int thr__event_wait(thr_event *event, thr_ns timeout, thr_cancel *cancel, uint32_t kind)
{
	struct thr__source source = { .class = &thr__event_class, .object = event };
	struct thr__waiting why = { .kind = kind, .object = event };
	thr__deadline deadline;
	int error;

	if (!event)
		return -EFAULT;
	error = thr__deadline_after(timeout, &deadline);
	if (error)
		return error;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	if (thr_event_is_set(event))
		return 0;
	if (deadline == 0)
		return -ETIMEDOUT;
	PROBE(event_wait, thr__uid(), (uintptr_t)event, timeout);
	error = thr__wait_for(&source, deadline, cancel, &why);
	PROBE(event_wake, thr__uid(), (uintptr_t)event, error);
	return error;
}

int thr_event_wait_cancel(thr_event *event, thr_ns timeout, thr_cancel *cancel)
{
	return thr__event_wait(event, timeout, cancel, THR_WAIT_event);
}

int thr_event_wait(thr_event *event, thr_ns timeout)
{
	return thr__event_wait(event, timeout, NULL, THR_WAIT_event);
}

/* The library forgets a child's waiters by itself; this is for programs that port the call. */
void thr_event_at_fork_reinit(thr_event *event)
{
	if (event)
		event->reserved = 0;
}

int thr_event_repr(const thr_event *event, char *text, size_t size)
{
	return snprintf(text, size, "<thr.Event at %p: %s>", (const void *)event,
			thr_event_is_set(event) ? "set" : "unset");
}

void thr_cancel_set(thr_cancel *cancel)
{
	unsigned woken;

	if (!cancel || thr__cancel_pending(cancel))
		return;
	woken = flag_set(&cancel->set);
	PROBE(cancel_set, thr__uid(), (uintptr_t)cancel, woken);
}

bool thr_cancel_is_set(const thr_cancel *cancel)
{
	return cancel && thr__cancel_pending(cancel);
}

int thr_sleep_cancel(thr_ns time, thr_cancel *cancel)
{
	struct thr__source source = { .class = &thr__cancel_class, .object = cancel };
	struct thr__waiting why = { .kind = THR_WAIT_sleep };
	thr__deadline deadline;
	int error = thr__deadline_after(time, &deadline);

	if (error)
		return error;
	if (!cancel && deadline == THR__NEVER)
		return -EINVAL;
	if (cancel) {
		if (thr__cancel_pending(cancel))
			return -EINTR;
		return thr__wait_any(&source, 1, deadline, &why) < 0 ? 0 : -EINTR;
	}
	thr__registry_wait_begin(&why, deadline);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME,
			       &(struct timespec){ deadline / 1000000000, deadline % 1000000000 }, NULL) == EINTR)
		;
	thr__registry_wait_end();
	return 0;
}

int thr_sleep(thr_ns time)
{
	return thr_sleep_cancel(time, NULL);
}
