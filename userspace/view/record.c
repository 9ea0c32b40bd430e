// SPDX-License-Identifier: GPL-2.0-only
/* One line for one record: when, where, who, what. */
#include <inttypes.h>
#include <string.h>
#include "userspace/decode/clone_flags.h"
#include "userspace/decode/library_probes.h"
#include "userspace/decode/syscalls.h"
#include "userspace/ui/units.h"
#include "userspace/view/call_words.h"
#include "userspace/view/view.h"
#include "userspace/view/words.h"

struct line {
	const struct model *model;
	const struct record *record;
	const struct text *text;
};

static void put_who(const struct line *line, uint32_t tid)
{
	const struct thread *thread = model_thread(line->model, tid);

	if (thread)
		text_put(line->text, STYLE_STRONG, "%s ", thread_label(thread, line->text).text);
	text_put(line->text, STYLE_DIM, "%" PRIu32, tid);
}

/* A name straight from a record: raw, not ended when full. */
static void put_raw(const struct line *line, const char *raw, size_t size)
{
	char name[ABI_TEXT_BYTES + 1], shown[ESCAPE_BYTES(ABI_TEXT_BYTES)];

	memcpy(name, raw, size);
	name[size] = '\0';
	text_put(line->text, STYLE_STRONG, "%s", escape(shown, sizeof(shown), name, line->text->utf8));
}

static void put_state(const struct line *line, const struct thread *thread)
{
	const struct wait *wait = &thread->wait;
	const struct syscall_info *call = syscall_info(wait->raw.syscall);
	const char *name = model_file_name(thread);
	char shown[ESCAPE_BYTES(ABI_TEXT_BYTES)];

	text_put(line->text, state_style(thread->state), "%s", thread_state_word(thread->state));
	if (thread->state == STATE_READY && thread->preempted)
		text_put(line->text, STYLE_PLAIN, " (preempted)");
	if (thread->state != STATE_BLOCKED)
		return;
	text_put(line->text, STYLE_PLAIN, " in %s",
		 wait_words(wait->kind, wait->on, line->text).text);
	if (wait->raw.syscall >= 0 && call->name)
		text_put(line->text, STYLE_DIM, " (%s)", call->name);
	if (name && *name)
		text_put(line->text, STYLE_PLAIN, " on %s",
			 escape(shown, sizeof(shown), name, line->text->utf8));
}

static void line_sched_switch(const struct line *line)
{
	const struct ev_sched_switch *event = line->record->sched_switch;
	const struct thread *prev = model_thread(line->model, event->prev_tid);

	if (event->head.flags & SWITCH_F_PREV_TARGET) {
		put_who(line, event->prev_tid);
		text_put(line->text, STYLE_PLAIN, " leaves the CPU: ");
		if (prev)
			put_state(line, prev);
		else
			text_put(line->text, STYLE_DIM, "Terminated");
	}
	if (event->head.flags & SWITCH_F_NEXT_TARGET) {
		text_put(line->text, STYLE_PLAIN, "%s",
			 event->head.flags & SWITCH_F_PREV_TARGET ? "; " : "");
		put_who(line, event->next_tid);
		text_put(line->text, STYLE_RUNNING, " runs");
	}
}

static void line_sched_waking(const struct line *line)
{
	const struct ev_sched_waking *event = line->record->sched_waking;

	put_who(line, event->tid);
	text_put(line->text, STYLE_READY, " is made ready");
	text_put(line->text, STYLE_PLAIN, " by ");
	if (event->head.flags & WAKING_F_INTERRUPT || !event->waker_tid)
		text_put(line->text, STYLE_PLAIN, "an interrupt");
	else
		put_who(line, event->waker_tid);
}

static void line_task_newtask(const struct line *line)
{
	const struct ev_task_newtask *event = line->record->task_newtask;
	bool thread = event->clone_flags & CLONE_SHARE_THREAD;

	if (event->creator_tid)
		put_who(line, event->creator_tid);
	else
		text_put(line->text, STYLE_DIM, "somebody");
	text_put(line->text, STYLE_PLAIN, " creates %s ", thread ? "thread" : "process");
	put_who(line, event->tid);
}

static void line_sched_process_exec(const struct line *line)
{
	const struct ev_sched_process_exec *event = line->record->sched_process_exec;

	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, " becomes the program ");
	put_raw(line, event->name, sizeof(event->name));
	if (event->old_tid && event->old_tid != event->tid)
		text_put(line->text, STYLE_PLAIN, ", called by its thread %" PRIu32,
			 event->old_tid);
}

static void line_sched_process_exit(const struct line *line)
{
	const struct ev_sched_process_exit *event = line->record->sched_process_exit;

	put_who(line, event->tid);
	if (event->head.flags & EXIT_F_UNSEEN)
		text_put(line->text, STYLE_PLAIN, " is gone");
	else if (event->head.flags & EXIT_F_EXEC && !(event->head.flags & EXIT_F_OWN))
		text_put(line->text, STYLE_PLAIN, " ends: another thread of its process is in exec");
	else
		text_put(line->text, STYLE_PLAIN, " ends%s: %s",
			 event->head.flags & EXIT_F_GROUP && !(event->head.flags & EXIT_F_OWN)
			     ? " with its process"
			     : "",
			 status_words(event->exit_code).text);
}

static void line_task_rename(const struct line *line)
{
	const struct ev_task_rename *event = line->record->task_rename;

	text_put(line->text, STYLE_DIM, "%" PRIu32, event->tid);
	text_put(line->text, STYLE_PLAIN, " is now called ");
	put_raw(line, event->name, sizeof(event->name));
}

static void line_task_renumber(const struct line *line)
{
	const struct ev_task_renumber *event = line->record->task_renumber;
	bool calls = event->tid == event->pid;

	text_put(line->text, STYLE_DIM, "%" PRIu32, event->old_tid);
	text_put(line->text, STYLE_PLAIN, " is now thread ");
	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, calls ? ": it is in exec, and takes its process's number"
						: ": it has exited, and one in exec takes its number");
}

static void put_seen(const struct line *line, uint32_t tid, const char *verb)
{
	const struct thread *thread = model_thread(line->model, tid);

	put_who(line, tid);
	text_put(line->text, STYLE_PLAIN, " %s", verb);
	if (thread)
		put_state(line, thread);
}

static void line_task_snapshot(const struct line *line)
{
	const struct ev_task_snapshot *event = line->record->task_snapshot;

	if (event->head.flags & SNAPSHOT_F_CONTEXT) {
		text_put(line->text, STYLE_DIM, "%" PRIu32, event->tid);
		text_put(line->text, STYLE_PLAIN, " is ");
		put_raw(line, event->name, sizeof(event->name));
		text_put(line->text, STYLE_PLAIN, ", which is not observed itself");
		return;
	}
	put_seen(line, event->tid, "was there before: ");
}

static void line_task_sample(const struct line *line)
{
	put_seen(line, line->record->task_sample->tid, "");
}

static void line_sched_arrival(const struct line *line)
{
	const struct ev_sched_arrival *event = line->record->sched_arrival;

	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, " came to this CPU %s ago, by a switch that nobody could see",
		 units_duration(event->slice_ns).text);
}

static void line_clear_tid(const struct line *line)
{
	const struct ev_clear_tid *event = line->record->clear_tid;

	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, " is joined at 0x%" PRIx64, event->address);
}

static void line_lost(const struct line *line)
{
	const struct ev_lost *event = line->record->lost;
	const char *token = record_token(event->lost_kind);

	if (event->head.flags & LOST_F_CUT) {
		text_put(line->text, STYLE_BAD, "CUT OFF");
		text_put(line->text, STYLE_PLAIN, ": the recording has no end, or still goes on");
		return;
	}
	text_put(line->text, STYLE_BAD, "LOST %" PRIu64 " records", event->count);
	if (event->head.flags & LOST_F_DAMAGED) {
		text_put(line->text, STYLE_PLAIN, ": the recording is damaged");
		return;
	}
	text_put(line->text, STYLE_PLAIN, " (ring %" PRIu32 ", %s)", event->ring,
		 token ? token : "of several kinds");
}

static void line_begin(const struct line *line)
{
	const struct ev_begin *event = line->record->begin;

	text_put(line->text, STYLE_PLAIN,
		 "the observation begins, from %s, %" PRIu32 " CPUs, kernel ",
		 event->source == BEGIN_SOURCE_PROCFS ? "/proc" : "the kernel", event->cpus);
	put_raw(line, event->kernel, sizeof(event->kernel));
}

static void line_end(const struct line *line)
{
	text_put(line->text, STYLE_PLAIN, "the observation ends");
}

static void line_launch(const struct line *line)
{
	text_put(line->text, STYLE_PLAIN, "%" PRIu32 " is the program started to be observed",
		 line->record->launch->pid);
}

static void line_fd_name(const struct line *line)
{
	const struct ev_fd_name *event = line->record->fd_name;

	text_put(line->text, STYLE_PLAIN, "descriptor %" PRIu32 " of %" PRIu32 " is ", event->fd,
		 event->pid);
	if (*event->name)
		put_raw(line, event->name, sizeof(event->name));
	else
		text_put(line->text, STYLE_DIM, "not what it was any more");
}

static void line_library(const struct line *line)
{
	const struct ev_library *event = line->record->library;
	const char *token = library_probe_token(event->probe);

	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, " tells: %s", token ? token : "a word of a newer library");
	for (int i = 0; i < 4 && token; i++)
		text_put(line->text, STYLE_DIM, event->arg[i] > UINT32_MAX ? " 0x%" PRIx64 : " %" PRIu64,
			 event->arg[i]);
}

static void line_thread_name(const struct line *line)
{
	const struct ev_thread_name *event = line->record->thread_name;

	text_put(line->text, STYLE_DIM, "%" PRIu32, event->tid);
	text_put(line->text, STYLE_PLAIN, " is known as ");
	put_raw(line, event->name, sizeof(event->name));
}

static void line_thread_past(const struct line *line)
{
	const struct ev_thread_past *event = line->record->thread_past;

	put_who(line, event->tid);
	if (event->head.flags & PAST_F_BORN)
		text_put(line->text, STYLE_PLAIN, " was created by %" PRIu32, event->creator_tid);
	else
		text_put(line->text, STYLE_PLAIN, " was there before the recording");
}

static void line_task_registers(const struct line *line)
{
	put_who(line, line->record->task_registers->tid);
	text_put(line->text, STYLE_PLAIN, " is at 0x%" PRIx64 ", its stack at 0x%" PRIx64,
		 line->record->task_registers->ip, line->record->task_registers->sp);
}

/* A text as a record has it: not ended when full. NULL: not known. */
static const char *take_text(char to[ABI_TEXT_BYTES + 1], const char from[ABI_TEXT_BYTES])
{
	snprintf(to, ABI_TEXT_BYTES + 1, "%.*s", ABI_TEXT_BYTES, from);
	return *to ? to : NULL;
}

/* A frame's texts and numbers, as its record has them. */
static void put_call(const struct line *line, const char *function, const char *file, uint32_t number, const char *module,
		     uint64_t offset)
{
	char texts[3][ABI_TEXT_BYTES + 1];
	const struct stack_call call = {.function = take_text(texts[0], function),
					.file = take_text(texts[1], file),
					.module = take_text(texts[2], module),
					.line = number,
					.offset = offset};

	text_put(line->text, STYLE_STRONG, "%s", call_words(&call, CALL_COLUMNS, line->text).text);
	if (!call.function || !call.module)
		return;
	text_put(line->text, STYLE_PLAIN, " in ");
	put_raw(line, module, ABI_TEXT_BYTES);
}

static void line_stack_frame(const struct line *line)
{
	const struct ev_stack_frame *event = line->record->stack_frame;

	put_who(line, event->tid);
	text_put(line->text, STYLE_PLAIN, " #%" PRIu32 " 0x%" PRIx64 " ", event->index, event->address);
	put_call(line, event->function, event->file, event->line, event->module, event->offset);
}

static void line_creator_stack(const struct line *line)
{
	text_put(line->text, STYLE_PLAIN, "a stack that should not be here; it is not shown");
}

static void line_place_frame(const struct line *line)
{
	const struct ev_place_frame *event = line->record->place_frame;

	text_put(line->text, STYLE_PLAIN, "place %" PRIu32 " #%" PRIu32 " ", event->place, event->index);
	put_call(line, event->function, event->file, event->line, event->module, event->offset);
}

static void line_created_at(const struct line *line)
{
	const struct ev_created_at *event = line->record->created_at;
	const struct thread *thread = model_thread_started(line->model, event->tid, event->start_ns);

	if (thread)
		text_put(line->text, STYLE_STRONG, "%s ", thread_label(thread, line->text).text);
	text_put(line->text, STYLE_DIM, "%" PRIu32, event->tid);
	if (event->place)
		text_put(line->text, STYLE_PLAIN, " was created at place %" PRIu32, event->place);
	else
		text_put(line->text, STYLE_PLAIN, " was created at a place that is not known");
	if (thread && created_call(thread))
		text_put(line->text, STYLE_PLAIN, ": %s", call_words(created_call(thread), CALL_COLUMNS, line->text).text);
}

static void line_task_share(const struct line *line)
{
	put_who(line, line->record->task_share->tid);
	text_put(line->text, STYLE_PLAIN, " has its kernel objects looked at");
}

static void line_task_own(const struct line *line)
{
	put_who(line, line->record->task_own->tid);
	text_put(line->text, STYLE_PLAIN, " may run on CPU ");
	put_raw(line, line->record->task_own->cpus, sizeof(line->record->task_own->cpus));
}

static void line_process_memory(const struct line *line)
{
	const struct ev_process_memory *event = line->record->process_memory;

	text_put(line->text, STYLE_PLAIN,
		 "process %" PRIu32 " has %" PRIu64 " bytes in memory, %" PRIu64 " its own",
		 event->pid, event->resident_bytes, event->private_bytes);
}

static void line_share_link(const struct line *line)
{
	const struct ev_share_link *event = line->record->share_link;

	text_put(line->text, STYLE_PLAIN, "%" PRIu32 " and %" PRIu32 " share %s ", event->pid,
		 event->other_pid,
		 event->kind == SHARE_LINK_FILE ? "the open file" : "the memory");
	put_raw(line, event->name, sizeof(event->name));
}

static void line_wait_resolved(const struct line *line)
{
	put_seen(line, line->record->wait_resolved->tid, "was looked at closer: ");
}

void view_record(const struct model *model, const struct record *record, const struct text *text)
{
	static void (*const lines[REC_KIND_END])(const struct line *line) = {
#define X(number, token, words) [number] = line_##token,
	    THRACE_RECORDS(X)
#undef X
	};
	const struct line line = {model, record, text};
	uint64_t since_ns = record->ts_ns - model->first_ns;

	text_put(text, STYLE_DIM, "%6" PRIu64 ".%06" PRIu64 "  %3u  %-18s  ", since_ns / 1000000000,
		 since_ns / 1000 % 1000000, record->head->cpu, record_token(record->kind));
	lines[record->kind](&line);
	text_put(text, STYLE_PLAIN, "\n");
}
