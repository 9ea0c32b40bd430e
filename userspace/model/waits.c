/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One thread's waits, added up by kind, evidence and whom they were on. The present wait is counted from its first
 * moment, so the totals always add up to the time Blocked; it can be corrected or undone exactly.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>

#define FEW_WAITS 8 /* up to here looking at each is fastest */

static uint64_t wait_key(enum wait_kind kind, enum evidence evidence, const struct thread *on)
{
	return (on ? on->serial : 0) << 16 | (uint64_t)kind << 8 | evidence | 0x80;
}

static bool slot_is(const struct wait_total *slot, const struct wait *wait, const struct thread *on)
{
	return slot->kind == wait->kind && slot->on == on && slot->evidence == wait->evidence;
}

static ssize_t slot_find(const struct thread *thread, const struct wait *wait, const struct thread *on)
{
	const struct thread_own *own = thread_own(thread);
	uintptr_t indexed;

	if (thread->waits_count > FEW_WAITS) {
		indexed = (uintptr_t)map_get(&own->wait_index, wait_key(wait->kind, wait->evidence, on));
		return (ssize_t)indexed - 1;
	}
	for (size_t i = 0; i < thread->waits_count; i++)
		if (slot_is(&thread->waits[i], wait, on))
			return i;
	return -1;
}

void waits_expect(const struct thread *thread, const struct thread *owner)
{
	if (thread->waits_count > FEW_WAITS)
		map_expect(&thread_own(thread)->wait_index, wait_key(WAIT_MUTEX, EVIDENCE_MEMORY, owner));
	else
		for (size_t i = 0; i < thread->waits_count; i += 2)
			__builtin_prefetch(&thread->waits[i]);
}

void waits_expect_end(const struct thread *thread)
{
	ssize_t slot = thread_own(thread)->wait_slot;

	if (slot < 0)
		return;
	__builtin_prefetch(&thread->waits[slot]);
	__builtin_prefetch(&thread->waits[slot].max_ns); /* in the next cache line, perhaps */
}

/* Room for one more: the array grows by doubling, the index follows once there are many. */
static int slots_reserve(struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	size_t count = thread->waits_count;
	struct wait_total *waits;

	if (!(count & (count - 1))) {
		waits = realloc(thread->waits, (count ? count * 2 : 1) * sizeof(*waits));
		if (!waits)
			return -ENOMEM;
		thread->waits = waits;
	}
	if (count != FEW_WAITS)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct wait_total *slot = &thread->waits[i];

		if (map_put(&own->wait_index, wait_key(slot->kind, slot->evidence, slot->on), (void *)(i + 1)))
			return -ENOMEM;
	}
	return 0;
}

static ssize_t slot_make(struct model *model, struct thread *thread, const struct wait *wait)
{
	struct thread_own *own = thread_own(thread);
	const struct thread *on = wait->on;
	size_t at = thread->waits_count;
	ssize_t found = slot_find(thread, wait, on);

	if (found < 0 && on && at >= MODEL_WAIT_TARGETS) {
		on = NULL;
		found = slot_find(thread, wait, on);
	}
	if (found >= 0)
		return found;
	if (slots_reserve(thread))
		return -1;
	if (at >= FEW_WAITS && map_put(&own->wait_index, wait_key(wait->kind, wait->evidence, on), (void *)(at + 1)))
		return -1;
	thread->waits[at] = (struct wait_total){.kind = wait->kind, .evidence = wait->evidence};
	thread_point(model, &thread->waits[at].on, on);
	thread->waits_count++;
	return at;
}

/* Takes the present wait out of its total; a total that it alone had made goes. */
static void slot_leave(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	struct wait_total *slot;

	if (own->wait_slot < 0)
		return;
	slot = &thread->waits[own->wait_slot];
	slot->count--;
	slot->total_ns -= own->wait_span_ns;
	slot->max_ns = own->wait_max_before;
	if (!slot->count && (size_t)own->wait_slot + 1 == thread->waits_count) {
		map_remove(&own->wait_index, wait_key(slot->kind, slot->evidence, slot->on));
		thread_point(model, &slot->on, NULL);
		thread->waits_count--;
	}
	own->wait_slot = -1;
}

static int slot_enter(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	struct wait_total *slot;

	own->wait_slot = slot_make(model, thread, &thread->wait);
	if (own->wait_slot < 0)
		return -ENOMEM;
	slot = &thread->waits[own->wait_slot];
	slot->count++;
	slot->total_ns += own->wait_span_ns;
	own->wait_max_before = slot->max_ns;
	if (own->wait_span_ns > slot->max_ns)
		slot->max_ns = own->wait_span_ns;
	return 0;
}

static void wait_set(struct model *model, struct thread *thread, const struct wait *wait)
{
	const struct thread *on = thread->wait.on;

	thread_point(model, &on, wait->on);
	thread->wait = *wait;
}

int wait_begin(struct model *model, struct thread *thread, const struct wait *wait)
{
	wait_set(model, thread, wait);
	thread_own(thread)->wait_span_ns = 0;
	return slot_enter(model, thread);
}

void wait_account(struct thread *thread, uint64_t span_ns)
{
	struct thread_own *own = thread_own(thread);
	struct wait_total *slot;

	own->wait_span_ns += span_ns;
	if (own->wait_slot < 0)
		return;
	slot = &thread->waits[own->wait_slot];
	slot->total_ns += span_ns;
	/* Not a running maximum: the span may have shrunk (account.c). */
	slot->max_ns = own->wait_span_ns > own->wait_max_before ? own->wait_span_ns : own->wait_max_before;
}

int wait_unseen(struct model *model, struct thread *thread, uint64_t span_ns)
{
	const struct wait wait = {.kind = WAIT_UNKNOWN, .evidence = EVIDENCE_UNKNOWN};
	ssize_t at = slot_make(model, thread, &wait);
	struct wait_total *slot;

	if (at < 0)
		return -ENOMEM;
	slot = &thread->waits[at];
	slot->count++;
	slot->total_ns += span_ns;
	if (span_ns > slot->max_ns)
		slot->max_ns = span_ns;
	return 0;
}

int wait_correct(struct model *model, struct thread *thread, const struct wait *wait)
{
	slot_leave(model, thread);
	wait_set(model, thread, wait);
	return slot_enter(model, thread);
}

static void wait_clear(struct model *model, struct thread *thread)
{
	thread->last_wait = thread->wait.kind;
	thread->last_wait_end_ns = model->now_ns;
	thread->last_on_serial = thread->wait.on ? thread->wait.on->serial : 0;
	edges_unexpect(thread);
	wait_set(model, thread, &(struct wait){0});
	thread_own(thread)->wait_slot = -1;
}

void wait_undo(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	uint64_t since_ns = thread->state_since_ns;
	uint64_t span_ns;

	thread_account(model, thread, model->now_ns);
	span_ns = own->wait_span_ns;
	slot_leave(model, thread);
	wait_clear(model, thread);
	thread->last_wait = WAIT_UNKNOWN;
	thread_set_state(model, thread, STATE_READY);
	thread->state_since_ns = since_ns;
	thread->state_ns[STATE_BLOCKED] -= span_ns;
	thread->state_ns[STATE_READY] += span_ns;
	thread->process->ready_ns += span_ns;
}

void wait_end(struct model *model, struct thread *thread)
{
	thread_account(model, thread, model->now_ns);
	span_tell(model, thread);
	wait_clear(model, thread);
}

void waits_clear(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);

	wait_clear(model, thread);
	thread->last_wait = WAIT_UNKNOWN;
	while (thread->waits_count)
		thread_point(model, &thread->waits[--thread->waits_count].on, NULL);
	free(thread->waits);
	thread->waits = NULL;
	map_clear(&own->wait_index);
}
