// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/creator_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STACKS_MAX 4096

int creator_queue_open(struct creator_queue *queue)
{
	*queue = (struct creator_queue){.list = malloc(STACKS_MAX * sizeof(*queue->list))}; /* only what is used costs memory */
	return queue->list ? 0 : -ENOMEM;
}

void creator_queue_close(struct creator_queue *queue)
{
	free(queue->list);
}

bool creator_queue_put(struct creator_queue *queue, const struct ev_creator_stack *stack, uint32_t image)
{
	struct waiting_creator *to;

	if (queue->count == STACKS_MAX)
		return false;
	if (!queue->count)
		queue->first = 0; /* its memory is warm */
	to = creator_queue_at(queue, queue->count++);
	to->done = false;
	to->image = image;
	memcpy(&to->stack, stack, offsetof(struct ev_creator_stack, stack) + stack->stack_bytes);
	return true;
}

struct waiting_creator *creator_queue_at(struct creator_queue *queue, size_t behind)
{
	return &queue->list[(queue->first + behind) % STACKS_MAX];
}

void creator_queue_trim(struct creator_queue *queue)
{
	while (queue->count && queue->list[queue->first].done) {
		queue->first = (queue->first + 1) % STACKS_MAX;
		queue->count--;
	}
}
