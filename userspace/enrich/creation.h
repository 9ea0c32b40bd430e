/* SPDX-License-Identifier: GPL-2.0-only
 *
 * From a creator's stack to the place in its program where it creates: the innermost calls outside of the machinery that
 * every creation goes through (creation.c has the rule), ABI_PLACE_FRAMES of them at most, whatever lies between. A stack that does not lead
 * out of the machinery has no place; nothing is guessed.
 */
#ifndef THRACE_ENRICH_CREATION_H
#define THRACE_ENRICH_CREATION_H

#include "userspace/enrich/stack.h"

struct creation {
	size_t count; /* 1 and up */
	uint64_t calls[ABI_PLACE_FRAMES]; /* what to ask symbols for */
	struct ev_place_frame frames[ABI_PLACE_FRAMES]; /* head and place are left to the caller */
};

/* Functions and modules. Returns 0, or -ENODATA: no place. */
int creation_find(struct symbols *symbols, const struct stack *stack, struct creation *creation);

/* Adds files and lines. Returns 0, or -EAGAIN: not all within wait_ms, ask again; what is there is right. */
int creation_find_lines(struct symbols *symbols, struct creation *creation, int wait_ms);

#endif
