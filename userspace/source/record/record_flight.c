/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/record/record_flight.h"

#include <stdlib.h>

static bool begins(const struct sealed *sealed)
{
	return sealed->chunk.kind == CHUNK_KEYFRAME && !(sealed->chunk.flags & CHUNK_F_CONTINUES);
}

static uint64_t size_of(const struct sealed *sealed)
{
	return sizeof(*sealed) + sealed->chunk.stored_bytes;
}

static void drop_first(struct flight *flight)
{
	struct sealed *first = flight->first;

	flight->first = first->next;
	if (!flight->first)
		flight->last = NULL;
	flight->bytes -= size_of(first);
	free(first);
}

/* From its first keyframe to the next: what lies between cannot stand without. */
static void drop_stretch(struct flight *flight)
{
	do
		drop_first(flight);
	while (flight->first && !begins(flight->first));
}

/* The second keyframe; NULL: there is none. */
static const struct sealed *second_keyframe(const struct flight *flight)
{
	const struct sealed *at = flight->first ? flight->first->next : NULL;

	while (at && !begins(at))
		at = at->next;
	return at;
}

static void trim(struct flight *flight)
{
	uint64_t now_ns = flight->last->chunk.last_ns;
	const struct sealed *second;

	while ((second = second_keyframe(flight)) && second->chunk.first_ns + flight->keep_ns <= now_ns)
		drop_stretch(flight);
	while (flight->first && flight->bytes > flight->max_bytes) {
		drop_stretch(flight);
		flight->shortened = true;
	}
}

void flight_add(struct flight *flight, struct sealed *sealed)
{
	sealed->next = NULL;
	if (!flight->first && !begins(sealed)) {
		free(sealed); /* nobody could begin with it */
		return;
	}
	if (flight->last)
		flight->last->next = sealed;
	else
		flight->first = sealed;
	flight->last = sealed;
	flight->bytes += size_of(sealed);
	trim(flight);
}

void flight_clear(struct flight *flight)
{
	while (flight->first)
		drop_first(flight);
}

int flight_write(const struct flight *flight, struct record_file *file)
{
	int error = 0, finished;

	file->header.flags |= FILE_F_FLIGHT;
	if (flight->first) {
		file->header.realtime_ns += flight->first->chunk.first_ns - file->header.first_ns;
		file->header.first_ns = flight->first->chunk.first_ns;
	}
	for (const struct sealed *sealed = flight->first; sealed && !error; sealed = sealed->next)
		error = record_file_append(file, sealed);
	finished = record_file_finish(file);
	return error ? error : finished;
}
