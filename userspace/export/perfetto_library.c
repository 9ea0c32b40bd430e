/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/perfetto_library.h"

#include "userspace/decode/library_probes.h"

#define NO_PROBE PROBE_COUNT

/* The calls: how they are named, the probe that begins each, and those that end it. */
static const struct call {
	const char *name;
	enum library_probe begin, end, other_end;
} calls_known[] = {
	{"join", PROBE_join_begin, PROBE_join_end, NO_PROBE},
	{"lock", PROBE_lock_wait, PROBE_lock_acquired, PROBE_lock_timeout},
	{"condition", PROBE_cond_wait, PROBE_cond_wake, NO_PROBE},
	{"semaphore", PROBE_sem_wait, PROBE_sem_acquired, NO_PROBE},
	{"event", PROBE_event_wait, PROBE_event_wake, NO_PROBE},
	{"barrier", PROBE_barrier_wait, PROBE_barrier_wake, NO_PROBE},
	{"queue put", PROBE_queue_put_wait, PROBE_queue_put, NO_PROBE},
	{"queue get", PROBE_queue_get_wait, PROBE_queue_get, NO_PROBE},
	{"queue join", PROBE_queue_join_begin, PROBE_queue_join_end, NO_PROBE},
	{"any of several", PROBE_any_wait, PROBE_any_wake, NO_PROBE},
	{"shutdown", PROBE_shutdown_begin, PROBE_shutdown_end, NO_PROBE},
};

#define CALLS (sizeof(calls_known) / sizeof(*calls_known))

static const struct call *call_begun(unsigned int probe)
{
	for (size_t i = 0; i < CALLS; i++)
		if (calls_known[i].begin == probe)
			return &calls_known[i];
	return NULL;
}

static const struct call *call_ended(unsigned int probe)
{
	for (size_t i = 0; i < CALLS; i++)
		if (calls_known[i].end == probe || calls_known[i].other_end == probe)
			return &calls_known[i];
	return NULL;
}

static bool is_open(const struct library_calls *calls, const struct call *call)
{
	for (size_t i = 0; i < calls->depth; i++)
		if (calls->open[i] == call->begin)
			return true;
	return false;
}

/* Ends what is open, up to and with one call. NULL: all. */
static void close_to(struct packets *packets, struct library_calls *calls, uint64_t track, uint64_t at_ns,
		     const struct call *call)
{
	while (calls->depth) {
		uint8_t last = calls->open[--calls->depth];

		packet_slice_end(packets, track, at_ns);
		if (call && last == call->begin)
			return;
	}
}

static void mark(struct packets *packets, uint64_t track, const struct ev_library *ev)
{
	const char *token = library_probe_token(ev->probe);

	if (token)
		packet_instant(packets, &(struct slice){.track = track, .begin_ns = ev->head.ts_ns, .category = "library",
							.name = token});
}

void calls_tell(struct packets *packets, struct library_calls *calls, uint64_t track, uint64_t thread_track,
		  const struct ev_library *ev)
{
	const struct call *begun = call_begun(ev->probe), *ended = call_ended(ev->probe);
	struct slice slice = {.track = track, .begin_ns = ev->head.ts_ns, .category = "library"};

	if (!calls->told)
		packet_child_track(packets, track, thread_track, "library");
	calls->told = true;
	if (begun && is_open(calls, begun)) /* it sleeps once more in the same call */
		return;
	if (begun && calls->depth < LIBRARY_DEPTH) {
		slice.name = begun->name;
		slice.notes[0] = (struct note){.name = "object", .number = ev->arg[1]};
		slice.notes_count = 1;
		packet_slice_begin(packets, &slice);
		calls->open[calls->depth++] = begun->begin;
	} else if (ended && is_open(calls, ended)) {
		close_to(packets, calls, track, ev->head.ts_ns, ended);
	} else {
		mark(packets, track, ev); /* an end without a wait before it, too */
	}
}

void calls_close(struct packets *packets, struct library_calls *calls, uint64_t track, uint64_t at_ns)
{
	close_to(packets, calls, track, at_ns, NULL);
}
