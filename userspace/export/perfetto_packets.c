/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/perfetto_packets.h"

#include <errno.h>
#include <stdlib.h>
#include "perfetto.pb-c.h"

/* Perfetto's numbers for clocks (clock_snapshot.proto). */
#define CLOCK_ID_REALTIME  1
#define CLOCK_ID_MONOTONIC 3
#define CLOCK_ID_BOOTTIME  6

#define SEQUENCE	       1 /* all packets are one writer's */
#define SEQUENCE_STATE_CLEARED 1 /* nothing from before is needed to read on */
#define PACKET_TAG	       0x0a /* Trace.packet: field 1, with a length */

#define PACKET(member, value, case)                                                                \
	{                                                                                          \
		.base = PROTOBUF_C_MESSAGE_INIT(&perfetto__protos__trace_packet__descriptor),      \
		.data_case = PERFETTO__PROTOS__TRACE_PACKET__DATA_##case, .member = (value),       \
	}

void packets_begin(struct packets *packets, FILE *out)
{
	*packets = (struct packets){.out = out};
}

int packets_end(struct packets *packets)
{
	bundle_flush(packets);
	free(packets->bundle);
	free(packets->bytes);
	packets->bytes = NULL;
	packets->bundle = NULL;
	return packets->error;
}

static bool reserve(struct packets *packets, size_t size)
{
	uint8_t *bytes;

	if (size <= packets->room)
		return true;
	bytes = realloc(packets->bytes, size * 2);
	if (!bytes) {
		packets->error = -ENOMEM;
		return false;
	}
	packets->bytes = bytes;
	packets->room = size * 2;
	return true;
}

void packets_put(struct packets *packets, void *message)
{
	Perfetto__Protos__TracePacket *packet = message;
	uint8_t head[12] = {PACKET_TAG};
	size_t size, used = 1;

	packet->optional_trusted_packet_sequence_id_case =
		PERFETTO__PROTOS__TRACE_PACKET__OPTIONAL_TRUSTED_PACKET_SEQUENCE_ID_TRUSTED_PACKET_SEQUENCE_ID;
	packet->trusted_packet_sequence_id = SEQUENCE;
	packet->has_sequence_flags = !packets->begun;
	packet->sequence_flags = SEQUENCE_STATE_CLEARED;
	packets->begun = true;

	size = perfetto__protos__trace_packet__get_packed_size(packet);
	if (!reserve(packets, size))
		return;
	perfetto__protos__trace_packet__pack(packet, packets->bytes);
	for (size_t rest = size; rest || used == 1; rest >>= 7)
		head[used++] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
	fwrite(head, 1, used, packets->out);
	fwrite(packets->bytes, 1, size, packets->out);
}

/*
 * Thrace's times are CLOCK_MONOTONIC; Perfetto's own clock is BOOTTIME, which differs from it by the time that the
 * machine was suspended, and that is not recorded. So the one is given out as the other.
 */
void packet_clocks(struct packets *packets, uint64_t at_ns, uint64_t realtime_ns)
{
	static const uint32_t ids[] = {CLOCK_ID_BOOTTIME, CLOCK_ID_MONOTONIC, CLOCK_ID_REALTIME};
	Perfetto__Protos__ClockSnapshot__Clock clocks[3], *pointers[3];
	Perfetto__Protos__ClockSnapshot snapshot = PERFETTO__PROTOS__CLOCK_SNAPSHOT__INIT;
	Perfetto__Protos__TracePacket packet = PACKET(clock_snapshot, &snapshot, CLOCK_SNAPSHOT);

	for (size_t i = 0; i < 3; i++) {
		perfetto__protos__clock_snapshot__clock__init(&clocks[i]);
		clocks[i].has_clock_id = clocks[i].has_timestamp = true;
		clocks[i].clock_id = ids[i];
		clocks[i].timestamp = ids[i] == CLOCK_ID_REALTIME ? realtime_ns : at_ns;
		pointers[i] = &clocks[i];
	}
	snapshot.n_clocks = realtime_ns ? 3 : 2;
	snapshot.clocks = pointers;
	packet.has_timestamp = true;
	packet.timestamp = at_ns;
	packets_put(packets, &packet);
}

void packet_system(struct packets *packets, const char *release, uint32_t cpus)
{
	Perfetto__Protos__Utsname names = PERFETTO__PROTOS__UTSNAME__INIT;
	Perfetto__Protos__SystemInfo system = PERFETTO__PROTOS__SYSTEM_INFO__INIT;
	Perfetto__Protos__TracePacket packet = PACKET(system_info, &system, SYSTEM_INFO);

	names.sysname = "Linux";
	names.release = (char *)release;
	system.utsname = &names;
	system.has_num_cpus = cpus > 0;
	system.num_cpus = cpus;
	packets_put(packets, &packet);
}

static void put_descriptor(struct packets *packets, Perfetto__Protos__TrackDescriptor *descriptor, uint64_t track,
			   uint64_t parent, const char *name)
{
	Perfetto__Protos__TracePacket packet = PACKET(track_descriptor, descriptor, TRACK_DESCRIPTOR);

	descriptor->has_uuid = true;
	descriptor->uuid = track;
	descriptor->has_parent_uuid = parent != 0;
	descriptor->parent_uuid = parent;
	if (name) {
		descriptor->static_or_dynamic_name_case =
			PERFETTO__PROTOS__TRACK_DESCRIPTOR__STATIC_OR_DYNAMIC_NAME_NAME;
		descriptor->name = (char *)name;
	}
	packets_put(packets, &packet);
}

void packet_process(struct packets *packets, uint64_t track, uint32_t pid, const char *name)
{
	Perfetto__Protos__ProcessDescriptor process = PERFETTO__PROTOS__PROCESS_DESCRIPTOR__INIT;
	Perfetto__Protos__TrackDescriptor descriptor = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;

	process.has_pid = true;
	process.pid = (int32_t)pid;
	process.process_name = (char *)name;
	descriptor.process = &process;
	put_descriptor(packets, &descriptor, track, 0, NULL);
}

void packet_thread(struct packets *packets, uint64_t track, uint64_t process_track, uint32_t pid, uint32_t tid,
		   const char *name)
{
	Perfetto__Protos__ThreadDescriptor thread = PERFETTO__PROTOS__THREAD_DESCRIPTOR__INIT;
	Perfetto__Protos__TrackDescriptor descriptor = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;

	thread.has_pid = thread.has_tid = true;
	thread.pid = (int32_t)pid;
	thread.tid = tid;
	thread.thread_name = (char *)name;
	descriptor.thread = &thread;
	put_descriptor(packets, &descriptor, track, process_track, NULL);
}

void packet_counter_track(struct packets *packets, uint64_t track, uint64_t parent, const char *name)
{
	Perfetto__Protos__CounterDescriptor counter = PERFETTO__PROTOS__COUNTER_DESCRIPTOR__INIT;
	Perfetto__Protos__TrackDescriptor descriptor = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;

	counter.has_unit = true;
	counter.unit = PERFETTO__PROTOS__COUNTER_DESCRIPTOR__UNIT__UNIT_COUNT;
	descriptor.counter = &counter;
	put_descriptor(packets, &descriptor, track, parent, name);
}

void packet_child_track(struct packets *packets, uint64_t track, uint64_t parent, const char *name)
{
	Perfetto__Protos__TrackDescriptor descriptor = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;

	put_descriptor(packets, &descriptor, track, parent, name);
}

static void put_event(struct packets *packets, Perfetto__Protos__TrackEvent *event, uint64_t at_ns, uint64_t track,
		      Perfetto__Protos__TrackEvent__Type type)
{
	Perfetto__Protos__TracePacket packet = PACKET(track_event, event, TRACK_EVENT);

	event->has_type = event->has_track_uuid = true;
	event->type = type;
	event->track_uuid = track;
	packet.has_timestamp = true;
	packet.timestamp = at_ns;
	packets_put(packets, &packet);
}

/* What a slice's beginning and an instant have in common. */
static void put_slice(struct packets *packets, const struct slice *slice, Perfetto__Protos__TrackEvent__Type type)
{
	Perfetto__Protos__DebugAnnotation notes[NOTES_MAX], *pointers[NOTES_MAX];
	Perfetto__Protos__TrackEvent event = PERFETTO__PROTOS__TRACK_EVENT__INIT;
	uint64_t flow_out = slice->flow_out, flow_in[2];
	char *category = (char *)slice->category;

	for (size_t i = 0; i < slice->notes_count; i++) {
		const struct note *note = &slice->notes[i];

		perfetto__protos__debug_annotation__init(&notes[i]);
		notes[i].name_field_case = PERFETTO__PROTOS__DEBUG_ANNOTATION__NAME_FIELD_NAME;
		notes[i].name = (char *)note->name;
		notes[i].value_case = note->text ? PERFETTO__PROTOS__DEBUG_ANNOTATION__VALUE_STRING_VALUE
						 : PERFETTO__PROTOS__DEBUG_ANNOTATION__VALUE_UINT_VALUE;
		if (note->text)
			notes[i].string_value = (char *)note->text;
		else
			notes[i].uint_value = note->number;
		pointers[i] = &notes[i];
	}
	event.n_debug_annotations = slice->notes_count;
	event.debug_annotations = pointers;
	event.n_categories = 1;
	event.categories = &category;
	event.name_field_case = PERFETTO__PROTOS__TRACK_EVENT__NAME_FIELD_NAME;
	event.name = (char *)slice->name;
	event.n_flow_ids = flow_out != 0;
	event.flow_ids = &flow_out;
	for (size_t i = 0; i < 2; i++)
		if (slice->flow_in[i])
			flow_in[event.n_terminating_flow_ids++] = slice->flow_in[i];
	event.terminating_flow_ids = flow_in;
	put_event(packets, &event, slice->begin_ns, slice->track, type);
}

void packet_slice_begin(struct packets *packets, const struct slice *slice)
{
	put_slice(packets, slice, PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_SLICE_BEGIN);
}

void packet_slice_end(struct packets *packets, uint64_t track, uint64_t at_ns)
{
	Perfetto__Protos__TrackEvent event = PERFETTO__PROTOS__TRACK_EVENT__INIT;

	put_event(packets, &event, at_ns, track, PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_SLICE_END);
}

void packet_slice(struct packets *packets, const struct slice *slice)
{
	packet_slice_begin(packets, slice);
	packet_slice_end(packets, slice->track, slice->end_ns);
}

void packet_instant(struct packets *packets, const struct slice *slice)
{
	put_slice(packets, slice, PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_INSTANT);
}

void packet_count(struct packets *packets, uint64_t at_ns, uint64_t track, int64_t value)
{
	Perfetto__Protos__TrackEvent event = PERFETTO__PROTOS__TRACK_EVENT__INIT;

	event.counter_value_field_case = PERFETTO__PROTOS__TRACK_EVENT__COUNTER_VALUE_FIELD_COUNTER_VALUE;
	event.counter_value = value;
	put_event(packets, &event, at_ns, track, PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_COUNTER);
}
