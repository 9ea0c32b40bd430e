/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Names of threads that are not observed but that records point at: who woke one, who created one. Looked up in /proc
 * when first met, and told as a snapshot for context.
 */
#ifndef THRACE_SOURCE_LIVE_NAMES_H
#define THRACE_SOURCE_LIVE_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/events.h"

struct names {
	uint64_t *known; /* a bit for each tid: told, or observed itself */
};

/* Returns 0 or -ENOMEM. */
int names_open(struct names *names);
void names_close(struct names *names);
/* Does the record point at somebody not known yet? Then *context is a snapshot to be handed out before it. */
bool names_needed(struct names *names, const struct rec_head *record, struct ev_task_snapshot *context);

#endif
