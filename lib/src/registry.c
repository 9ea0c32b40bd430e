/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The registry's memory: chunks of slots that never move, a free list, and the sequence that guards each slot. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"
#include "thread.h"

enum { FIRST_SLOTS = 32, CHUNK_SLOTS = 256 };

struct thr_registry thr_registry;

static struct {
	struct thr_chunk chunk;
	struct thr_slot slots[FIRST_SLOTS];
} first = { .chunk = { .n_slots = FIRST_SLOTS } };

static struct thr__guard guard;
static struct thr_chunk *newest = &first.chunk;
static uint32_t newest_used;
static struct thr_slot *free_slots; /* linked through wait_object, which a free slot does not use */

void thr__registry_up(void)
{
	thr_registry.version = THR_REGISTRY_VERSION;
	thr_registry.header_size = sizeof(struct thr_registry);
	thr_registry.slot_size = sizeof(struct thr_slot);
	thr_registry.pid = (uint32_t)getpid();
	thr_registry.first_chunk = (uint64_t)(uintptr_t)&first.chunk;
	/* Last: who sees it may read all the rest. */
	store_release(&thr_registry.magic, THR_REGISTRY_MAGIC);
}

/* No later store may be seen before the sequence is odd. ThreadSanitizer knows no fences and needs none. */
static void fence_after_odd(void)
{
#ifndef __SANITIZE_THREAD__
	__atomic_thread_fence(__ATOMIC_RELEASE);
#endif
}

enum { SPINS = 100 };

void thr__slot_begin(struct thr_slot *slot)
{
	for (int i = 0;; i++) {
		uint32_t sequence = load_relaxed(&slot->sequence);

		if (!(sequence & 1) && cas(&slot->sequence, sequence, sequence + 1))
			break;
		/* Another writes it, a dozen stores; longer only if that one lost its CPU. */
		if (i < SPINS)
			thr__relax();
		else
			sched_yield();
	}
	fence_after_odd();
}

void thr__slot_end(struct thr_slot *slot)
{
	store_release(&slot->sequence, load_relaxed(&slot->sequence) + 1);
}

static bool add_chunk(void)
{
	struct thr_chunk *chunk = calloc(1, sizeof(*chunk) + CHUNK_SLOTS * sizeof(chunk->slots[0]));

	if (!chunk)
		return false;
	chunk->n_slots = CHUNK_SLOTS;
	store_release(&newest->next, (uint64_t)(uintptr_t)chunk);
	newest = chunk;
	newest_used = 0;
	return true;
}

struct thr_slot *thr__slot_new(uint64_t creator_uid)
{
	struct thr_slot *slot = NULL;
	uint64_t uid = 0;

	thr__guard_lock(&guard);
	if (free_slots) {
		slot = free_slots;
		free_slots = (struct thr_slot *)(uintptr_t)slot->wait_object;
	} else if (newest_used < newest->n_slots || add_chunk()) {
		slot = &newest->slots[newest_used++];
	}
	if (slot)
		uid = ++thr_registry.last_uid;
	thr__guard_unlock(&guard);
	if (!slot)
		return NULL;
	thr__slot_begin(slot);
	memset(&slot->state, 0, offsetof(struct thr_slot, name) - offsetof(struct thr_slot, state));
	slot->uid = uid;
	slot->creator_uid = creator_uid;
	slot->state = THR_SLOT_INITIAL;
	return slot;
}

void thr__slot_free(struct thr_slot *slot)
{
	thr__guard_lock(&guard);
	thr__slot_begin(slot);
	slot->uid = 0;
	slot->state = THR_SLOT_FREE;
	slot->wait_object = (uint64_t)(uintptr_t)free_slots;
	thr__slot_end(slot);
	free_slots = slot;
	thr__guard_unlock(&guard);
}

void thr__copy_name(char *to, size_t size, const char *name)
{
	size_t length = strnlen(name, size);

	if (length == size) {
		/* Back over the bytes of a UTF-8 character that would be torn. */
		length = size - 1;
		while (length > 0 && (name[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(to, name, length);
	to[length] = 0;
}

void thr__registry_wait_begin(const struct thr__waiting *why, thr__deadline deadline)
{
	struct thr_slot *slot = thr__self ? thr__self->slot : NULL;

	if (!slot)
		return;
	thr__slot_begin(slot);
	slot->wait_kind = why->kind;
	slot->wait_object = (uint64_t)(uintptr_t)why->object;
	slot->wait_target_uid = why->target_uid;
	slot->wait_owner_tid = why->owner_tid;
	slot->wait_count++;
	slot->wait_since_ns = (uint64_t)thr_monotonic();
	slot->wait_deadline_ns = deadline == THR__NEVER ? UINT64_MAX : (uint64_t)deadline;
	thr__slot_end(slot);
}

void thr__registry_wait_end(void)
{
	if (thr__self && thr__self->slot)
		SLOT_SET(thr__self->slot, wait_kind, THR_WAIT_none);
}

void thr__registry_lock(void)
{
	thr__guard_lock(&guard);
}

void thr__registry_unlock(void)
{
	thr__guard_unlock(&guard);
}

/* A slot may have been copied while another thread wrote it: its sequence would stay odd for ever. */
void thr__registry_fork_child(void)
{
	struct thr_chunk *chunk = &first.chunk;

	guard = (struct thr__guard){ 0 };
	thr_registry.pid = (uint32_t)getpid();
	thr_registry.forks++;
	for (; chunk; chunk = (struct thr_chunk *)(uintptr_t)chunk->next) {
		for (uint32_t i = 0; i < chunk->n_slots; i++)
			chunk->slots[i].sequence &= ~1U;
	}
}
