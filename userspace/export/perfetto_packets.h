/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The packets of a Perfetto trace, one function for each that thrace writes; the perfetto_*.c files are the one home of
 * protobuf-c. Knows the format, and nothing of the model. Strings are whole UTF-8.
 */
#ifndef THRACE_EXPORT_PERFETTO_PACKETS_H
#define THRACE_EXPORT_PERFETTO_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct bundle; /* perfetto_sched.c */

struct packets {
	FILE *out;
	uint8_t *bytes; /* of the packet under way; kept from one to the next */
	size_t room;
	bool begun;
	struct bundle *bundle;
	int error; /* 0 or -ENOMEM; out keeps its own */
};

void packets_begin(struct packets *packets, FILE *out);
/* Writes what is still held back, and frees. Returns the first error. */
int packets_end(struct packets *packets);

void packet_clocks(struct packets *packets, uint64_t at_ns, uint64_t realtime_ns);
void packet_system(struct packets *packets, const char *release, uint32_t cpus);

/* Tracks are named by numbers of our own choice, none of them 0. */
void packet_process(struct packets *packets, uint64_t track, uint32_t pid, const char *name);
void packet_thread(struct packets *packets, uint64_t track, uint64_t process_track, uint32_t pid, uint32_t tid,
		   const char *name);
void packet_counter_track(struct packets *packets, uint64_t track, uint64_t parent, const char *name);
void packet_child_track(struct packets *packets, uint64_t track, uint64_t parent, const char *name);

/* A word more on a slice. text NULL: the number. */
struct note {
	const char *name, *text;
	uint64_t number;
};

#define NOTES_MAX 4

struct slice {
	uint64_t track, begin_ns, end_ns;
	const char *category, *name;
	uint64_t flow_out, flow_in[2]; /* arrows that begin and end here: equal numbers belong together; 0: none */
	struct note notes[NOTES_MAX];
	size_t notes_count;
};

void packet_slice(struct packets *packets, const struct slice *slice);
/* One whose end is told later. */
void packet_slice_begin(struct packets *packets, const struct slice *slice);
void packet_slice_end(struct packets *packets, uint64_t track, uint64_t at_ns);
/* One without length: end_ns does not matter. */
void packet_instant(struct packets *packets, const struct slice *slice);
void packet_count(struct packets *packets, uint64_t at_ns, uint64_t track, int64_t value);

/* --- perfetto_sched.c: the scheduler's events, held back to be written many at a time --- */

struct switched {
	uint64_t at_ns;
	uint32_t cpu, prev_tid, next_tid;
	uint32_t prev_state; /* enum task_state */
	bool preempted;
	const char *prev_name, *next_name;
};

void packet_switch(struct packets *packets, const struct switched *switched);
/* waker_tid: on whose CPU time it was told. */
void packet_waking(struct packets *packets, uint64_t at_ns, uint32_t cpu, uint32_t waker_tid, uint32_t tid,
		   const char *name);
void bundle_flush(struct packets *packets);

/* Writes a packet: perfetto_packets.c's and perfetto_sched.c's own. message: a TracePacket. */
void packets_put(struct packets *packets, void *message);

#endif
