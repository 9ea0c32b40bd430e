// SPDX-License-Identifier: GPL-2.0-only
/* One record as one object. */
#include "userspace/export/json.h"
#include "userspace/decode/library_probes.h"
#include "userspace/export/json_private.h"

#include <errno.h>

#define SET(object, key, value)                                                                    \
	json_object_set_new((object), (key), json_integer((json_int_t)(value)))

static void set_thread(json_t *object, uint32_t pid, uint32_t tid)
{
	SET(object, "pid", pid);
	SET(object, "tid", tid);
}

/* For records that bear a tid only: its process is the model's to know. */
static void set_known_thread(json_t *object, const struct model *model, uint32_t tid)
{
	const struct thread *thread = model_thread(model, tid);

	json_object_set_new(object, "pid", json_tid(thread ? thread->process->pid : 0));
	SET(object, "tid", tid);
}

static void set_wait(json_t *object, const struct model *model, uint32_t tid)
{
	const struct thread *thread = model_thread(model, tid);
	const struct wait *wait = thread ? &thread->wait : NULL;

	if (!thread)
		return;
	json_object_set_new(object, "state", json_string(thread_state_token(thread->state)));
	if (thread->state != STATE_BLOCKED)
		return;
	json_object_set_new(object, "wait",
			    json_pack("{s:s, s:o, s:s}", "kind", wait_kind_token(wait->kind),
				      "on_tid", json_tid(wait->on ? wait->on->tid : 0), "evidence",
				      evidence_token(wait->evidence)));
}

static void put_sched_switch(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_sched_switch *event = record->sched_switch;

	/* The thread that leaves the CPU, unless only the one that comes is observed. */
	set_known_thread(object, model,
			 event->head.flags & SWITCH_F_PREV_TARGET ? event->prev_tid
								  : event->next_tid);
	SET(object, "prev_tid", event->prev_tid);
	SET(object, "next_tid", event->next_tid);
	SET(object, "prev_state", event->prev_state);
	json_object_set_new(object, "preempted",
			    json_boolean(event->head.flags & SWITCH_F_PREEMPTED));
	if (event->head.flags & SWITCH_F_PREV_TARGET)
		set_wait(object, model, event->prev_tid);
}

static void put_sched_waking(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_sched_waking *event = record->sched_waking;

	set_known_thread(object, model, event->tid);
	json_object_set_new(object, "waker_tid", json_tid(event->waker_tid));
	json_object_set_new(object, "waker_pid", json_tid(event->waker_pid));
	json_object_set_new(object, "interrupt",
			    json_boolean(event->head.flags & WAKING_F_INTERRUPT));
}

static void put_task_newtask(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_task_newtask *event = record->task_newtask;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "creator_tid", json_tid(event->creator_tid));
	json_object_set_new(object, "creator_pid", json_tid(event->creator_pid));
	json_object_set_new(object, "clone_flags", json_clone_flags(event->clone_flags));
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
}

static void put_sched_process_exec(json_t *object, const struct model *model,
				   const struct record *record)
{
	const struct ev_sched_process_exec *event = record->sched_process_exec;

	(void)model;
	set_thread(object, event->pid, event->tid);
	SET(object, "old_tid", event->old_tid);
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
}

static void put_sched_process_exit(json_t *object, const struct model *model,
				   const struct record *record)
{
	const struct ev_sched_process_exit *event = record->sched_process_exit;
	/* exec ends the other threads by a signal that nobody sent. */
	bool by_exec = event->head.flags & EXIT_F_EXEC && !(event->head.flags & EXIT_F_OWN);

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_set_exit(object, exit_tells_code(event) && !by_exec, event->exit_code);
	json_object_set_new(object, "group", json_boolean(event->head.flags & EXIT_F_GROUP));
	json_object_set_new(object, "own", json_boolean(event->head.flags & EXIT_F_OWN));
	json_object_set_new(object, "seen", json_boolean(!(event->head.flags & EXIT_F_UNSEEN)));
}

static void put_task_rename(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_task_rename *event = record->task_rename;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
}

static void put_task_renumber(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_task_renumber *event = record->task_renumber;

	(void)model;
	set_thread(object, event->pid, event->tid);
	SET(object, "old_tid", event->old_tid);
}

static void put_task_snapshot(json_t *object, const struct model *model,
			      const struct record *record)
{
	const struct ev_task_snapshot *event = record->task_snapshot;

	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "parent_pid", json_tid(event->parent_pid));
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
	set_wait(object, model, event->tid);
}

static void put_sched_arrival(json_t *object, const struct model *model,
			      const struct record *record)
{
	(void)model;
	set_thread(object, record->sched_arrival->pid, record->sched_arrival->tid);
	SET(object, "slice_ns", record->sched_arrival->slice_ns);
}

static void put_clear_tid(json_t *object, const struct model *model, const struct record *record)
{
	(void)model;
	set_thread(object, record->clear_tid->pid, record->clear_tid->tid);
	SET(object, "address", record->clear_tid->address);
}

static void put_lost(json_t *object, const struct model *model, const struct record *record)
{
	const char *token = record_token(record->lost->lost_kind);

	(void)model;
	SET(object, "ring", record->lost->ring);
	json_object_set_new(object, "kind", token ? json_string(token) : json_null());
	SET(object, "count", record->lost->count);
	json_object_set_new(object, "damaged", json_boolean(record->lost->head.flags & LOST_F_DAMAGED));
	json_object_set_new(object, "cut_off", json_boolean(record->lost->head.flags & LOST_F_CUT));
}

static void put_begin(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_begin *event = record->begin;

	(void)model;
	json_object_set_new(object, "source",
			    json_string(event->source == BEGIN_SOURCE_PROCFS ? "procfs" : "bpf"));
	SET(object, "cpus", event->cpus);
	SET(object, "realtime_ns", event->realtime_ns);
	SET(object, "sample_ns", event->sample_ns);
	json_object_set_new(object, "host", json_name(event->host, sizeof(event->host)));
	json_object_set_new(object, "kernel", json_name(event->kernel, sizeof(event->kernel)));
}

static void put_end(json_t *object, const struct model *model, const struct record *record)
{
	(void)record;
	SET(object, "lost", model->lost);
}

static void put_launch(json_t *object, const struct model *model, const struct record *record)
{
	(void)model;
	SET(object, "pid", record->launch->pid);
	SET(object, "parent_pid", record->launch->parent_pid);
}

static void put_fd_name(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_fd_name *event = record->fd_name;

	(void)model;
	SET(object, "pid", event->pid);
	SET(object, "fd", event->fd);
	SET(object, "inode", event->inode);
	json_object_set_new(object, "name", *event->name ? json_name(event->name, sizeof(event->name)) : json_null());
}

static void put_task_sample(json_t *object, const struct model *model, const struct record *record)
{
	set_thread(object, record->task_sample->pid, record->task_sample->tid);
	SET(object, "running_ns", record->task_sample->books.running_ns);
	set_wait(object, model, record->task_sample->tid);
}

static void put_library(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_library *event = record->library;
	const char *token = library_probe_token(event->probe);
	json_t *arguments = json_array();

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "probe", token ? json_string(token) : json_null());
	for (int i = 0; i < 4; i++)
		json_array_append_new(arguments, json_integer((json_int_t)event->arg[i]));
	json_object_set_new(object, "arguments", arguments);
}

static void put_thread_name(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_thread_name *event = record->thread_name;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
}

static void put_thread_past(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_thread_past *event = record->thread_past;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "creator_tid", json_tid(event->creator_tid));
	json_object_set_new(object, "waker_tid", json_tid(event->waker_tid));
}

static void put_task_registers(json_t *object, const struct model *model,
			       const struct record *record)
{
	const struct ev_task_registers *event = record->task_registers;

	(void)model;
	set_thread(object, event->pid, event->tid);
	SET(object, "ip", event->ip);
	SET(object, "sp", event->sp);
}

static void put_stack_frame(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_stack_frame *event = record->stack_frame;

	(void)model;
	set_thread(object, event->pid, event->tid);
	SET(object, "index", event->index);
	SET(object, "address", event->address);
	json_object_set_new(object, "function", json_text(event->function, sizeof(event->function)));
	SET(object, "offset", event->offset);
	json_object_set_new(object, "module", json_text(event->module, sizeof(event->module)));
	json_object_set_new(object, "file", json_text(event->file, sizeof(event->file)));
	json_object_set_new(object, "line", json_tid(event->line));
}

/* It never comes as far as here (session_take); if it did, nothing of it would be told. */
static void put_creator_stack(json_t *object, const struct model *model, const struct record *record)
{
	(void)object;
	(void)model;
	(void)record;
}

static void put_place_frame(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_place_frame *event = record->place_frame;

	(void)model;
	SET(object, "place", event->place);
	SET(object, "index", event->index);
	json_object_set_new(object, "function", json_text(event->function, sizeof(event->function)));
	SET(object, "offset", event->offset);
	json_object_set_new(object, "module", json_text(event->module, sizeof(event->module)));
	json_object_set_new(object, "file", json_text(event->file, sizeof(event->file)));
	json_object_set_new(object, "line", json_tid(event->line));
}

static void put_created_at(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_created_at *event = record->created_at;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "place", json_tid(event->place));
	json_object_set_new(object, "unknown", json_created_unknown(event->why));
}

static void put_task_share(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_task_share *event = record->task_share;

	(void)model;
	set_thread(object, event->pid, event->tid);
#define X(number, token, text) json_object_set_new(object, #token, json_share(event->id[number]));
	SHARE_RESOURCES(X)
#undef X
}

static void put_task_own(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_task_own *event = record->task_own;

	(void)model;
	set_thread(object, event->pid, event->tid);
	json_object_set_new(object, "cpus", json_text(event->cpus, sizeof(event->cpus)));
}

static void put_process_memory(json_t *object, const struct model *model,
			       const struct record *record)
{
	const struct ev_process_memory *event = record->process_memory;

	(void)model;
	SET(object, "pid", event->pid);
	SET(object, "resident_bytes", event->resident_bytes);
	SET(object, "private_bytes", event->private_bytes);
}

static void put_share_link(json_t *object, const struct model *model, const struct record *record)
{
	const struct ev_share_link *event = record->share_link;

	(void)model;
	SET(object, "pid", event->pid);
	SET(object, "other_pid", event->other_pid);
	json_object_set_new(object, "kind",
			    json_string(event->kind == SHARE_LINK_FILE ? "file" : "memory"));
	json_object_set_new(object, "name", json_name(event->name, sizeof(event->name)));
}

static void put_wait_resolved(json_t *object, const struct model *model,
			      const struct record *record)
{
	const struct ev_wait_resolved *event = record->wait_resolved;

	set_thread(object, event->pid, event->tid);
	SET(object, "address", event->address);
	json_object_set_new(object, "confirmed",
			    json_boolean(event->head.flags & RESOLVED_F_CONFIRMED));
	set_wait(object, model, event->tid);
}

int json_write_record(const struct model *model, const struct record *record, FILE *out)
{
	static void (*const puts[REC_KIND_END])(json_t * object, const struct model *model,
						const struct record *record) = {
#define X(number, token, text) [number] = put_##token,
	    THRACE_RECORDS(X)
#undef X
	};
	json_t *object;

	json_begin();
	object = json_pack("{s:I, s:s, s:i}", "ts_ns", (json_int_t)record->ts_ns, "event", record_token(record->kind),
			   "cpu", (int)record->head->cpu);
	puts[record->kind](object, model, record);
	return json_finish(object, JSON_COMPACT, out);
}
