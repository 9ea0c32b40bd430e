/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The parts of `thrace cost`: the ways to begin and end a thread or a process, and their
 * measurement beside memory of a given size. Knows no model and no source.
 */
#ifndef THRACE_CMD_COST_H
#define THRACE_CMD_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COST_WAYS     10
#define COST_SIZES    5
#define COST_COW_PAGE 4096

/* One way to begin something and see its end. */
struct cost_way {
	const char *token; /* in JSON */
	const char *words;
	/* Once, from the beginning to the end seen. 0 or -errno. */
	int (*once)(void);
};

extern const struct cost_way cost_ways[COST_WAYS];

/* The two that the text compares. */
enum { COST_THREAD = 0, COST_FORK = 5 };

struct cost_point {
	uint64_t median_ns, least_ns;
	uint32_t count; /* how often it was measured; 0: not at all */
	int32_t error;	/* -errno: this way does not work here */
};

/* All ways beside memory of one size. */
struct cost_row {
	uint64_t
	    resident_bytes; /* what the measuring process had in memory, its own few MB included */
	uint64_t tables_bytes; /* page tables that a fork copies */
	uint64_t
	    cow_page_ns; /* median time of a first write to a page after a fork; 0: no such page */
	struct cost_point points[COST_WAYS];
};

/*
 * Measures in a process of its own that holds so much memory beside it. Each way gets about
 * budget_ns. 0 or -errno: -ENOMEM the memory was not to be had, -EINTR a signal asked for the end.
 */
int cost_measure(uint64_t extra_bytes, uint64_t budget_ns, struct cost_row *row);

#endif
