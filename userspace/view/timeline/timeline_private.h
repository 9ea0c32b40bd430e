/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What gathering and drawing of a timeline share. Nothing else includes this.
 */
#ifndef THRACE_VIEW_TIMELINE_PRIVATE_H
#define THRACE_VIEW_TIMELINE_PRIVATE_H

#include "userspace/util/map.h"
#include "userspace/view/timeline/timeline.h"

#define TIMELINE_SLICES 256
#define TIMELINE_LANES	8192 /* threads that are drawn; of the others it is said how many they were */
#define TIMELINE_FIRST	4096 /* ns of a slice to begin with */

enum spent {
	SPENT_RUNNING,
	SPENT_READY,
	SPENT_BLOCKED,
	SPENT_JOINING,
	SPENT_COUNT,
};

struct lane_slice {
	float spent_ns[SPENT_COUNT];
	/* The end of its longest wait that a thread ended: that thread, and how long the wait was. */
	float wait_ns;
	uint32_t waker; /* its serial; 0: none */
};

struct lane {
	/* A wait that ended; who ended it, the next span tells. */
	uint64_t wait_end_ns, wait_ns;
	struct lane_slice slices[TIMELINE_SLICES];
};
_Static_assert(sizeof(struct lane) <= 6400, "what is promised of memory");

struct timeline {
	struct model_watch watch;
	uint64_t from_ns, to_ns; /* as asked for, from the origin on */
	uint64_t origin_ns; /* where time is counted from; 0: not known yet */
	uint64_t slice_ns;
	uint64_t end_ns; /* of the window: absolute, as far as it has been seen */
	struct map lanes; /* by serial */
	size_t count, most; /* lanes, and how many there may be */
	bool failed; /* out of memory */
};

#endif
