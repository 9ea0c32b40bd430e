/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Names of threads that are not observed but that records point at: who woke one, who created one. Looked up in /proc
 * when first met, and told as a snapshot for context.
 *
 * Nobody tells when such a thread ends, becomes another program, or leaves its number to another. So what was looked up
 * holds for a time, and for as many as whoever reads the records remembers (ABI_CONTEXT_THREADS); then it is looked up
 * anew. Of an observed thread its last switch tells; where switches were lost that may be among them, so whoever was
 * observed is in doubt until it is seen to run.
 */
#ifndef THRACE_SOURCE_LIVE_NAMES_H
#define THRACE_SOURCE_LIVE_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/events.h"

#define NAMES_HOLD_NS 60000000000ull

struct names {
	uint64_t *observed; /* a bit for each tid: it has its name from its own records */
	uint64_t *doubted; /* a bit for each tid: it was observed before switches were lost, and has not run since */
	uint64_t *looked_up; /* a bit for each tid: it is in the ring */
	struct name_age { /* from the oldest on */
		uint64_t ts_ns;
		uint32_t tid;
	} *ring;
	uint32_t oldest, count;
};

/* Returns 0 or -ENOMEM. */
int names_open(struct names *names);
void names_close(struct names *names);
/* Does the record point at somebody not known yet? Then *context is a snapshot to be handed out before it. */
bool names_needed(struct names *names, const struct rec_head *record, struct ev_task_snapshot *context);

#endif
