/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Several streams of records made one, in the order of their times: the kernel's rings, and a queue of records that
 * were made in userspace.
 *
 * Why the order is exact. A probe takes its place in a ring first and the time after (bpf/core/emit.h). A round first
 * reads the clock (the horizon), then how far each ring is filled: every record with a time up to the horizon has its
 * place by then. So when each ring is read that far, all of them are there to be compared; later ones wait for the
 * next round.
 */
#ifndef THRACE_SOURCE_MERGE_H
#define THRACE_SOURCE_MERGE_H

#include "userspace/source/live/ring.h"

struct queue {
	uint8_t *bytes;
	size_t used, room, read;
};

/* Records are queued in the order of their times. Returns 0 or -ENOMEM. */
int queue_put(struct queue *queue, const struct rec_head *record);
/* Room for so many bytes more at its end, to be written there and then counted by queue_grown(). NULL: no memory. */
void *queue_room(struct queue *queue, size_t bytes);
void queue_grown(struct queue *queue, size_t bytes);
void queue_free(struct queue *queue);

struct merge {
	struct ring *rings;
	size_t rings_count;
	struct queue queue;
	uint64_t *next_ns; /* of each ring's next record; UINT64_MAX: none in this round */
};

int merge_open(struct merge *merge, size_t rings_count);
void merge_close(struct merge *merge);
/* Hands out what has happened up to now. Returns how many records, or what take() returned that was not 0. */
int merge_round(struct merge *merge, uint64_t horizon_ns, int (*take)(void *to, const void *record, size_t length),
		void *to);

#endif
