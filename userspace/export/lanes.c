/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/lanes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKET_NS 1000

enum lane_class lane_class_of_wait(enum wait_kind kind)
{
	switch (kind) {
	case WAIT_UNKNOWN:
		return LANE_UNKNOWN;
	case WAIT_JOIN: case WAIT_CHILD: case WAIT_VFORK: case WAIT_QUEUE_JOIN: case WAIT_SHUTDOWN:
		return LANE_JOIN;
	case WAIT_MUTEX: case WAIT_FUTEX: case WAIT_PI_MUTEX: case WAIT_FILE_LOCK: case WAIT_IPC: case WAIT_LOCK:
	case WAIT_RLOCK: case WAIT_RWLOCK: case WAIT_CONDITION: case WAIT_SEMAPHORE: case WAIT_EVENT: case WAIT_BARRIER:
	case WAIT_QUEUE_PUT: case WAIT_QUEUE_GET:
		return LANE_LOCK;
	case WAIT_SLEEP: case WAIT_TIMER:
		return LANE_SLEEP;
	case WAIT_POLL: case WAIT_READ: case WAIT_WRITE: case WAIT_ACCEPT: case WAIT_CONNECT: case WAIT_RECV:
	case WAIT_SEND: case WAIT_PIPE: case WAIT_DISK: case WAIT_FAULT: case WAIT_IO_URING:
		return LANE_IO;
	default:
		return LANE_OTHER;
	}
}

enum lane_class lane_class_of(const struct span *span)
{
	switch (span->state) {
	case STATE_RUNNING:
		return LANE_RUNNING;
	case STATE_NEW:
	case STATE_READY:
		return LANE_READY;
	case STATE_BLOCKED:
		return lane_class_of_wait(span->wait->kind);
	default:
		return LANE_UNKNOWN;
	}
}

/* Two buckets become one. */
static void lane_halve(struct lane *lane)
{
	for (size_t i = 0; i < LANE_BUCKETS; i++)
		for (int class = 0; class < LANE_CLASSES; class++)
			lane->part_ns[i][class] = i < LANE_BUCKETS / 2 ? lane->part_ns[2 * i][class] +
										 lane->part_ns[2 * i + 1][class]
								       : 0;
}

static void lanes_reach(struct lanes *lanes, uint64_t at_ns)
{
	while ((at_ns - lanes->origin_ns) / lanes->bucket_ns >= LANE_BUCKETS) {
		for (size_t i = 0; i < lanes->count; i++)
			lane_halve(lanes->all[i]);
		if (lanes->rest)
			lane_halve(lanes->rest);
		lanes->bucket_ns *= 2;
	}
}

static void lane_merge(struct lane *into, const struct lane *lane)
{
	for (size_t i = 0; i < LANE_BUCKETS; i++)
		for (int class = 0; class < LANE_CLASSES; class++)
			into->part_ns[i][class] += lane->part_ns[i][class];
}

static struct lane *rest_lane(struct lanes *lanes)
{
	if (!lanes->rest)
		lanes->rest = calloc(1, sizeof(*lanes->rest));
	return lanes->rest;
}

/* Its place is given back; what it told stays in the rest. */
static int lane_drop(struct lanes *lanes, size_t at)
{
	struct lane *lane = lanes->all[at], *rest = rest_lane(lanes);

	if (!rest)
		return -ENOMEM;
	lane_merge(rest, lane);
	lanes->rest_threads++;
	map_remove(&lanes->by_serial, lane->serial);
	free(lane);
	memmove(lanes->all + at, lanes->all + at + 1, (--lanes->count - at) * sizeof(*lanes->all));
	return 0;
}

/* The one that ran least, of those that ended or of all; count: there is none. */
static size_t least_lane(const struct lanes *lanes, bool ended)
{
	size_t least = lanes->count;

	for (size_t i = 0; i < lanes->count; i++)
		if ((!ended || lanes->all[i]->ended) &&
		    (least == lanes->count || lanes->all[i]->running_ns < lanes->all[least]->running_ns))
			least = i;
	return least;
}

int lanes_keep(struct lanes *lanes, size_t count)
{
	int error = 0;

	while (lanes->count > count && !error)
		error = lane_drop(lanes, least_lane(lanes, false));
	return error;
}

static struct lane *lane_make(struct lanes *lanes, const struct thread *thread)
{
	size_t least = lanes->count == LANES_MAX ? least_lane(lanes, true) : lanes->count;
	struct lane *lane;

	if (lanes->count == LANES_MAX) {
		if (least == lanes->count)
			return rest_lane(lanes);
		if (lane_drop(lanes, least))
			return NULL;
	}
	lane = calloc(1, sizeof(*lane));
	if (!lane)
		return NULL;
	lane->serial = thread->serial;
	lane->first_ns = thread->first_ns;
	lanes->all[lanes->count++] = lane;
	return lane;
}

/* The thread's lane, or the rest's. NULL: out of memory. */
static struct lane *lane_of(struct lanes *lanes, const struct thread *thread)
{
	struct lane *lane = map_get(&lanes->by_serial, thread->serial);

	if (lane)
		return lane;
	lane = lane_make(lanes, thread);
	if (!lane || map_put(&lanes->by_serial, thread->serial, lane))
		return NULL;
	return lane;
}

static void keep_wait(struct lane *lane, const struct span *span)
{
	uint64_t span_ns = span->end_ns - span->begin_ns;
	size_t at = lane->waits_count;

	if (at == LANE_WAITS) {
		at = 0;
		for (size_t i = 1; i < LANE_WAITS; i++)
			if (lane->waits[i].end_ns - lane->waits[i].begin_ns <
			    lane->waits[at].end_ns - lane->waits[at].begin_ns)
				at = i;
		if (lane->waits[at].end_ns - lane->waits[at].begin_ns >= span_ns)
			return;
	} else {
		lane->waits_count++;
	}
	lane->waits[at] = (struct lane_wait){
		.begin_ns = span->begin_ns,
		.end_ns = span->end_ns,
		.on_serial = span->wait->on ? span->wait->on->serial : 0,
		.class = lane_class_of(span),
		.words = name_of_wait(span->wait->kind, span->wait->on),
	};
}

static void spread(struct lanes *lanes, struct lane *lane, const struct span *span)
{
	enum lane_class class = lane_class_of(span);
	uint64_t at_ns = span->begin_ns > lanes->origin_ns ? span->begin_ns - lanes->origin_ns : 0;
	uint64_t end_ns = span->end_ns - lanes->origin_ns;

	while (at_ns < end_ns) {
		size_t bucket = at_ns / lanes->bucket_ns;
		uint64_t until_ns = (bucket + 1) * lanes->bucket_ns;

		if (until_ns > end_ns)
			until_ns = end_ns;
		lane->part_ns[bucket][class] += until_ns - at_ns;
		at_ns = until_ns;
	}
}

int lanes_add(struct lanes *lanes, const struct span *span)
{
	struct lane *lane;

	if (span->end_ns <= lanes->origin_ns)
		return 0;
	if (!lanes->bucket_ns)
		lanes->bucket_ns = FIRST_BUCKET_NS;
	lanes_reach(lanes, span->end_ns);
	lane = lane_of(lanes, span->thread);
	if (!lane)
		return -ENOMEM;
	spread(lanes, lane, span);
	if (span->state == STATE_RUNNING)
		lane->running_ns += span->end_ns - span->begin_ns;
	if (span->state == STATE_BLOCKED && lane != lanes->rest)
		keep_wait(lane, span);
	return 0;
}

void lanes_finish(struct lanes *lanes, const struct thread *thread)
{
	struct lane *lane = map_get(&lanes->by_serial, thread->serial);

	map_remove(&lanes->by_serial, thread->serial);
	if (!lane)
		return;
	if (lane == lanes->rest) {
		lanes->rest_threads++;
		return;
	}
	lane->tid = thread->tid;
	lane->pid = thread->process->pid;
	lane->process_serial = thread->process->serial;
	lane->creator_serial = thread->creator ? thread->creator->serial : 0;
	lane->born = thread->born;
	lane->ended = thread->end != END_ALIVE;
	lane->first_ns = thread->first_ns;
	lane->last_ns = thread->last_ns;
	lane->name = name_of_thread(thread);
	lane->process_name = name_of_process(thread->process);
}

enum lane_class lane_at(const struct lane *lane, size_t bucket)
{
	const float *part_ns = lane->part_ns[bucket];
	enum lane_class most = LANE_NOTHING;

	for (enum lane_class class = LANE_RUNNING; class < LANE_CLASSES; class++)
		if (part_ns[class] > part_ns[most])
			most = class;
	return most;
}

void lanes_free(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		free(lanes->all[i]);
	free(lanes->rest);
	map_clear(&lanes->by_serial);
}
