/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Perfetto: a track for each thread with its states and waits as slices, arrows from who woke, created or was joined,
 * counters of concurrency and parallelism for each process, and the scheduler's own events, from which Perfetto draws
 * its view of the CPUs.
 */
#include "userspace/export/exporters.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/export/perfetto_library.h"
#include "userspace/export/perfetto_packets.h"
#include "userspace/util/map.h"

/* Numbers of tracks: what of, by the serial number in the model, which is never used again. */
enum track_kind { TRACK_LOST, TRACK_PROCESS, TRACK_THREAD, TRACK_ALIVE, TRACK_READY, TRACK_ON_CPU, TRACK_LIBRARY };

/* Numbers of arrows likewise. */
enum flow_kind { FLOW_BIRTH, FLOW_WAKE };

struct told_thread {
	uint64_t wake; /* the arrow that ends in its Ready slice under way; 0: none */
	uint64_t birth;
	uint32_t wakes;
	bool stale; /* its name changed */
	struct library_calls calls;
};

struct told_process {
	const struct process *process; /* while it is in the list of those that changed */
	uint32_t alive, ready, on_cpu;
	bool changed, stale;
};

struct perfetto {
	struct packets packets;
	struct map threads, processes; /* by serial: those that live and were told of */
	struct told_process **changed; /* by the record under way */
	size_t changed_count, changed_room;
	uint64_t joined; /* serial of the thread whose join on another ended with the record under way; 0: none */
	uint32_t ended; /* tid of the last thread that ended: its last switch is told of after that */
	struct export_name ended_name;
	bool lost_told;
};

static uint64_t track(enum track_kind kind, uint64_t serial)
{
	return serial << 3 | kind;
}

/* Tells of a process when it is first needed, and again when its name changed. NULL: out of memory. */
static struct told_process *tell_process(struct export *export, const struct process *process)
{
	struct perfetto *self = export->state;
	struct told_process *told = map_get(&self->processes, process->serial);
	uint64_t parent = track(TRACK_PROCESS, process->serial);

	if (told && !told->stale)
		return told;
	packet_process(&self->packets, parent, process->pid, name_of_process(process).text);
	if (told) {
		told->stale = false;
		return told;
	}
	told = calloc(1, sizeof(*told));
	if (!told || map_put(&self->processes, process->serial, told)) {
		free(told);
		export_fail(export, -ENOMEM);
		return NULL;
	}
	packet_counter_track(&self->packets, track(TRACK_ALIVE, process->serial), parent, "concurrency: threads alive");
	packet_counter_track(&self->packets, track(TRACK_READY, process->serial), parent, "concurrency: threads ready");
	packet_counter_track(&self->packets, track(TRACK_ON_CPU, process->serial), parent, "parallelism: threads on a CPU");
	return told;
}

static struct told_thread *tell_thread(struct export *export, const struct thread *thread)
{
	struct perfetto *self = export->state;
	struct told_thread *told = map_get(&self->threads, thread->serial);

	if ((told && !told->stale) || !tell_process(export, thread->process))
		return told;
	packet_thread(&self->packets, track(TRACK_THREAD, thread->serial), track(TRACK_PROCESS, thread->process->serial),
		      thread->process->pid, thread->tid, name_of_thread(thread).text);
	if (told) {
		told->stale = false;
		return told;
	}
	told = calloc(1, sizeof(*told));
	if (told && !map_put(&self->threads, thread->serial, told))
		return told;
	free(told);
	export_fail(export, -ENOMEM);
	return NULL;
}

static void note_change(struct export *export, const struct process *process)
{
	struct perfetto *self = export->state;
	struct told_process *told = tell_process(export, process), **changed;

	if (!told || told->changed)
		return;
	if (self->changed_count == self->changed_room) {
		changed = reallocarray(self->changed, self->changed_room * 2 + 8, sizeof(*changed));
		if (!changed) {
			export_fail(export, -ENOMEM);
			return;
		}
		self->changed = changed;
		self->changed_room = self->changed_room * 2 + 8;
	}
	told->changed = true;
	told->process = process;
	self->changed[self->changed_count++] = told;
}

static void count(struct export *export, enum track_kind kind, uint64_t serial, uint32_t *told, uint32_t now)
{
	struct perfetto *self = export->state;

	if (*told == now)
		return;
	*told = now;
	packet_count(&self->packets, export->model->now_ns, track(kind, serial), now);
}

static void count_process(struct export *export, struct told_process *told)
{
	const struct process *process = told->process;

	if (!told->changed)
		return;
	count(export, TRACK_ALIVE, process->serial, &told->alive, process->alive);
	count(export, TRACK_READY, process->serial, &told->ready, process->ready);
	count(export, TRACK_ON_CPU, process->serial, &told->on_cpu, process->on_cpu);
	told->changed = false;
}

static void count_changed(struct export *export)
{
	struct perfetto *self = export->state;

	for (size_t i = 0; i < self->changed_count; i++)
		if (self->changed[i])
			count_process(export, self->changed[i]);
	self->changed_count = 0;
}

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
	struct told_thread *told = empty ? map_get(&self->threads, thread->serial) : tell_thread(export, thread);
	struct export_name wait;
	struct slice slice = {
		.track = track(TRACK_THREAD, thread->serial),
		.begin_ns = span->begin_ns,
		.end_ns = span->end_ns,
		.category = "state",
		.name = thread_state_word(span->state),
	};

	note_change(export, thread->process);
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
	packet_slice(&self->packets, &slice);
}

static void thread(struct export *export, const struct thread *thread)
{
	struct perfetto *self = export->state;
	struct told_process *process = tell_process(export, thread->process);
	struct export_name end = name_of_end(thread);
	struct told_thread *told;

	if (thread->end != END_ALIVE && tell_thread(export, thread))
		packet_instant(&self->packets, &(struct slice){.track = track(TRACK_THREAD, thread->serial),
							      .begin_ns = export->model->now_ns,
							      .category = "life",
							      .name = end.text});
	self->ended = thread->tid;
	self->ended_name = name_of_text(thread->name, sizeof(thread->name));
	told = map_get(&self->threads, thread->serial);
	if (told)
		calls_close(&self->packets, &told->calls, track(TRACK_LIBRARY, thread->serial), export->model->now_ns);
	free(told);
	map_remove(&self->threads, thread->serial);
	note_change(export, thread->process);
	if (!process || thread->process->alive)
		return;
	/* Nobody is left of it: it may be forgotten by the model before the record is told. */
	count_process(export, process);
	for (size_t i = 0; i < self->changed_count; i++)
		if (self->changed[i] == process)
			self->changed[i] = NULL;
	free(process);
	map_remove(&self->processes, thread->process->serial);
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
	packet_switch(&self->packets, &switched);
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
	packet_instant(&self->packets, &mark);
	return mark.flow_out;
}

static bool is_told(const struct perfetto *self, const struct thread *thread)
{
	return thread && map_get(&self->threads, thread->serial);
}

static void put_waking(struct export *export, const struct ev_sched_waking *ev)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, ev->tid);
	struct told_thread *told;
	const char *verb = "wakes";

	if (!thread)
		return;
	packet_waking(&self->packets, export->model->now_ns, ev->head.cpu, ev->waker_tid, ev->tid,
		      name_of_text(thread->name, sizeof(thread->name)).text);
	told = tell_thread(export, thread);
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
	struct told_thread *told = thread ? tell_thread(export, thread) : NULL;

	if (told && is_told(self, thread->creator))
		told->birth = put_cause(export, thread->creator,
					thread->tid == thread->process->pid ? "creates process" : "creates", thread,
					FLOW_BIRTH, 0);
}

static void retell(struct export *export, uint32_t tid)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, tid);
	struct told_thread *told = thread ? map_get(&self->threads, thread->serial) : NULL;
	struct told_process *process = thread ? map_get(&self->processes, thread->process->serial) : NULL;

	if (process && thread->tid == thread->process->pid)
		process->stale = true;
	if (!told)
		return;
	told->stale = true;
	tell_thread(export, thread);
}

static void put_lost(struct export *export, const struct ev_lost *ev)
{
	struct perfetto *self = export->state;
	struct slice mark = {.track = track(TRACK_LOST, 1), .begin_ns = export->model->now_ns, .category = "lost",
			     .name = "records lost"};

	if (!self->lost_told)
		packet_child_track(&self->packets, mark.track, 0, "records lost: gaps before");
	self->lost_told = true;
	add_note(&mark, "count", NULL, ev->count);
	packet_instant(&self->packets, &mark);
}

static void put_library(struct export *export, const struct ev_library *ev)
{
	struct perfetto *self = export->state;
	const struct thread *thread = model_thread(export->model, ev->tid);
	struct told_thread *told = thread && thread->process->pid ? tell_thread(export, thread) : NULL;

	if (told)
		calls_tell(&self->packets, &told->calls, track(TRACK_LIBRARY, thread->serial),
			     track(TRACK_THREAD, thread->serial), ev);
}

static void record(struct export *export, const struct record *record)
{
	struct perfetto *self = export->state;

	switch (record->kind) {
	case REC_begin:
		packet_clocks(&self->packets, record->ts_ns, record->begin->realtime_ns);
		packet_system(&self->packets, name_of_text(record->begin->kernel, sizeof(record->begin->kernel)).text,
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
	count_changed(export);
	self->joined = 0;
	if (self->packets.error)
		export_fail(export, self->packets.error);
}

static void begin(struct export *export)
{
	struct perfetto *self = calloc(1, sizeof(*self));

	export->state = self;
	if (!self)
		export_fail(export, -ENOMEM);
	else
		packets_begin(&self->packets, export->out);
}

static void clear(struct map *map)
{
	for (size_t i = 0; i < map->size; i++)
		free(map->slots[i].value);
	map_clear(map);
}

static void end(struct export *export)
{
	struct perfetto *self = export->state;
	int error;

	if (!self)
		return;
	error = packets_end(&self->packets);
	if (error)
		export_fail(export, error);
	clear(&self->threads);
	clear(&self->processes);
	free(self->changed);
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
