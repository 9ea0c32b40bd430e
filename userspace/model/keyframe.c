/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/model/keyframe.h"

#include <string.h>
#include "userspace/model/private.h"

struct keyframe {
	const struct model *model;
	int (*take)(void *to, const struct rec_head *record);
	void *to;
};

#define HEAD(keyframe, token, record)                                                              \
	{                                                                                          \
		.ts_ns = (keyframe)->model->now_ns, .size = sizeof(record), .kind = REC_##token,   \
	}

static int put(const struct keyframe *keyframe, const struct rec_head *head)
{
	return keyframe->take(keyframe->to, head);
}

static void put_text(char to[ABI_TEXT_BYTES], const char *from)
{
	if (from)
		memcpy(to, from, strnlen(from, ABI_TEXT_BYTES));
}

static int put_begin(const struct keyframe *keyframe)
{
	struct ev_begin begin = keyframe->model->begin;

	if (!begin.source)
		return 0;
	begin.head.size = sizeof(begin); /* a newer version's tail was not kept */
	begin.realtime_ns += keyframe->model->now_ns - begin.head.ts_ns;
	begin.head.ts_ns = keyframe->model->now_ns;
	return put(keyframe, &begin.head);
}

/* The state that makes this wait of a snapshot. */
static uint32_t blocked_state(const struct wait *wait)
{
	switch (wait->halt ? wait->halt : wait->kind) {
	case WAIT_STOPPED:
		return TASK_S_STOPPED;
	case WAIT_TRACED:
		return TASK_S_TRACED;
	case WAIT_DISK:
	case WAIT_UNINTERRUPTIBLE:
		return TASK_S_UNINTERRUPTIBLE;
	default:
		return TASK_S_INTERRUPTIBLE;
	}
}

static void fill_state(struct ev_task_snapshot *snapshot, const struct thread *thread)
{
	switch (thread->state) {
	case STATE_BLOCKED:
		snapshot->state = blocked_state(&thread->wait);
		snapshot->wait = thread->wait.raw;
		snapshot->since_ns = thread->wait.since_ns;
		snapshot->head.flags |= thread->wait.since_ns ? SNAPSHOT_F_SINCE : 0;
		break;
	case STATE_RUNNING:
		snapshot->head.flags |= SNAPSHOT_F_ON_CPU;
		break;
	case STATE_UNKNOWN:
		snapshot->head.flags |= SNAPSHOT_F_STATE_UNKNOWN;
		break;
	default: /* ready */
		break;
	}
}

/* Sampled threads have books that are as old as the last look; of the others the kernel was not asked. */
static void fill_books(struct ev_task_snapshot *snapshot, const struct model *model, const struct thread *thread)
{
	if (model->begin.source == BEGIN_SOURCE_PROCFS && thread->has_books)
		snapshot->books = thread->books_last;
	else
		snapshot->head.flags |= SNAPSHOT_F_NO_BOOKS;
}

static int put_snapshot(const struct keyframe *keyframe, const struct thread *thread)
{
	const struct process *process = thread->process;
	struct ev_task_snapshot snapshot = {
		.head = HEAD(keyframe, task_snapshot, snapshot),
		.tid = thread->tid,
		.pid = process->pid,
		.parent_pid = process->parent_pid,
		.ns_tid = thread->ns_tid,
		.ns_pid = process->ns_pid,
		.start_ns = thread->start_ns,
		.clear_tid_address = thread->clear_tid_address,
		.wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};

	snapshot.head.cpu = thread->cpu < 0 ? 0 : thread->cpu;
	snapshot.head.flags = thread->kernel_thread ? SNAPSHOT_F_KERNEL : 0;
	memcpy(snapshot.name, thread->name, sizeof(snapshot.name));
	if (thread_own(thread)->listed) {
		fill_state(&snapshot, thread);
		fill_books(&snapshot, keyframe->model, thread);
	} else {
		snapshot.head.flags |= SNAPSHOT_F_CONTEXT;
	}
	return put(keyframe, &snapshot.head);
}

static uint8_t past_flags(const struct thread *thread)
{
	const struct thread_own *own = thread_own(thread);
	const struct process *process = thread->process;

	return (thread->born ? PAST_F_BORN : 0) | (thread->preempted ? PAST_F_PREEMPTED : 0) |
	       (thread->state == STATE_RUNNING && thread->cpu >= 0 ? PAST_F_RUNNING : 0) |
	       (own->woken ? PAST_F_WOKEN : 0) | (thread->exiting ? PAST_F_EXITING : 0) |
	       (process_own(process)->restarted ? PAST_F_RESTARTED : 0) |
	       (process_own(process)->code_told ? PAST_F_CODE_TOLD : 0);
}

static uint32_t pid_of(const struct thread *thread)
{
	return thread ? thread->process->pid : 0;
}

static int put_past(const struct keyframe *keyframe, const struct thread *thread)
{
	const struct process *process = thread->process;
	struct ev_thread_past past = {
		.head = HEAD(keyframe, thread_past, past),
		.tid = thread->tid,
		.pid = process->pid,
		.creator_tid = thread->creator_tid,
		.creator_pid = pid_of(thread->creator),
		.clone_flags = thread->clone_flags,
		.waker_tid = thread->waker_tid,
		.waker_pid = pid_of(thread->waker),
		.former_tid = thread->former_tid,
		.exit_code = thread->exit_code,
		.exit_flags = thread_own(thread)->exit_flags,
		.execs = process->execs,
	};

	past.head.cpu = thread->cpu < 0 ? 0 : thread->cpu;
	past.head.flags = past_flags(thread);
	memcpy(past.process_name, process->name, sizeof(past.process_name));
	return put(keyframe, &past.head);
}

static int put_full_name(const struct keyframe *keyframe, const struct thread *thread)
{
	struct ev_thread_name name = {
		.head = HEAD(keyframe, thread_name, name),
		.tid = thread->tid,
		.pid = thread->process->pid,
		.uid = thread->library_uid,
		.daemon = thread->daemon < 0 ? 2 : (uint32_t)thread->daemon,
	};

	if (!thread->full_name)
		return 0;
	memcpy(name.name, thread->full_name, strnlen(thread->full_name, sizeof(name.name)));
	return put(keyframe, &name.head);
}

/* The kind that this resolution makes of the wait. */
static uint32_t resolved_what(const struct wait *wait)
{
	uint32_t what = 0;

	while (what < RESOLVED_COUNT && (what == RESOLVED_SAME || resolved_kind(wait, what) != wait->kind))
		what++;
	return what < RESOLVED_COUNT ? what : RESOLVED_SAME;
}

static uint32_t resolved_evidence(enum evidence evidence)
{
	switch (evidence) {
	case EVIDENCE_KERNEL:
		return RESOLVED_BY_KERNEL;
	case EVIDENCE_MEMORY:
		return RESOLVED_BY_MEMORY;
	case EVIDENCE_LIBRARY:
		return RESOLVED_BY_LIBRARY;
	default:
		return RESOLVED_BY_NOTHING;
	}
}

static bool was_resolved(const struct wait *wait)
{
	return wait->address || wait->on_tid || wait->timed || wait->holders || wait->confirmed;
}

static int put_resolved(const struct keyframe *keyframe, const struct thread *thread)
{
	const struct wait *wait = &thread->wait;
	struct ev_wait_resolved resolved = {
		.head = HEAD(keyframe, wait_resolved, resolved),
		.tid = thread->tid,
		.pid = thread->process->pid,
		.on_tid = wait->on_tid,
		.on_pid = pid_of(wait->on),
		.what = resolved_what(wait),
		.evidence = resolved_evidence(wait->evidence),
		.traits = wait->traits,
		.holders = wait->holders,
		.wait_address = wait_identity(&wait->raw),
		.address = wait->address,
		.since_ns = wait->since_ns,
	};

	if (thread->state != STATE_BLOCKED || wait->evidence == EVIDENCE_HISTORY || !was_resolved(wait))
		return 0;
	resolved.head.flags = (wait->any_thread ? RESOLVED_F_PROCESS : 0) | (wait->timed ? RESOLVED_F_TIMED : 0) |
			      (wait->owner_ended ? RESOLVED_F_OWNER_ENDED : 0) |
			      (wait->confirmed ? RESOLVED_F_CONFIRMED : 0);
	return put(keyframe, &resolved.head);
}

static int put_place(const struct keyframe *keyframe, const struct place *place)
{
	int result = 0;

	for (size_t i = 0; i < place->calls_count && !result; i++) {
		const struct stack_call *call = &place->calls[i];
		struct ev_place_frame frame = {
			.head = HEAD(keyframe, place_frame, frame),
			.place = place->number,
			.index = (uint32_t)i,
			.line = call->line,
			.offset = call->offset,
		};

		frame.head.flags = call->flags;
		put_text(frame.function, call->function);
		put_text(frame.module, call->module);
		put_text(frame.file, call->file);
		result = put(keyframe, &frame.head);
	}
	return result;
}

/* All of them: they are few, and threads to come may be created there. */
static int put_places(const struct keyframe *keyframe)
{
	const struct map *places = &model_own(keyframe->model)->places;
	int result = 0;

	for (size_t i = 0; i < places->size && !result; i++)
		if (places->slots[i].value)
			result = put_place(keyframe, places->slots[i].value);
	return result;
}

static int put_created_at(const struct keyframe *keyframe, const struct thread *thread)
{
	const struct ev_created_at created = {
		.head = HEAD(keyframe, created_at, created),
		.tid = thread->tid,
		.pid = thread->process->pid,
		.start_ns = thread->start_ns,
		.place = created_call(thread) ? thread->created_at->number : 0,
		.why = thread->created_unknown,
	};

	return created.place || created.why ? put(keyframe, &created.head) : 0;
}

static int put_launch(const struct keyframe *keyframe, const struct process *process)
{
	const struct ev_launch launch = {
		.head = HEAD(keyframe, launch, launch),
		.pid = process->pid,
		.parent_pid = process->parent_pid,
	};

	return process->launched ? put(keyframe, &launch.head) : 0;
}

/* Each living observed thread of a known process. */
static int for_each_thread(const struct keyframe *keyframe,
			   int (*each)(const struct keyframe *keyframe, const struct thread *thread))
{
	int result = 0;

	process_for_each(keyframe->model, process) {
		if (process->ended)
			continue;
		thread_for_each(process, thread) {
			if (thread->end == END_ALIVE)
				result = each(keyframe, thread);
			if (result)
				return result;
		}
	}
	return 0;
}

/* Those who are known by name only, the one told longest ago first: so it is as here who will make room first. */
static int put_context(const struct keyframe *keyframe)
{
	int result = 0;

	for (const struct thread *thread = model_own(keyframe->model)->context_first; thread && !result;
	     thread = thread->next)
		if (thread->process->pid)
			result = put_snapshot(keyframe, thread);
	return result;
}

static int put_launched(const struct keyframe *keyframe)
{
	int result = 0;

	process_for_each(keyframe->model, process)
		if (!process->ended && !result)
			result = put_launch(keyframe, process);
	return result;
}

int model_keyframe(const struct model *model, int (*take)(void *to, const struct rec_head *record), void *to)
{
	const struct keyframe keyframe = {model, take, to};
	int result = put_begin(&keyframe);

	/* Everybody first, then what ties one to another. */
	if (!result)
		result = put_context(&keyframe);
	if (!result)
		result = for_each_thread(&keyframe, put_snapshot);
	if (!result)
		result = for_each_thread(&keyframe, put_past);
	if (!result)
		result = for_each_thread(&keyframe, put_resolved);
	if (!result)
		result = for_each_thread(&keyframe, put_full_name);
	if (!result)
		result = put_places(&keyframe);
	if (!result)
		result = for_each_thread(&keyframe, put_created_at);
	return result ? result : put_launched(&keyframe);
}
