// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NEVER UINT64_MAX

void *queue_room(struct queue *queue, size_t bytes)
{
	size_t room = queue->room ? queue->room : 65536;
	uint8_t *grown;

	if (queue->read == queue->used)
		queue->read = queue->used = 0;
	while (room - queue->used < bytes)
		room *= 2;
	if (room != queue->room) {
		grown = realloc(queue->bytes, room);
		if (!grown)
			return NULL;
		queue->bytes = grown;
		queue->room = room;
	}
	return queue->bytes + queue->used;
}

void queue_grown(struct queue *queue, size_t bytes)
{
	queue->used += bytes;
}

int queue_put(struct queue *queue, const struct rec_head *record)
{
	void *room = queue_room(queue, record->size);

	if (!room)
		return -ENOMEM;
	memcpy(room, record, record->size);
	queue_grown(queue, record->size);
	return 0;
}

void queue_free(struct queue *queue)
{
	free(queue->bytes);
	*queue = (struct queue){0};
}

static uint64_t queue_next_ns(const struct queue *queue)
{
	if (queue->read == queue->used)
		return NEVER;
	return ((const struct rec_head *)(queue->bytes + queue->read))->ts_ns;
}

int merge_open(struct merge *merge, size_t rings_count)
{
	merge->rings_count = rings_count;
	merge->rings = calloc(rings_count, sizeof(*merge->rings));
	merge->next_ns = calloc(rings_count, sizeof(*merge->next_ns));
	return merge->rings && merge->next_ns ? 0 : -ENOMEM;
}

void merge_close(struct merge *merge)
{
	for (size_t i = 0; merge->rings && i < merge->rings_count; i++)
		ring_close(&merge->rings[i]);
	free(merge->rings);
	free(merge->next_ns);
	queue_free(&merge->queue);
	*merge = (struct merge){0};
}

static uint64_t ring_next_ns(struct ring *ring)
{
	size_t size;
	const struct rec_head *head = ring_peek(ring, &size);

	return head ? head->ts_ns : NEVER;
}

/* The ring with the earliest record, and the earliest of all the others: up to there it can be read in one go. */
static size_t earliest(const struct merge *merge, uint64_t *rival_ns)
{
	size_t best = 0;
	uint64_t best_ns = merge->next_ns[0];

	*rival_ns = NEVER;
	for (size_t i = 1; i < merge->rings_count; i++) {
		uint64_t ns = merge->next_ns[i];

		if (ns < best_ns) {
			*rival_ns = best_ns;
			best_ns = ns;
			best = i;
		} else if (ns < *rival_ns) {
			*rival_ns = ns;
		}
	}
	return best;
}

static int take_from_queue(struct queue *queue, uint64_t until_ns, int *taken,
			   int (*take)(void *, const void *, size_t), void *to)
{
	int error = 0;

	while (!error && queue_next_ns(queue) <= until_ns && queue->read < queue->used) {
		const struct rec_head *head = (const struct rec_head *)(queue->bytes + queue->read);

		queue->read += head->size;
		error = take(to, head, head->size);
		*taken += !error;
	}
	return error;
}

static int take_from_ring(struct ring *ring, uint64_t until_ns, uint64_t *next_ns, int *taken,
			  int (*take)(void *, const void *, size_t), void *to)
{
	const struct rec_head *head;
	size_t size;
	int error = 0;

	for (;;) {
		head = ring_peek(ring, &size);
		*next_ns = head ? head->ts_ns : NEVER;
		if (error || *next_ns > until_ns || !head)
			return error;
		error = take(to, head, size);
		*taken += !error;
		ring_take(ring, size);
	}
}

int merge_round(struct merge *merge, uint64_t horizon_ns, int (*take)(void *to, const void *record, size_t length),
		void *to)
{
	int taken = 0, error = 0;

	for (size_t i = 0; i < merge->rings_count; i++)
		ring_begin_round(&merge->rings[i]);
	for (size_t i = 0; i < merge->rings_count; i++)
		merge->next_ns[i] = ring_next_ns(&merge->rings[i]);
	while (!error) {
		uint64_t rival_ns, until_ns;
		size_t at = earliest(merge, &rival_ns);
		uint64_t ring_ns = merge->next_ns[at], queue_ns = queue_next_ns(&merge->queue);

		if (queue_ns <= ring_ns) {
			if (queue_ns > horizon_ns)
				break;
			error = take_from_queue(&merge->queue, ring_ns < horizon_ns ? ring_ns : horizon_ns, &taken, take,
						to);
			continue;
		}
		if (ring_ns > horizon_ns)
			break;
		until_ns = rival_ns < queue_ns ? rival_ns : queue_ns;
		if (until_ns > horizon_ns)
			until_ns = horizon_ns;
		error = take_from_ring(&merge->rings[at], until_ns, &merge->next_ns[at], &taken, take, to);
	}
	for (size_t i = 0; i < merge->rings_count; i++)
		ring_release(&merge->rings[i]);
	return error ? error : taken;
}
