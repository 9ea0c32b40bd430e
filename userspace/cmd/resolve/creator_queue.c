// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/creator_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STACKS_MAX 4096

int creator_queue_open(struct creator_queue *queue)
{
	*queue = (struct creator_queue){.stacks = malloc(STACKS_MAX * sizeof(*queue->stacks))}; /* only what is used costs memory */
	return queue->stacks ? 0 : -ENOMEM;
}

void creator_queue_close(struct creator_queue *queue)
{
	map_clear(&queue->count_of);
	free(queue->stacks);
}

static size_t count_of(const struct creator_queue *queue, uint32_t pid)
{
	return (size_t)map_get(&queue->count_of, pid);
}

static void add_count(struct creator_queue *queue, uint32_t pid, int step)
{
	size_t count = count_of(queue, pid) + (size_t)step;

	if (count)
		map_put(&queue->count_of, pid, (void *)count);
	else
		map_remove(&queue->count_of, pid);
}

void creator_queue_put(struct creator_queue *queue, const struct ev_creator_stack *creator)
{
	struct ev_creator_stack *to;

	if (queue->count == STACKS_MAX)
		return;
	if (!queue->count)
		queue->first = 0; /* its memory is warm */
	to = &queue->stacks[(queue->first + queue->count++) % STACKS_MAX];
	memcpy(to, creator, offsetof(struct ev_creator_stack, stack) + creator->stack_bytes);
	add_count(queue, creator->creator_pid, 1);
}

const struct ev_creator_stack *creator_queue_take(struct creator_queue *queue)
{
	const struct ev_creator_stack *creator;

	while (queue->count) {
		creator = &queue->stacks[queue->first];
		queue->first = (queue->first + 1) % STACKS_MAX;
		queue->count--;
		if (!creator->creator_pid)
			continue; /* dropped */
		add_count(queue, creator->creator_pid, -1);
		return creator;
	}
	return NULL;
}

void creator_queue_drop(struct creator_queue *queue, uint32_t pid)
{
	if (!count_of(queue, pid))
		return;
	for (size_t i = 0; i < queue->count; i++) {
		struct ev_creator_stack *creator = &queue->stacks[(queue->first + i) % STACKS_MAX];

		if (creator->creator_pid == pid)
			creator->creator_pid = 0;
	}
	map_remove(&queue->count_of, pid);
}
