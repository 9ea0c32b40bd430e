/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What one process has mapped, as it was read last. It outlives the process: what was mapped then can still be asked.
 */
#ifndef THRACE_ENRICH_SYMBOLS_SPACE_H
#define THRACE_ENRICH_SYMBOLS_SPACE_H

#include <stdbool.h>
#include "userspace/enrich/target.h"

struct space {
	uint32_t pid;
	int folder; /* /proc/PID: stays the very process's, even when its number is given again; -1: of none */
	struct mappings mappings;
	uint64_t read_ns; /* when they were read, or it was tried */
	bool still; /* only its owner reads it anew */
};

#define SPACE_NONE {.folder = -1}

/* Returns 0 or -errno, as symbols_open() has them. space_close() follows in every case. */
int space_open(struct space *space, uint32_t pid);
/* Reads anew. Returns 0 or -errno: the process is gone, and what was read before stays. */
int space_refresh(struct space *space);
/* What was read is all there will be: the process is another program by now. */
void space_keep(struct space *space);
void space_close(struct space *space);

#endif
