/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Perfetto: a track for each thread with its states and waits as slices, arrows from who woke, created or was joined,
 * counters of concurrency and parallelism for each process, and the scheduler's own events, from which Perfetto draws
 * its view of the CPUs.
 */
#include "userspace/export/exporters.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/export/perfetto_tracks.h"

/* Numbers of arrows, as of tracks. */
enum flow_kind { FLOW_BIRTH, FLOW_WAKE };

struct perfetto {
	struct tracks tracks;
	uint64_t joined; /* serial of the thread whose join on another ended with the record under way; 0: none */
	uint32_t ended; /* tid of the last thread that ended: its last switch is told of after that */
	struct export_name ended_name;
	bool lost_told;
};

static void add_note(struct slice *slice, const char *name, const char *text, uint64_t number)
{
	if (slice->notes_count < NOTES_MAX)
		slice->notes[slice->notes_count++] = (struct note){.name = name, .text = text, .number = number};
}

static void describe_ready(struct slice *slice, const struct thread *thread, struct told_thread *told)
{
	slice->category = "ready";
	slice->name = thread->preempted ? "Ready (preempted)" : "Ready";
	if (!thread->preempted && thread->waker_tid)
		add_note(slice, "waker_tid", NULL, thread->waker_tid);
	slice->flow_in[0] = told->birth;
	slice->flow_in[1] = told->wake;
	told->wake = told->birth = 0;
}

static void describe_blocked(struct slice *slice, const struct wait *wait)
{
	slice->category = "wait";
	add_note(slice, "wait", wait_kind_token(wait->kind), 0);
	add_note(slice, "evidence", evidence_token(wait->evidence), 0);
	if (wait->on)
		add_note(slice, "on_tid", NULL, wait->on->tid);
}

static void span(struct export *export, const struct span *span)
{
	struct perfetto *self = export->state;
	const struct thread *thread = span->thread;
	bool empty = span_is_empty(span); /* not told: a newborn passes through states before it has its name */
	struct told_thread *told = empty ? tracks_told(&self->tracks, thread) : tracks_tell(export, &self->tracks, thread);
	struct export_name wait;
	struct slice slice = {
		.track = track(TRACK_THREAD, thread->serial),
		.begin_ns = span->begin_ns,
		.end_ns = span->end_ns,
		.category = "state",
		.name = thread_state_word(span->state),
	};

	tracks_changed(export, &self->tracks, thread->process);
	if (span->state == STATE_BLOCKED && span->wait->kind == WAIT_JOIN && span->wait->on)
		self->joined = thread->serial;
	if (!told)
		return;
	if (span->state == STATE_READY || span->state == STATE_NEW)
		describe_ready(&slice, thread, told);
	if (empty)
		return;
	if (span->state == STATE_RUNNING && thread->cpu >= 0)
		add_note(&slice, "cpu", NULL, thread->cpu);
	if (span->state == STATE_BLOCKED) {
		wait = name_of_wait(span->wait->kind, span->wait->on);
		slice.name = wait.text;
		describe_blocked(&slice, span->wait);
	}
	packet_slice(&self->tracks.packets, &slice);
}

static void thread(struct export *export, const struct thread *thread)
{
	struct perfetto *self = export->state;
	struct export_name end = name_of_end(thread);
	struct told_thread *told;

	if (thread->end != END_ALIVE && tracks_tell(export, &self->tracks, thread))
		packet_instant(&self->tracks.packets, &(struct slice){.track = track(TRACK_THREAD, thread->serial),
							      .begin_ns = export->model->now_ns,
							      .category = "life",
							      .name = end.text});
	self->ended = thread->tid;
	self->ended_name = name_of_text(thread->name, sizeof(thread->name));
	told = tracks_told(&self->tracks, thread);
	if (told)
		calls_close(&self->tracks.packets, &told->calls, track(TRACK_LIBRARY, thread->serial), export->model->now_ns);
	tracks_end(export, &self->tracks, thread);
}

/* The name of one side of a switch, and its tid; 0 for one that is not observed: when it leaves the CPU is not known. */
static struct export_name side(struct export *export, uint32_t *tid, bool observed)
{
	const struct thread *thread = observed ? model_thread(export->model, *tid) : NULL;
	const struct perfetto *self = export->state;

	if (!observed)
		*tid = 0;
	if (!thread)
		return *tid && *tid == self->ended ? self->ended_name : (struct export_name){{0}};
	return name_of_text(thread->name, sizeof(thread->name));
}

static void put_switch(struct export *export, const struct ev_sched_switch *ev)
{
	struct perfetto *self = export->state;
	struct switched switched = {
		.at_ns = export->model->now_ns,
		.cpu = ev->head.cpu,
		.prev_tid = ev->prev_tid,
		.next_tid = ev->next_tid,
		.prev_state = ev->prev_state,
		.preempted = ev->head.flags & SWITCH_F_PREEMPTED,
	};
	struct export_name prev = side(export, &switched.prev_tid, ev->head.flags & SWITCH_F_PREV_TARGET);
	struct export_name next = side(export, &switched.next_tid, ev->head.flags & SWITCH_F_NEXT_TARGET);

	switched.prev_name = prev.text;
	switched.next_name = next.text;
	packet_switch(&self->tracks.packets, &switched);
}

/* An arrow from who did it: begins in a mark on its track. */
static uint64_t put_cause(struct export *export, const struct thread *by, const char *verb, const struct thread *whom,
			  enum flow_kind kind, uint32_t number)
{
	struct perfetto *self = export->state;
	struct export_name whom_name = name_of_thread(whom);
	char words[EXPORT_NAME_BYTES + 32];
	struct slice mark = {
		.track = track(TRACK_THREAD, by->serial),
		.begin_ns = export->model->now_ns,
		.category = kind == FLOW_BIRTH ? "life" : "wakeup",
		.name = words,
		.flow_out = whom->serial << 33 | (uint64_t)number << 1 | kind,
	};

	snprintf(words, sizeof(words), "%s %s", verb, whom_name.text);
	packet_instant(&self->tracks.packets, &mark);
	return mark.flow_out;
}

static bool is_told(const struct perfetto *self, const struct thread *thread)
{
	return thread && tracks_told(&self->tracks, thread);
}

static void put_waking(struct export *export, const struct ev_sched_waking *ev)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, ev->tid);
	struct told_thread *told;
	const char *verb = "wakes";

	if (!thread)
		return;
	packet_waking(&self->tracks.packets, export->model->now_ns, ev->head.cpu, ev->waker_tid, ev->tid,
		      name_of_text(thread->name, sizeof(thread->name)).text);
	told = tracks_tell(export, &self->tracks, thread);
	/* No transition, or by nobody who is observed: no arrow. */
	if (!told || thread->state != STATE_READY || thread->state_since_ns != export->model->now_ns ||
	    !is_told(self, thread->waker))
		return;
	if (self->joined == thread->serial)
		verb = "ends the join of";
	told->wake = put_cause(export, thread->waker, verb, thread, FLOW_WAKE, ++told->wakes);
}

static void put_newtask(struct export *export, uint32_t tid)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, tid);
	struct told_thread *told = thread ? tracks_tell(export, &self->tracks, thread) : NULL;

	if (told && is_told(self, thread->creator))
		told->birth = put_cause(export, thread->creator,
					thread->tid == thread->process->pid ? "creates process" : "creates", thread,
					FLOW_BIRTH, 0);
}

static void retell(struct export *export, uint32_t tid)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, tid);

	if (thread)
		tracks_rename(export, &self->tracks, thread);
}

static void put_lost(struct export *export, const struct ev_lost *ev)
{
	struct perfetto *self = export->state;
	struct slice mark = {.track = track(TRACK_LOST, 1), .begin_ns = export->model->now_ns, .category = "lost",
			     .name = ev->head.flags & LOST_F_CUT ? "the recording is cut off" : "records lost"};

	if (!self->lost_told)
		packet_child_track(&self->tracks.packets, mark.track, 0, "records lost: gaps before");
	self->lost_told = true;
	if (ev->count)
		add_note(&mark, "count", NULL, ev->count);
	packet_instant(&self->tracks.packets, &mark);
}

static void put_library(struct export *export, const struct ev_library *ev)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, ev->tid);
	struct told_thread *told = thread && thread->process->pid ? tracks_tell(export, &self->tracks, thread) : NULL;

	if (told)
		calls_tell(&self->tracks.packets, &told->calls, track(TRACK_LIBRARY, thread->serial),
			     track(TRACK_THREAD, thread->serial), ev);
}

static void record(struct export *export, const struct record *record)
{
	struct perfetto *self = export->state;

	switch (record->kind) {
	case REC_begin:
		packet_clocks(&self->tracks.packets, record->ts_ns, record->begin->realtime_ns);
		packet_system(&self->tracks.packets, name_of_text(record->begin->kernel, sizeof(record->begin->kernel)).text,
			      record->begin->cpus);
		break;
	case REC_sched_switch:
		put_switch(export, record->sched_switch);
		break;
	case REC_sched_waking:
		put_waking(export, record->sched_waking);
		break;
	case REC_task_newtask:
		put_newtask(export, record->task_newtask->tid);
		break;
	case REC_task_rename:
		retell(export, record->task_rename->tid);
		break;
	case REC_sched_process_exec:
		retell(export, record->sched_process_exec->tid);
		break;
	case REC_thread_name:
		retell(export, record->thread_name->tid);
		break;
	case REC_library:
		put_library(export, record->library);
		break;
	case REC_lost:
		put_lost(export, record->lost);
		break;
	default:
		break;
	}
	tracks_count(export, &self->tracks);
	self->joined = 0;
	if (self->tracks.packets.error)
		export_fail(export, self->tracks.packets.error);
}

static void begin(struct export *export)
{
	struct perfetto *self = calloc(1, sizeof(*self));

	export->state = self;
	if (!self)
		export_fail(export, -ENOMEM);
	else
		packets_begin(&self->tracks.packets, export->out);
}

static void end(struct export *export)
{
	struct perfetto *self = export->state;
	int error;

	if (!self)
		return;
	error = packets_end(&self->tracks.packets);
	if (error)
		export_fail(export, error);
	tracks_clear(&self->tracks);
	free(self);
}

const struct exporter exporter_perfetto = {
	.name = "perfetto",
	.summary = "for ui.perfetto.dev: CPUs, threads, waits, who woke whom",
	.binary = true,
	.begin = begin,
	.record = record,
	.span = span,
	.thread = thread,
	.end = end,
};
