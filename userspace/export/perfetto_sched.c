/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The scheduler's events as Perfetto knows them, from ftrace. A bundle holds events of one CPU; it goes out when it is
 * full or when another CPU's turn comes.
 */
#include "userspace/export/perfetto_packets.h"

#include <errno.h>
#include <stdlib.h>
#include "bpf/abi/events.h"
#include "perfetto.pb-c.h"

#define BUNDLE_EVENTS 64
#define NAME_BYTES    (ABI_NAME_BYTES * 3 + 1) /* each byte may have become U+FFFD */

/* How the kernel's own trace event reports a state (include/trace/events/sched.h): a bit for each, and one more for a
 * thread that was preempted. */
#define REPORT_DEAD	 0x10
#define REPORT_ZOMBIE	 0x20
#define REPORT_PARKED	 0x40
#define REPORT_IDLE	 0x80
#define REPORT_PREEMPTED 0x100

struct bundled {
	Perfetto__Protos__FtraceEvent event;
	union {
		Perfetto__Protos__SchedSwitchFtraceEvent switched;
		Perfetto__Protos__SchedWakingFtraceEvent waking;
	};
	char names[2][NAME_BYTES];
};

struct bundle {
	uint32_t cpu;
	size_t count;
	struct bundled all[BUNDLE_EVENTS];
};

void bundle_flush(struct packets *packets)
{
	Perfetto__Protos__FtraceEventBundle message = PERFETTO__PROTOS__FTRACE_EVENT_BUNDLE__INIT;
	Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
	Perfetto__Protos__FtraceEvent *events[BUNDLE_EVENTS];
	struct bundle *bundle = packets->bundle;

	if (!bundle || !bundle->count)
		return;
	for (size_t i = 0; i < bundle->count; i++)
		events[i] = &bundle->all[i].event;
	message.has_cpu = true;
	message.cpu = bundle->cpu;
	message.n_event = bundle->count;
	message.event = events;
	packet.data_case = PERFETTO__PROTOS__TRACE_PACKET__DATA_FTRACE_EVENTS;
	packet.ftrace_events = &message;
	packets_put(packets, &packet);
	bundle->count = 0;
}

static struct bundle *bundle_of(struct packets *packets, uint32_t cpu)
{
	struct bundle *bundle = packets->bundle;

	if (!bundle)
		bundle = packets->bundle = calloc(1, sizeof(*bundle));
	if (!bundle) {
		packets->error = -ENOMEM;
		return NULL;
	}
	if (bundle->cpu != cpu || bundle->count == BUNDLE_EVENTS)
		bundle_flush(packets);
	bundle->cpu = cpu;
	return bundle;
}

static struct bundled *next(struct packets *packets, uint32_t cpu, uint64_t at_ns, uint32_t tid)
{
	struct bundle *bundle = bundle_of(packets, cpu);
	struct bundled *bundled;

	if (!bundle)
		return NULL;
	bundled = &bundle->all[bundle->count++];
	perfetto__protos__ftrace_event__init(&bundled->event);
	bundled->event.has_timestamp = bundled->event.has_pid = true;
	bundled->event.timestamp = at_ns;
	bundled->event.pid = tid;
	return bundled;
}

static char *name(struct bundled *bundled, int which, const char *text)
{
	snprintf(bundled->names[which], NAME_BYTES, "%s", text);
	return bundled->names[which];
}

static int64_t reported(const struct switched *switched)
{
	uint32_t state = switched->prev_state;

	if (switched->preempted || !state)
		return switched->preempted ? REPORT_PREEMPTED : 0;
	if (state & (TASK_S_DEAD | TASK_S_EXIT_DEAD))
		return REPORT_DEAD;
	if (state & TASK_S_EXIT_ZOMBIE)
		return REPORT_ZOMBIE;
	if (state & TASK_S_PARKED)
		return REPORT_PARKED;
	if (state & TASK_S_UNINTERRUPTIBLE && state & TASK_S_NOLOAD)
		return REPORT_IDLE;
	return state & (TASK_S_INTERRUPTIBLE | TASK_S_UNINTERRUPTIBLE | TASK_S_STOPPED | TASK_S_TRACED);
}

void packet_switch(struct packets *packets, const struct switched *switched)
{
	struct bundled *bundled = next(packets, switched->cpu, switched->at_ns, switched->prev_tid);
	Perfetto__Protos__SchedSwitchFtraceEvent *event;

	if (!bundled)
		return;
	event = &bundled->switched;
	perfetto__protos__sched_switch_ftrace_event__init(event);
	bundled->event.event_case = PERFETTO__PROTOS__FTRACE_EVENT__EVENT_SCHED_SWITCH;
	bundled->event.sched_switch = event;
	event->has_prev_pid = event->has_next_pid = event->has_prev_state = true;
	event->prev_comm = name(bundled, 0, switched->prev_name);
	event->prev_pid = (int32_t)switched->prev_tid;
	event->prev_state = reported(switched);
	event->next_comm = name(bundled, 1, switched->next_name);
	event->next_pid = (int32_t)switched->next_tid;
}

void packet_waking(struct packets *packets, uint64_t at_ns, uint32_t cpu, uint32_t waker_tid, uint32_t tid,
		   const char *woken)
{
	struct bundled *bundled = next(packets, cpu, at_ns, waker_tid);
	Perfetto__Protos__SchedWakingFtraceEvent *event;

	if (!bundled)
		return;
	event = &bundled->waking;
	perfetto__protos__sched_waking_ftrace_event__init(event);
	bundled->event.event_case = PERFETTO__PROTOS__FTRACE_EVENT__EVENT_SCHED_WAKING;
	bundled->event.sched_waking = event;
	event->has_pid = event->has_success = true;
	event->comm = name(bundled, 0, woken);
	event->pid = (int32_t)tid;
	event->success = 1;
}
