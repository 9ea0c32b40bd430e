/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads' lives at the resolution of a picture, whose length in time is known only at its end: each lane has a fixed
 * number of buckets, which stand for twice the time whenever the end is reached. Bounded memory, any length.
 */
#ifndef THRACE_EXPORT_LANES_H
#define THRACE_EXPORT_LANES_H

#include "userspace/export/export.h"
#include "userspace/util/map.h"

#define LANE_BUCKETS 1024
#define LANE_WAITS   8 /* longest ones, kept for their words */
#define LANES_MAX    128

/* What a picture tells apart by colour and pattern. */
enum lane_class {
	LANE_NOTHING,
	LANE_RUNNING,
	LANE_READY,
	LANE_JOIN,
	LANE_LOCK,
	LANE_SLEEP,
	LANE_IO,
	LANE_OTHER, /* another wait */
	LANE_UNKNOWN,
	LANE_CLASSES,
};

struct lane_wait {
	uint64_t begin_ns, end_ns;
	uint64_t on_serial; /* 0: nobody, or not known */
	enum lane_class class;
	struct export_name words;
};

struct lane {
	uint64_t serial, creator_serial, process_serial;
	uint32_t tid, pid;
	uint64_t first_ns, last_ns, running_ns;
	bool ended, born;
	struct export_name name, process_name;
	struct lane_wait waits[LANE_WAITS];
	size_t waits_count;
	float part_ns[LANE_BUCKETS][LANE_CLASSES];
};

struct lanes {
	uint64_t origin_ns, bucket_ns;
	struct map by_serial; /* of the lanes that are still written to */
	struct lane *all[LANES_MAX];
	size_t count;
	struct lane *rest; /* of the threads that have no lane; NULL: there are none */
	uint64_t rest_threads;
};

enum lane_class lane_class_of(const struct span *span);
enum lane_class lane_class_of_wait(enum wait_kind kind);
/* Returns 0 or -ENOMEM. The picture begins at origin_ns, to be set before. */
int lanes_add(struct lanes *lanes, const struct span *span);
/* The thread's last word. */
void lanes_finish(struct lanes *lanes, const struct thread *thread);
/* Leaves at most count lanes, those that ran most; the others join the rest. */
int lanes_keep(struct lanes *lanes, size_t count);
/* What most of a bucket was. */
enum lane_class lane_at(const struct lane *lane, size_t bucket);
void lanes_free(struct lanes *lanes);

#endif
