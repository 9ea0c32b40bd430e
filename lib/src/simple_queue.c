/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* SimpleQueue: an unbounded FIFO whose put never waits; a queue of which the tasks are never counted by anyone. */
#include "queue.h"

struct thr_simple_queue {
	thr_queue queue;
};

int thr_simple_queue_new(thr_simple_queue **queue, void (*item_free)(void *item))
{
	thr_queue_opts opts = { .item_free = item_free };

	return thr_queue_new((thr_queue **)queue, &opts);
}

void thr_simple_queue_free(thr_simple_queue *queue)
{
	thr_queue_unref(queue ? &queue->queue : NULL);
}

int thr_simple_queue_put(thr_simple_queue *queue, void *item)
{
	return thr_queue_put(queue ? &queue->queue : NULL, item, THR_POLL);
}

int thr_simple_queue_get_cancel(thr_simple_queue *queue, void **item, thr_ns timeout, thr_cancel *cancel)
{
	return thr_queue_get_cancel(queue ? &queue->queue : NULL, item, timeout, cancel);
}

int thr_simple_queue_get(thr_simple_queue *queue, void **item, thr_ns timeout)
{
	return thr_simple_queue_get_cancel(queue, item, timeout, NULL);
}

size_t thr_simple_queue_size(const thr_simple_queue *queue)
{
	return thr_queue_size(queue ? &queue->queue : NULL);
}

bool thr_simple_queue_empty(const thr_simple_queue *queue)
{
	return thr_simple_queue_size(queue) == 0;
}
