/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Copies of creators' stacks that wait to be looked into, oldest first, and how many of each process. Bounded: what
 * comes to a full one is dropped, and that creation's place stays unknown.
 */
#ifndef THRACE_CMD_RESOLVE_CREATOR_QUEUE_H
#define THRACE_CMD_RESOLVE_CREATOR_QUEUE_H

#include <stddef.h>
#include "bpf/abi/events.h"
#include "userspace/util/map.h"

struct creator_queue {
	struct ev_creator_stack *stacks; /* a ring */
	size_t first, count;
	struct map count_of; /* by the creator's pid */
};

/* 0 or -ENOMEM. */
int creator_queue_open(struct creator_queue *queue);
void creator_queue_close(struct creator_queue *queue);
void creator_queue_put(struct creator_queue *queue, const struct ev_creator_stack *creator);
/* The oldest, good until the next put; NULL: none waits. */
const struct ev_creator_stack *creator_queue_take(struct creator_queue *queue);
/* Those of a process cannot be told any more. */
void creator_queue_drop(struct creator_queue *queue, uint32_t pid);

#endif
