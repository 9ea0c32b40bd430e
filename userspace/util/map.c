/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/map.h"

#include <errno.h>
#include <stdlib.h>

#define MAP_FIRST_SIZE 16

static size_t slot_home(const struct map *map, uint64_t key)
{
	/* Fibonacci hashing: addresses differ in their middle bits, the product's high bits mix them all. */
	return (key * 0x9e3779b97f4a7c15ull >> 32) & (map->size - 1);
}

/* The slot that holds the key, or the free one where it would go. There is always a free one. */
static struct map_slot *slot_find(const struct map *map, uint64_t key)
{
	size_t at = slot_home(map, key);

	while (map->slots[at].key && map->slots[at].key != key)
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

void *map_get(const struct map *map, uint64_t key)
{
	if (!map->used || !key)
		return NULL;
	return slot_find(map, key)->value;
}

void map_expect(const struct map *map, uint64_t key)
{
	if (map->size)
		__builtin_prefetch(&map->slots[slot_home(map, key)]);
}

static int map_grow(struct map *map)
{
	struct map grown = {.size = map->size ? map->size * 2 : MAP_FIRST_SIZE, .used = map->used};

	grown.slots = calloc(grown.size, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].key)
			*slot_find(&grown, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = grown;
	return 0;
}

int map_put(struct map *map, uint64_t key, void *value)
{
	struct map_slot *slot = map->size ? slot_find(map, key) : NULL;

	if (slot && slot->key) { /* another value needs no memory */
		slot->value = value;
		return 0;
	}
	if (map->used * 4 >= map->size * 3) {
		if (map_grow(map))
			return -ENOMEM;
		slot = slot_find(map, key);
	}
	map->used++;
	*slot = (struct map_slot){.key = key, .value = value};
	return 0;
}

void map_remove(struct map *map, uint64_t key)
{
	struct map_slot *hole;
	size_t mask = map->size - 1;

	if (!map->used || !key)
		return;
	hole = slot_find(map, key);
	if (!hole->key)
		return;
	map->used--;
	/* Close the hole: move back every follower whose home does not lie between the hole and itself. */
	for (size_t at = (hole - map->slots + 1) & mask; map->slots[at].key; at = (at + 1) & mask) {
		size_t from_home = (at - slot_home(map, map->slots[at].key)) & mask;

		if (from_home < ((at - (hole - map->slots)) & mask))
			continue;
		*hole = map->slots[at];
		hole = &map->slots[at];
	}
	*hole = (struct map_slot){0};
}

void map_clear(struct map *map)
{
	free(map->slots);
	*map = (struct map){0};
}
