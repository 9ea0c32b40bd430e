/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the threading library tells, as slices on a track below its thread's: from the probe that begins a call that may
 * wait to the one that ends it. Other probes are marks.
 */
#ifndef THRACE_EXPORT_PERFETTO_LIBRARY_H
#define THRACE_EXPORT_PERFETTO_LIBRARY_H

#include "bpf/abi/events.h"
#include "userspace/export/perfetto_packets.h"

#define LIBRARY_DEPTH 8 /* calls within calls: a condition takes its lock again */

struct library_calls { /* zeroed: none */
	bool told; /* of the track */
	uint8_t depth;
	uint8_t open[LIBRARY_DEPTH]; /* enum library_probe that began each */
};

void calls_tell(struct packets *packets, struct library_calls *calls, uint64_t track, uint64_t thread_track,
		  const struct ev_library *ev);
/* The thread is no more: what it was in ends with it. */
void calls_close(struct packets *packets, struct library_calls *calls, uint64_t track, uint64_t at_ns);

#endif
