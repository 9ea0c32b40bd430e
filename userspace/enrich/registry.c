/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/enrich/registry.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/enrich/memory.h"

#define CHUNKS_MOST 4096
#define CHUNK_SLOTS_MOST 65536
#define SLOT_BYTES_MOST 4096
#define CHUNK_BYTES_MOST (16u << 20)
#define SLOTS_MOST (1u << 17) /* looked at, in use or not: what a chain in a circle costs is bounded by this */
#define LOOKS_MOST 8 /* at a slot that is being written */
#define AGAIN_MOST 4096 /* looks again, at all slots together */

struct reading {
	uint32_t pid, slot_size;
	struct registry *registry;
	size_t room;
	uint64_t looked; /* slots, free ones too */
	unsigned int again; /* looks at slots that were being written */
};

static bool sensible(const struct thr_registry *head)
{
	return head->header_size >= sizeof(*head) && head->slot_size >= sizeof(struct thr_slot) &&
	       head->slot_size <= SLOT_BYTES_MOST && head->slot_size % 8 == 0;
}

static int add_slot(struct reading *reading, const struct thr_slot *slot)
{
	struct registry *registry = reading->registry;
	struct thr_slot *slots;

	if (registry->count == reading->room) {
		size_t room = reading->room ? reading->room * 2 : 64;

		slots = realloc(registry->slots, room * sizeof(*slots));
		if (!slots)
			return -ENOMEM;
		registry->slots = slots;
		reading->room = room;
	}
	registry->slots[registry->count] = *slot;
	registry->slots[registry->count++].name[THR_REGISTRY_NAME - 1] = '\0';
	return 0;
}

/* Was the slot the same before it was read and after? Its writer makes the sequence odd first. */
static bool settled(const struct thr_slot *slot, const struct thr_slot *again)
{
	return !(slot->sequence & 1) && slot->sequence == again->sequence;
}

static int take_slot(struct reading *reading, uint64_t address, const struct thr_slot *first,
		     const struct thr_slot *second)
{
	struct thr_slot slot = *first, again = *second;
	int error;

	for (int looks = 0; !settled(&slot, &again); looks++) {
		if (looks == LOOKS_MOST || reading->again++ >= AGAIN_MOST) {
			reading->registry->unsettled++;
			return 0;
		}
		slot = again;
		error = memory_read(reading->pid, address, &again, sizeof(again));
		if (error)
			return error;
	}
	return slot.uid && slot.state != THR_SLOT_FREE ? add_slot(reading, &slot) : 0;
}

/* All slots are read twice: what did not change between the two is whole. */
static int read_slots(struct reading *reading, uint64_t address, uint32_t count)
{
	size_t bytes = (size_t)count * reading->slot_size;
	char *both = malloc(bytes * 2 + 1);
	int error = both ? 0 : -ENOMEM;

	if (!error)
		error = memory_read(reading->pid, address, both, bytes);
	if (!error)
		error = memory_read(reading->pid, address, both + bytes, bytes);
	for (size_t at = 0; !error && at < bytes; at += reading->slot_size)
		error = take_slot(reading, address + at, (const struct thr_slot *)(both + at),
				  (const struct thr_slot *)(both + bytes + at));
	free(both);
	return error;
}

static int read_chunks(struct reading *reading, uint64_t address)
{
	int error = 0;

	for (int chunks = 0; address && !error; chunks++) {
		struct thr_chunk chunk;

		if (chunks == CHUNKS_MOST || address % 8)
			return -EBADMSG;
		error = memory_read(reading->pid, address, &chunk, sizeof(chunk));
		if (error)
			return error;
		if (!chunk.n_slots || chunk.n_slots > CHUNK_SLOTS_MOST ||
		    (uint64_t)chunk.n_slots * reading->slot_size > CHUNK_BYTES_MOST)
			return -EBADMSG;
		reading->looked += chunk.n_slots;
		if (reading->looked > SLOTS_MOST)
			return -EBADMSG;
		error = read_slots(reading, address + sizeof(chunk), chunk.n_slots);
		address = chunk.next;
	}
	return error;
}

static int by_uid(const void *a, const void *b)
{
	const struct thr_slot *one = a, *other = b;

	return (one->uid > other->uid) - (one->uid < other->uid);
}

int registry_read(uint32_t pid, uint64_t address, struct registry *registry)
{
	struct reading reading = {.pid = pid, .registry = registry};
	struct thr_registry head;
	int error;

	*registry = (struct registry){0};
	error = memory_read(pid, address, &head, sizeof(head));
	if (error)
		return error;
	if (!head.magic)
		return -ENOENT;
	registry->version = head.version;
	registry->phase = head.phase;
	if (head.magic != THR_REGISTRY_MAGIC)
		return -EBADMSG;
	if (head.version != THR_REGISTRY_VERSION)
		return -EPROTO;
	if (!sensible(&head))
		return -EBADMSG;
	reading.slot_size = head.slot_size;
	error = read_chunks(&reading, head.first_chunk);
	if (registry->count)
		qsort(registry->slots, registry->count, sizeof(*registry->slots), by_uid);
	return error;
}

void registry_free(struct registry *registry)
{
	free(registry->slots);
	*registry = (struct registry){0};
}

const struct thr_slot *registry_thread(const struct registry *registry, uint64_t uid)
{
	const struct thr_slot key = {.uid = uid};

	if (!uid || !registry->count)
		return NULL;
	return bsearch(&key, registry->slots, registry->count, sizeof(key), by_uid);
}
