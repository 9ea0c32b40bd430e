/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Timer: a thread whose run waits for "finished" as long as the interval. */
#include <errno.h>
#include <stdlib.h>

#include <thrace/timer.h>
#include "event.h"
#include "thread.h"

enum { TIMER_MAGIC = 0x74696d65 };

struct thr_timer {
	uint32_t magic;
	uint32_t refs; /* the maker's and the thread's */
	thr_event finished;
	thr_ns interval;
	void (*function)(void *);
	void *arg;
	thr_thread *thread;
};

static int check(const thr_timer *timer)
{
	if (!timer)
		return -EFAULT;
	return timer->magic == TIMER_MAGIC ? 0 : -ENXIO;
}

static void timer_unref(void *arg)
{
	thr_timer *timer = arg;

	if (fetch_add(&timer->refs, -1) != 1)
		return;
	timer->magic = 0;
	free(timer);
}

static int timer_run(thr_thread *thread)
{
	thr_timer *timer = thr_thread_arg(thread);

	PROBE(timer_arm, thr__uid(), (uintptr_t)timer, timer->interval);
	if (thr__event_wait(&timer->finished, timer->interval, NULL, THR_WAIT_timer) == -ETIMEDOUT) {
		PROBE(timer_fire, thr__uid(), (uintptr_t)timer);
		timer->function(timer->arg);
	}
	thr_event_set(&timer->finished);
	return 0;
}

static const struct thr_thread_ops timer_ops = { .class_name = "Timer", .run = timer_run };

int thr_timer_new(thr_timer **result, thr_ns interval, void (*function)(void *), void *arg)
{
	thr_thread_opts opts = { .ops = &timer_ops, .arg_free = timer_unref };
	thr__deadline deadline;
	thr_timer *timer;
	int error;

	if (!result)
		return -EFAULT;
	*result = NULL;
	error = function ? thr__deadline_after(interval, &deadline) : -EINVAL;
	if (error)
		return error;
	timer = calloc(1, sizeof(*timer));
	if (!timer)
		return -ENOMEM;
	timer->magic = TIMER_MAGIC;
	timer->refs = 2;
	timer->interval = interval < 0 ? 0 : interval;
	timer->function = function;
	timer->arg = arg;
	opts.arg = timer;
	error = thr_thread_new(&timer->thread, &opts);
	if (error) {
		free(timer);
		return error;
	}
	*result = timer;
	return 0;
}

int thr_timer_start(thr_timer *timer)
{
	int error = check(timer);

	return error ? error : thr_thread_start(timer->thread);
}

void thr_timer_cancel(thr_timer *timer)
{
	if (check(timer))
		return;
	PROBE(timer_cancel, thr__uid(), (uintptr_t)timer);
	thr_event_set(&timer->finished);
}

int thr_timer_join(thr_timer *timer, thr_ns timeout)
{
	int error = check(timer);

	return error ? error : thr_thread_join(timer->thread, timeout);
}

thr_thread *thr_timer_thread(thr_timer *timer)
{
	return check(timer) ? NULL : timer->thread;
}

void thr_timer_free(thr_timer *timer)
{
	if (check(timer))
		return;
	thr_thread_unref(timer->thread);
	timer_unref(timer);
}
