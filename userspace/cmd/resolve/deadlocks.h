/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Deadlocks that were not there at the look before.
 */
#ifndef THRACE_CMD_DEADLOCKS_H
#define THRACE_CMD_DEADLOCKS_H

#include "userspace/model/graph.h"

struct deadlocks { /* zeroed memory: none was seen */
	uint64_t *known; /* fingerprints of those of the last look */
	size_t known_count;
	bool ever; /* there was one at some look */
};

/* Returns how many are new, or -ENOMEM. */
int deadlocks_note(struct deadlocks *deadlocks, const struct model *model);
void deadlocks_free(struct deadlocks *deadlocks);

#endif
