/* SPDX-License-Identifier: GPL-2.0-only
 *
 * HTML: one page that needs nothing else. html/ has the page, its style and its script, which draws; here the data is
 * written between them, as it comes. data.js reads what is written here: the two change together.
 *
 * A slice is: its thread's serial; the time since the end of the slice before; its length; a byte that tells the state
 * (enum slice_kind, or SLICE_BLOCKED and the kind of wait); and by that: the CPU and 1 (0: not known); the waker's serial
 * and tid (0: nobody); the serial of whom the wait is on and the evidence.
 */
#include "userspace/export/exporters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/export/html_blocks.h"
#include "userspace/export/html_page.h"
#include "userspace/export/lanes.h"
#include "userspace/util/function_name.h"

#define SLICE_BYTES 64 /* room for the longest: five numbers of up to 10 bytes, and two bytes */
#define ROW_WAITS   256 /* of one thread; a page has no room for more */

enum slice_kind {
	SLICE_UNKNOWN,
	SLICE_NEW,
	SLICE_READY,
	SLICE_PREEMPTED,
	SLICE_RUNNING,
	SLICE_BLOCKED = 16,
};

struct html {
	struct block slices;
	uint64_t told_ns; /* the end of the slice before */
	uint64_t slices_count;
};

static void begin(struct export *export)
{
	struct html *self = calloc(1, sizeof(*self));

	export->state = self;
	if (!self) {
		export_fail(export, -ENOMEM);
		return;
	}
	self->slices.name = 's';
	fwrite(html_page_head, 1, html_page_head_end - html_page_head, export->out);
}

/* Times in the page begin with the picture. */
static uint64_t since(const struct export *export, uint64_t at_ns)
{
	return at_ns > export->first_ns ? at_ns - export->first_ns : 0;
}

static uint8_t kind_of(const struct span *span)
{
	switch (span->state) {
	case STATE_NEW:
		return SLICE_NEW;
	case STATE_READY:
		return span->thread->preempted ? SLICE_PREEMPTED : SLICE_READY;
	case STATE_RUNNING:
		return SLICE_RUNNING;
	case STATE_BLOCKED:
		return SLICE_BLOCKED + span->wait->kind;
	default:
		return SLICE_UNKNOWN;
	}
}

static void span(struct export *export, const struct span *span)
{
	struct html *self = export->state;
	const struct thread *thread = span->thread;
	uint64_t begin_ns = since(export, span->begin_ns), end_ns = since(export, span->end_ns);
	struct block *block = &self->slices;
	uint8_t kind = kind_of(span);

	if (end_ns == begin_ns)
		return;
	block_reserve(block, export->out, SLICE_BYTES);
	block_number(block, thread->serial);
	block_number(block, end_ns - self->told_ns);
	block_number(block, end_ns - begin_ns);
	block_byte(block, kind);
	self->told_ns = end_ns;
	self->slices_count++;
	if (kind == SLICE_RUNNING) {
		block_number(block, thread->cpu + 1);
	} else if (kind == SLICE_READY) {
		block_number(block, thread->waker ? thread->waker->serial : 0);
		block_number(block, thread->waker_tid);
	} else if (kind >= SLICE_BLOCKED) {
		block_number(block, span->wait->on ? span->wait->on->serial : 0);
		block_byte(block, span->wait->evidence);
	}
}

static void put_number(FILE *out, uint64_t number)
{
	fprintf(out, ",%" PRIu64, number);
}

static void put_text(FILE *out, const char *text)
{
	fputc(',', out);
	put_json_text(out, text);
}

static void put_waits(FILE *out, const struct thread *thread)
{
	fputs(",[", out);
	for (size_t i = 0; i < thread->waits_count && i < ROW_WAITS; i++) {
		const struct wait_total *wait = &thread->waits[i];

		fprintf(out, "%s[%d,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%d]", i ? "," : "", wait->kind,
			wait->on ? wait->on->serial : 0, wait->count, wait->total_ns, wait->max_ns, wait->evidence);
	}
	fputc(']', out);
}

/* What was read of it from outside, if it was: the numbers of its kernel objects. */
static void put_share(FILE *out, const struct thread *thread)
{
	const struct ev_task_share *share = thread->anatomy.share;

	if (!share) {
		fputs(",null", out);
		return;
	}
	for (int i = 0; i < SHARE_COUNT; i++)
		fprintf(out, "%s%" PRIu32, i ? "," : ",[", share->id[i]);
	fputc(']', out);
}

/* In the order of THREAD_FIELDS in data.js. */
static void thread(struct export *export, const struct thread *thread)
{
	const uint64_t *state_ns = thread->state_ns;
	FILE *out = export->out;

	row_begin(out, 't');
	fprintf(out, "%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu64, thread->serial, thread->tid, thread->process->pid,
		thread->process->serial);
	put_text(out, name_of_thread(thread).text);
	put_text(out, name_of_process(thread->process).text);
	put_number(out, thread->creator ? thread->creator->serial : 0);
	put_number(out, thread->creator_tid);
	put_number(out, since(export, thread->first_ns));
	put_number(out, since(export, thread->last_ns));
	put_text(out, name_of_end(thread).text);
	fprintf(out, ",%d,%d", thread->end == END_ALIVE, thread->born);
	put_number(out, thread->clone_flags);
	fprintf(out, ",%d,%d", thread->daemon, thread->gap);
	put_number(out, state_ns[STATE_RUNNING]);
	put_number(out, state_ns[STATE_READY] + state_ns[STATE_NEW]);
	put_number(out, state_ns[STATE_BLOCKED]);
	put_number(out, state_ns[STATE_UNKNOWN]);
	put_number(out, thread->voluntary);
	put_number(out, thread->involuntary);
	put_number(out, thread->migrations);
	put_number(out, thread->wakeups);
	put_number(out, thread->delays.count);
	put_number(out, delays_quantile(&thread->delays, 0.5));
	put_number(out, delays_quantile(&thread->delays, 0.99));
	put_number(out, thread->delays.max_ns);
	put_waits(out, thread);
	put_share(out, thread);
	row_end(out);
}

/* Objects that a snapshot tells, by enum share_resource. As text: they have 64 bits. */
static void put_snapshot(struct export *export, const struct ev_task_snapshot *ev)
{
	const struct thread *thread = model_thread(export->model, ev->tid);

	if (!thread || !ev->mm_id)
		return;
	row_begin(export->out, 'h');
	fprintf(export->out, "%" PRIu64 ",\"%" PRIx64 "\",\"%" PRIx64 "\",\"%" PRIx64 "\",\"%" PRIx64 "\",\"%" PRIx64 "\"",
		thread->serial, ev->mm_id, ev->files_id, ev->fs_id, ev->sighand_id, ev->signal_id);
	row_end(export->out);
}

/* Told again, it stands for the one told before. */
static void put_place_frame(FILE *out, const struct ev_place_frame *ev)
{
	char linker_name[sizeof(ev->function) + 1], plain[sizeof(ev->function) + 1] = "";
	const char *function = linker_name;

	snprintf(linker_name, sizeof(linker_name), "%.*s", (int)sizeof(ev->function), ev->function);
	if (function_name_short(plain, sizeof(ev->function), linker_name))
		function = plain;
	row_begin(out, 'p');
	fprintf(out, "%" PRIu32 ",%" PRIu32, ev->place, ev->index);
	put_text(out, *function ? name_of_text(function, strlen(function)).text : NULL);
	put_text(out, *ev->module ? name_of_text(ev->module, sizeof(ev->module)).text : NULL);
	put_text(out, *ev->file ? name_of_text(ev->file, sizeof(ev->file)).text : NULL);
	fprintf(out, ",%" PRIu32 ",\"%" PRIx64 "\"", ev->line, ev->offset);
	row_end(out);
}

static void put_created_at(struct export *export, const struct ev_created_at *ev)
{
	const struct thread *thread = model_thread_started(export->model, ev->tid, ev->start_ns);

	if (!thread)
		return;
	row_begin(export->out, 'c');
	fprintf(export->out, "%" PRIu64 ",%" PRIu32, thread->serial, ev->place);
	row_end(export->out);
}

static void record(struct export *export, const struct record *record)
{
	if (record->kind == REC_task_snapshot) {
		put_snapshot(export, record->task_snapshot);
	} else if (record->kind == REC_place_frame) {
		put_place_frame(export->out, record->place_frame);
	} else if (record->kind == REC_created_at) {
		put_created_at(export, record->created_at);
	} else if (record->kind == REC_lost && record->lost->count) {
		row_begin(export->out, 'l');
		fprintf(export->out, "%" PRIu64 ",%" PRIu64, since(export, record->ts_ns), record->lost->count);
		row_end(export->out);
	}
}

static void put_processes(FILE *out, const struct model *model)
{
	const char *before = "";

	fputs(",\"processes\":[", out);
	process_for_each (model, process) {
		fprintf(out, "%s{\"serial\":%" PRIu64 ",\"pid\":%" PRIu32 ",\"name\":", before, process->serial,
			process->pid);
		put_json_text(out, name_of_process(process).text);
		fprintf(out, ",\"launched\":%s}", process->launched ? "true" : "false");
		before = ",";
	}
	fputc(']', out);
}

/* The words that slices and rows name by number. */
static void put_words(FILE *out)
{
	fputs(",\"kinds\":[", out);
	for (enum wait_kind kind = 0; kind < WAIT_KIND_COUNT; kind++)
		fprintf(out, "%s[\"%s\",%d,\"%s\"]", kind ? "," : "", wait_kind_word(kind), lane_class_of_wait(kind),
			wait_relation(kind));
	fputs("],\"evidences\":[", out);
	for (enum evidence evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		fprintf(out, "%s\"%s\"", evidence ? "," : "", evidence_token(evidence));
	fputs("],\"resources\":[", out);
#define X(number, token, text) fprintf(out, "%s[%d,\"%s\"]", number ? "," : "", number, text);
	SHARE_RESOURCES(X)
#undef X
	fputc(']', out);
}

static void put_meta(struct export *export)
{
	const struct model *model = export->model;
	const struct ev_begin *began = &model->begin;
	struct html *self = export->state;
	FILE *out = export->out;

	fputs("<script type=\"application/json\" class=\"d-m\">{\"title\":", out);
	put_json_text(out, export->title);
	fputs(",\"text\":", out);
	put_json_text(out, export->text);
	fprintf(out, ",\"version\":\"%s\",\"source\":\"%s\",\"cpus\":%" PRIu32 ",\"realtime\":%" PRIu64, THRACE_VERSION,
		began->source == BEGIN_SOURCE_PROCFS ? "procfs" : "bpf", began->cpus, began->realtime_ns);
	fputs(",\"host\":", out);
	put_json_text(out, name_of_text(began->host, sizeof(began->host)).text);
	fputs(",\"kernel\":", out);
	put_json_text(out, name_of_text(began->kernel, sizeof(began->kernel)).text);
	fprintf(out, ",\"end\":%" PRIu64 ",\"records\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"cut\":%s,\"slices\":%" PRIu64,
		since(export, model->now_ns), model->records, model->lost, model->cut ? "true" : "false",
		self->slices_count);
	put_processes(out, model);
	put_words(out);
	fputs("}</script>\n", out);
}

static void end(struct export *export)
{
	struct html *self = export->state;

	if (!self)
		return;
	if (!export->error) {
		block_flush(&self->slices, export->out);
		put_meta(export);
		fwrite(html_page_tail, 1, html_page_tail_end - html_page_tail, export->out);
	}
	free(self);
}

const struct exporter exporter_html = {
	.name = "html",
	.summary = "one page that needs nothing else: timeline, lineage, sharing, figures",
	.begin = begin,
	.record = record,
	.span = span,
	.thread = thread,
	.end = end,
};
