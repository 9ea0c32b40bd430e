/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Queue: its making and end, tasks and their join, shutdown, what can be asked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "queue.h"
#include "thread.h"

int thr__queue_check(const thr_queue *queue)
{
	if (unlikely(!queue))
		return -EFAULT;
	return likely(queue->magic == THR__QUEUE_MAGIC) ? 0 : -ENXIO;
}

int thr_queue_new(thr_queue **result, const thr_queue_opts *given)
{
	thr_queue_opts opts = { 0 };
	thr_queue *queue;

	if (!result)
		return -EFAULT;
	*result = NULL;
	if (given)
		memcpy(&opts, given, given->size && given->size < sizeof(opts) ? given->size : sizeof(opts));
	if (opts.kind > THR_PRIORITY)
		return -EINVAL;
	queue = calloc(1, sizeof(*queue));
	if (!queue)
		return -ENOMEM;
	queue->magic = THR__QUEUE_MAGIC;
	queue->refs = 1;
	queue->forks = thr_registry.forks;
	queue->opts = opts;
	*result = queue;
	return 0;
}

thr_queue *thr_queue_ref(thr_queue *queue)
{
	if (!thr__queue_check(queue))
		fetch_add(&queue->refs, 1);
	return queue;
}

static void drop_items(thr_queue *queue)
{
	while (queue->size) {
		void *item = thr__store_get(queue);

		if (queue->opts.item_free)
			queue->opts.item_free(item);
	}
}

void thr_queue_unref(thr_queue *queue)
{
	if (thr__queue_check(queue) || fetch_add(&queue->refs, -1) != 1)
		return;
	/* Whoever handed the last item over may still be in there. After a fork nobody is, and the guard may be stuck. */
	if (queue->forks == thr_registry.forks) {
		thr__queue_enter(queue);
		thr__queue_leave(queue);
	}
	drop_items(queue);
	queue->magic = 0;
	free(queue->ring);
	free(queue);
}

int thr_queue_task_done(thr_queue *queue)
{
	struct thr__wakes wakes = { .n = 0 };
	uint64_t left;
	int error = thr__queue_check(queue);

	if (error)
		return error;
	thr__queue_enter(queue);
	left = queue->unfinished;
	if (!left) {
		thr__queue_leave(queue);
		return -ERANGE;
	}
	store_relaxed(&queue->unfinished, --left);
	if (!left)
		thr__queue_wake_all(&queue->joiners, &wakes);
	thr__queue_leave(queue);
	thr__wakes_do(&wakes);
	PROBE(queue_task_done, thr__uid(), (uintptr_t)queue, left);
	return 0;
}

static void join_arm(void *object, struct thr__node *node)
{
	thr_queue *queue = object;

	thr__queue_enter(queue);
	if (!queue->unfinished)
		thr__wait_take(node);
	else if (!node->wait->poll)
		thr__queue_hang(&queue->joiners, node);
	thr__queue_leave(queue);
}

static const struct thr__class join_class = { .arm = join_arm, .disarm = thr__queue_disarm };

int thr_queue_join_cancel(thr_queue *queue, thr_ns timeout, thr_cancel *cancel)
{
	struct thr__source source = { .class = &join_class, .object = queue };
	struct thr__waiting why = { .kind = THR_WAIT_queue_join, .object = queue };
	thr__deadline deadline;
	int error = thr__queue_check(queue);

	if (!error)
		error = thr__deadline_after(timeout, &deadline);
	if (error)
		return error;
	PROBE(queue_join_begin, thr__uid(), (uintptr_t)queue, thr_queue_unfinished(queue));
	error = thr__wait_for(&source, deadline, cancel, &why);
	PROBE(queue_join_end, thr__uid(), (uintptr_t)queue, error);
	return error;
}

int thr_queue_join(thr_queue *queue, thr_ns timeout)
{
	return thr_queue_join_cancel(queue, timeout, NULL);
}

/* The items leave under the guard and are freed after it: item_free may use the queue. */
int thr_queue_shutdown(thr_queue *queue, bool immediate)
{
	thr_queue dropped = { 0 };
	struct thr__wakes wakes = { .n = 0 };
	int error = thr__queue_check(queue);

	if (error)
		return error;
	thr__queue_enter(queue);
	store_relaxed(&queue->shut, true);
	if (immediate) {
		dropped.opts = queue->opts;
		dropped.ring = queue->ring;
		dropped.room = queue->room;
		dropped.head = queue->head;
		dropped.size = queue->size;
		queue->ring = NULL;
		queue->room = queue->head = 0;
		store_relaxed(&queue->unfinished,
			      queue->unfinished - (queue->size < queue->unfinished ? queue->size : queue->unfinished));
		store_relaxed(&queue->size, 0);
		if (!queue->unfinished)
			thr__queue_wake_all(&queue->joiners, &wakes);
	}
	thr__queue_wake_all(&queue->getters, &wakes);
	thr__queue_wake_all(&queue->putters, &wakes);
	thr__queue_leave(queue);
	thr__wakes_do(&wakes);
	drop_items(&dropped);
	free(dropped.ring);
	PROBE(queue_shutdown, thr__uid(), (uintptr_t)queue, immediate);
	return 0;
}

bool thr_queue_is_shutdown(const thr_queue *queue)
{
	return !thr__queue_check(queue) && load_relaxed(&queue->shut);
}

size_t thr_queue_size(const thr_queue *queue)
{
	return thr__queue_check(queue) ? 0 : load_relaxed(&queue->size);
}

bool thr_queue_empty(const thr_queue *queue)
{
	return thr_queue_size(queue) == 0;
}

int64_t thr_queue_maxsize(const thr_queue *queue)
{
	return thr__queue_check(queue) ? 0 : load_relaxed(&queue->opts.maxsize);
}

bool thr_queue_full(const thr_queue *queue)
{
	int64_t maxsize = thr_queue_maxsize(queue);

	return maxsize > 0 && thr_queue_size(queue) >= (size_t)maxsize;
}

uint64_t thr_queue_unfinished(const thr_queue *queue)
{
	return thr__queue_check(queue) ? 0 : load_relaxed(&queue->unfinished);
}

int thr_queue_set_maxsize(thr_queue *queue, int64_t maxsize)
{
	struct thr__wakes wakes = { .n = 0 };
	int error = thr__queue_check(queue);

	if (error)
		return error;
	thr__queue_enter(queue);
	store_relaxed(&queue->opts.maxsize, maxsize);
	thr__queue_wake_all(&queue->putters, &wakes);
	thr__queue_leave(queue);
	thr__wakes_do(&wakes);
	return 0;
}
