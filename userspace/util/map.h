/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A hash map from a 64-bit number to a pointer: open addressing, no tombstones, empty until the first put.
 * Zeroed memory is an empty map. The key 0 and the value NULL are not stored.
 */
#ifndef THRACE_UTIL_MAP_H
#define THRACE_UTIL_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key; /* 0: free */
	void *value;
};

struct map {
	struct map_slot *slots;
	size_t size; /* a power of two, or 0 */
	size_t used;
};

/* NULL: not there. */
void *map_get(const struct map *map, uint64_t key);
/* Adds or replaces. Returns 0, or -ENOMEM with the map as it was. */
int map_put(struct map *map, uint64_t key, void *value);
/* The key will be asked for soon: its memory is fetched meanwhile. */
void map_expect(const struct map *map, uint64_t key);
void map_remove(struct map *map, uint64_t key);
/* Empty again; its memory is given back. */
void map_clear(struct map *map);

#endif
