/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a queue holds: a growing ring, or a heap. Knows no waiter. */
#include <errno.h>
#include <stdlib.h>

#include "queue.h"

enum { ROOM_FIRST = 16 };

static bool grow(thr_queue *queue)
{
	size_t room = queue->room ? queue->room * 2 : ROOM_FIRST;
	void **ring = malloc(room * sizeof(*ring));

	if (!ring)
		return false;
	for (size_t i = 0; i < queue->size; i++)
		ring[i] = queue->ring[(queue->head + i) & (queue->room - 1)];
	free(queue->ring);
	queue->ring = ring;
	queue->room = room;
	queue->head = 0;
	return true;
}

static bool before(const thr_queue *queue, const void *a, const void *b)
{
	return queue->opts.compare ? queue->opts.compare(a, b) < 0 : (intptr_t)a < (intptr_t)b;
}

static void sift_up(thr_queue *queue, void *item)
{
	size_t at = queue->size;

	while (at > 0 && before(queue, item, queue->ring[(at - 1) / 2])) {
		queue->ring[at] = queue->ring[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	queue->ring[at] = item;
}

static void sift_down(thr_queue *queue, void *item, size_t size)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < size) {
		if (child + 1 < size && before(queue, queue->ring[child + 1], queue->ring[child]))
			child++;
		if (!before(queue, queue->ring[child], item))
			break;
		queue->ring[at] = queue->ring[child];
		at = child;
	}
	queue->ring[at] = item;
}

int thr__store_put(thr_queue *queue, void *item)
{
	if (queue->size == queue->room && !grow(queue))
		return -ENOMEM;
	if (queue->opts.kind == THR_PRIORITY)
		sift_up(queue, item);
	else
		queue->ring[(queue->head + queue->size) & (queue->room - 1)] = item;
	store_relaxed(&queue->size, queue->size + 1);
	return 0;
}

void *thr__store_get(thr_queue *queue)
{
	size_t size = queue->size - 1;
	void *item;

	store_relaxed(&queue->size, size);
	switch (queue->opts.kind) {
	case THR_LIFO:
		return queue->ring[(queue->head + size) & (queue->room - 1)];
	case THR_PRIORITY:
		item = queue->ring[0];
		if (size)
			sift_down(queue, queue->ring[size], size);
		return item;
	default:
		item = queue->ring[queue->head];
		queue->head = (queue->head + 1) & (queue->room - 1);
		return item;
	}
}
