/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Copies of creators' stacks that wait to be looked into, oldest first. Bounded: what comes to a full one is not taken.
 */
#ifndef THRACE_CMD_RESOLVE_CREATOR_QUEUE_H
#define THRACE_CMD_RESOLVE_CREATOR_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include "bpf/abi/events.h"

struct waiting_creator {
	bool done;
	uint32_t image; /* process_spaces.h: of its process, at that time */
	struct ev_creator_stack stack;
};

struct creator_queue {
	struct waiting_creator *list; /* a ring */
	size_t first, count;
};

/* 0 or -ENOMEM. */
int creator_queue_open(struct creator_queue *queue);
void creator_queue_close(struct creator_queue *queue);
/* False: it is full. */
bool creator_queue_put(struct creator_queue *queue, const struct ev_creator_stack *stack, uint32_t image);
/* The one so far behind the oldest, good until the next put. What is done is passed by. */
struct waiting_creator *creator_queue_at(struct creator_queue *queue, size_t behind);
/* Makes room: the oldest go that are done. */
void creator_queue_trim(struct creator_queue *queue);

#endif
