// SPDX-License-Identifier: GPL-2.0-only
/* Gathers what a timeline draws. */
#include "userspace/view/timeline/timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/timeline/timeline_private.h"

static struct lane *lane_of(struct timeline *timeline, const struct thread *thread)
{
	struct lane *lane = map_get(&timeline->lanes, thread->serial);

	if (lane || timeline->count == timeline->most)
		return lane;
	lane = calloc(1, sizeof(*lane));
	if (lane && !map_put(&timeline->lanes, thread->serial, lane)) {
		timeline->count++;
		return lane;
	}
	free(lane);
	timeline->failed = true;
	return NULL;
}

static void join_two(struct lane_slice *into, const struct lane_slice *one,
		     const struct lane_slice *other)
{
	const struct lane_slice *longer = other->wait_ns > one->wait_ns ? other : one;
	struct lane_slice both = {.wait_ns = longer->wait_ns, .waker = longer->waker};

	for (int spent = 0; spent < SPENT_COUNT; spent++)
		both.spent_ns[spent] = one->spent_ns[spent] + other->spent_ns[spent];
	*into = both;
}

static void lane_coarsen(struct lane *lane)
{
	for (size_t i = 0; i < TIMELINE_SLICES / 2; i++)
		join_two(&lane->slices[i], &lane->slices[2 * i], &lane->slices[2 * i + 1]);
	memset(&lane->slices[TIMELINE_SLICES / 2], 0,
	       TIMELINE_SLICES / 2 * sizeof(*lane->slices));
}

/* Makes the window reach so far. */
static void reach(struct timeline *timeline, uint64_t offset_ns)
{
	if (!offset_ns)
		return;
	while ((offset_ns - 1) / TIMELINE_SLICES >= timeline->slice_ns) { /* as a quotient: a product may wrap around */
		for (size_t i = 0; i < timeline->lanes.size; i++)
			if (timeline->lanes.slots[i].key)
				lane_coarsen(timeline->lanes.slots[i].value);
		timeline->slice_ns *= 2;
	}
}

static int spent_in(const struct span *span)
{
	switch (span->state) {
	case STATE_RUNNING:
		return SPENT_RUNNING;
	case STATE_READY:
	case STATE_NEW:
		return SPENT_READY;
	case STATE_BLOCKED:
		return span->wait && span->wait->kind == WAIT_JOIN ? SPENT_JOINING : SPENT_BLOCKED;
	default:
		return -1;
	}
}

/* Offsets in the window. */
static void add(const struct timeline *timeline, struct lane *lane, enum spent spent,
		uint64_t begin_ns, uint64_t end_ns)
{
	while (begin_ns < end_ns) {
		uint64_t slice = begin_ns / timeline->slice_ns;
		uint64_t next_ns = (slice + 1) * timeline->slice_ns;
		uint64_t part_ns = (end_ns < next_ns ? end_ns : next_ns) - begin_ns;

		if (slice >= TIMELINE_SLICES)
			return;
		lane->slices[slice].spent_ns[spent] += (float)part_ns;
		begin_ns += part_ns;
	}
}

/* The wait before this span ended; now it is known by whom. */
static void mark_waker(const struct timeline *timeline, struct lane *lane, const struct span *span,
		       uint64_t begin_ns)
{
	const struct thread *waker = span->thread->waker;
	uint64_t slice;

	if (lane->wait_end_ns != span->begin_ns || !waker || span->begin_ns < begin_ns)
		return;
	slice = (span->begin_ns - begin_ns) / timeline->slice_ns;
	if (slice >= TIMELINE_SLICES || lane->slices[slice].wait_ns >= (float)lane->wait_ns)
		return;
	lane->slices[slice].wait_ns = (float)lane->wait_ns;
	lane->slices[slice].waker = (uint32_t)waker->serial;
}

static uint64_t find_origin_ns(const struct model *model, const struct span *span)
{
	process_for_each (model, process)
		if (process->launched)
			return span->begin_ns;
	return model->first_ns;
}

static void take_span(const struct model *model, const struct span *span, void *context)
{
	struct timeline *timeline = context;
	uint64_t window_ns = timeline->to_ns ? timeline->to_ns - timeline->from_ns : UINT64_MAX;
	uint64_t begin_ns, from_ns, to_ns;
	int spent = spent_in(span);
	struct lane *lane;

	if (spent < 0)
		return;
	if (!timeline->origin_ns)
		timeline->origin_ns = find_origin_ns(model, span);
	begin_ns = timeline->origin_ns + timeline->from_ns;
	from_ns = span->begin_ns > begin_ns ? span->begin_ns - begin_ns : 0;
	to_ns = span->end_ns > begin_ns ? span->end_ns - begin_ns : 0;

	if (to_ns > window_ns)
		to_ns = window_ns;
	if (!to_ns || from_ns >= window_ns)
		return;
	reach(timeline, to_ns);
	lane = lane_of(timeline, span->thread);
	if (!lane)
		return;
	if (begin_ns + to_ns > timeline->end_ns)
		timeline->end_ns = begin_ns + to_ns;
	if (span->state == STATE_BLOCKED) {
		lane->wait_end_ns = span->end_ns;
		lane->wait_ns = span->end_ns - span->begin_ns;
	} else {
		mark_waker(timeline, lane, span, begin_ns);
	}
	add(timeline, lane, (enum spent)spent, from_ns, to_ns);
}

struct timeline *timeline_new(uint64_t from_ns, uint64_t to_ns)
{
	struct timeline *timeline = calloc(1, sizeof(*timeline));

	if (!timeline)
		return NULL;
	timeline->watch = (struct model_watch){.span = take_span, .context = timeline};
	timeline->from_ns = from_ns;
	timeline->to_ns = to_ns;
	timeline->slice_ns = TIMELINE_FIRST;
	timeline->most = TIMELINE_LANES;
	if (to_ns)
		timeline->slice_ns = (to_ns - from_ns + TIMELINE_SLICES - 1) / TIMELINE_SLICES;
	return timeline;
}

const struct model_watch *timeline_watch(struct timeline *timeline)
{
	return &timeline->watch;
}

void timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	for (size_t i = 0; i < timeline->lanes.size; i++)
		if (timeline->lanes.slots[i].key)
			free(timeline->lanes.slots[i].value);
	map_clear(&timeline->lanes);
	free(timeline);
}
