/* SPDX-License-Identifier: GPL-2.0-only
 *
 * How a wait finds the thread that it is on, within one process: by the address that the kernel clears (and wakes) at
 * that thread's end, and by the tid that the process's own code sees and writes into its locks.
 *
 * A wait that began before the observation may name a thread whose snapshot comes later: such waits are kept by what
 * they miss, and completed when it arrives. All three kinds of entry live in the process's one map.
 */
#include "userspace/model/private.h"

#include <errno.h>

#define KEY_CLEARS (1ull << 62)
#define KEY_SEEN_AS (2ull << 62)
#define KEY_EXPECTS_ADDRESS (3ull << 62)
#define KEY_EXPECTS_TID (3ull << 62 | 1ull << 61)
#define KEY_SPACE (1ull << 61) /* user addresses are far below */

static uint64_t key_of(uint64_t space, uint64_t number)
{
	return number && number < KEY_SPACE ? space | number : 0;
}

static uint32_t seen_as(const struct thread *thread)
{
	return thread->ns_tid ? thread->ns_tid : thread->tid;
}

/* Takes the waits that missed just this: each is looked at once more. */
static int complete(struct model *model, struct process *process, uint64_t key)
{
	struct thread *waiter = map_get(&process_own(process)->edges, key);
	struct thread *next;
	int result = 0;

	for (; waiter; waiter = next) {
		struct wait wait = wait_classify(model, waiter, &waiter->wait.raw, TASK_S_INTERRUPTIBLE,
						 waiter->wait.since_ns);

		next = thread_own(waiter)->pending_next;
		if (!wait.on)
			continue;
		edges_unexpect(waiter);
		if (wait_correct(model, waiter, &wait))
			result = -ENOMEM;
	}
	return result;
}

int edges_add(struct model *model, struct thread *thread)
{
	struct process *process = thread->process;
	struct map *edges = &process_own(process)->edges;
	uint64_t clears = key_of(KEY_CLEARS, thread->clear_tid_address);
	int result = 0;

	if (!process->pid)
		return 0;
	if (clears && map_put(edges, clears, thread))
		result = -ENOMEM;
	if (seen_as(thread) != thread->tid && map_put(edges, key_of(KEY_SEEN_AS, thread->ns_tid), thread))
		result = -ENOMEM;
	if (clears && complete(model, process, key_of(KEY_EXPECTS_ADDRESS, thread->clear_tid_address)))
		result = -ENOMEM;
	if (complete(model, process, key_of(KEY_EXPECTS_TID, seen_as(thread))))
		result = -ENOMEM;
	return result;
}

static void remove_own(struct map *edges, uint64_t key, const struct thread *thread)
{
	if (map_get(edges, key) == thread) /* a younger thread may have the same stack, so the same address */
		map_remove(edges, key);
}

void edges_remove(struct thread *thread)
{
	struct map *edges = &process_own(thread->process)->edges;

	remove_own(edges, key_of(KEY_CLEARS, thread->clear_tid_address), thread);
	remove_own(edges, key_of(KEY_SEEN_AS, thread->ns_tid), thread);
}

const struct thread *edges_by_address(const struct thread *waiter, uint64_t address)
{
	return map_get(&process_own(waiter->process)->edges, key_of(KEY_CLEARS, address));
}

const struct thread *edges_by_tid(const struct model *model, const struct thread *waiter, uint32_t ns_tid)
{
	const struct thread *thread;

	if (seen_as(waiter) != waiter->tid)
		return map_get(&process_own(waiter->process)->edges, key_of(KEY_SEEN_AS, ns_tid));
	thread = thread_live(model, ns_tid);
	return thread && thread->process == waiter->process ? thread : NULL;
}

int edges_expect(struct thread *thread)
{
	const struct ev_wait *raw = &thread->wait.raw;
	struct map *edges = &process_own(thread->process)->edges;
	struct thread_own *own = thread_own(thread);
	uint64_t key = raw->flags & WAIT_F_OWNER && raw->value == 2 ? key_of(KEY_EXPECTS_TID, raw->owner)
								     : key_of(KEY_EXPECTS_ADDRESS, raw->address);
	struct thread *first = map_get(edges, key);

	if (!key || own->pending_key)
		return 0;
	if (map_put(edges, key, thread))
		return -ENOMEM;
	own->pending_key = key;
	own->pending_next = first;
	if (first)
		thread_own(first)->pending_prev = thread;
	return 0;
}

void edges_unexpect(struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	struct map *edges = &process_own(thread->process)->edges;

	if (!own->pending_key)
		return;
	if (own->pending_next)
		thread_own(own->pending_next)->pending_prev = own->pending_prev;
	if (own->pending_prev)
		thread_own(own->pending_prev)->pending_next = own->pending_next;
	else if (own->pending_next)
		map_put(edges, own->pending_key, own->pending_next); /* replaces: needs no memory */
	else
		map_remove(edges, own->pending_key);
	own->pending_key = 0;
	own->pending_next = own->pending_prev = NULL;
}
