/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Waiting for any of several objects: the waits of their own files, armed together. */
#include <errno.h>

#include <thrace/cancel.h>
#include "event.h"
#include "lock.h"
#include "queue.h"
#include "thread.h"

static int source_of(thr_any *any, struct thr__source *source)
{
	static const struct thr__class *const classes[] = {
		[THR_ANY_THREAD] = &thr__thread_class,  [THR_ANY_EVENT] = &thr__event_class,
		[THR_ANY_CANCEL] = &thr__cancel_class,  [THR_ANY_LOCK] = &thr__lock_class,
		[THR_ANY_SEM] = &thr__sem_class,        [THR_ANY_QUEUE] = &thr__queue_get_class,
		[THR_ANY_SIMPLE_QUEUE] = &thr__queue_get_class,
	};

	if (any->kind > THR_ANY_SIMPLE_QUEUE)
		return -EINVAL;
	if (!any->object)
		return -EFAULT;
	any->item = NULL;
	any->error = 0;
	source->class = classes[any->kind];
	source->object = any->object;
	if (any->kind == THR_ANY_THREAD)
		return thr__thread_may_join(any->object);
	return any->kind >= THR_ANY_QUEUE ? thr__queue_check(any->object) : 0;
}

/* False: another was quicker at the queue, wait again. */
static bool collect(thr_any *any, struct thr__source *source)
{
	bool wait;

	if (any->kind == THR_ANY_LOCK)
		store_relaxed(&((thr_lock *)any->object)->owner_tid, thr__tid());
	if (any->kind == THR_ANY_THREAD && thr_thread_state(any->object) != THR_STOPPED)
		any->error = -ESRCH; /* its start failed meanwhile */
	if (any->kind < THR_ANY_QUEUE)
		return true;
	if (thr__queue_handed(source->node.item)) {
		any->item = source->node.item;
		return true;
	}
	any->error = thr__queue_get_once(any->object, &any->item, &wait);
	return !wait;
}

int thr_wait_any_cancel(thr_any *any, size_t n, thr_ns timeout, thr_cancel *cancel)
{
	struct thr__source sources[THR_ANY_MAX + 1] = { { .class = &thr__cancel_class, .object = cancel } };
	struct thr__waiting why = { .kind = THR_WAIT_any, .object = any };
	unsigned first = cancel ? 0 : 1;
	thr__deadline deadline;
	int error, won;

	if (!any)
		return -EFAULT;
	if (n < 1 || n > THR_ANY_MAX)
		return -EINVAL;
	error = thr__deadline_after(timeout, &deadline);
	for (size_t i = 0; i < n && !error; i++)
		error = source_of(&any[i], &sources[i + 1]);
	if (error)
		return error;
	PROBE(any_wait, thr__uid(), (uintptr_t)any, n, timeout);
	for (;;) {
		won = thr__wait_any(&sources[first], (unsigned)n + 1 - first, deadline, &why);
		if (won == 0 && cancel)
			won = -EINTR;
		if (won < 0)
			break;
		won -= cancel ? 1 : 0;
		if (collect(&any[won], &sources[won + 1]))
			break;
	}
	PROBE(any_wake, thr__uid(), (uintptr_t)any, won);
	return won;
}

int thr_wait_any(thr_any *any, size_t n, thr_ns timeout)
{
	return thr_wait_any_cancel(any, n, timeout, NULL);
}
