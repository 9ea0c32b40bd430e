/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The flight recorder's memory: the chunks of the last seconds, from a keyframe on. Bounded in time and in bytes, in
 * whole stretches from keyframe to keyframe.
 */
#ifndef THRACE_SOURCE_RECORD_FLIGHT_H
#define THRACE_SOURCE_RECORD_FLIGHT_H

#include "userspace/source/record/record_file.h"

struct flight {
	uint64_t keep_ns;
	uint64_t max_bytes;
	struct sealed *first, *last;
	uint64_t bytes;
	bool shortened; /* max_bytes dropped what keep_ns would have kept */
};

/* Takes the chunk over. */
void flight_add(struct flight *flight, struct sealed *sealed);
void flight_clear(struct flight *flight);
/* All that is kept, as a whole file. file is open and its header filled in; it is closed. 0 or -errno. */
int flight_write(const struct flight *flight, struct record_file *file);

#endif
