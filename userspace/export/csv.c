/* SPDX-License-Identifier: GPL-2.0-only
 *
 * CSV (RFC 4180): a line for each span, as it ends. README.md here has the columns.
 */
#include "userspace/export/exporters.h"

#include <inttypes.h>
#include <string.h>

static void begin(struct export *export)
{
	fputs("start_ns,duration_ns,pid,tid,process,thread,state,cpu,preempted,waker_tid,wait,wait_on_tid,evidence\r\n",
	      export->out);
}

/* A spreadsheet takes a cell that begins so for a formula; the apostrophe makes it text. */
static bool is_formula(const char *text)
{
	return *text && strchr("=+-@", *text);
}

static void put_text(FILE *out, struct export_name name)
{
	fputs(is_formula(name.text) ? ",\"'" : ",\"", out);
	for (const char *at = name.text; *at; at++) {
		if (*at == '"')
			fputc('"', out);
		fputc(*at, out);
	}
	fputc('"', out);
}

/* Empty for 0: nobody, or not known. */
static void put_tid(FILE *out, uint32_t tid)
{
	if (tid)
		fprintf(out, ",%" PRIu32, tid);
	else
		fputc(',', out);
}

static void span(struct export *export, const struct span *span)
{
	const struct thread *thread = span->thread;
	const struct wait *wait = span->wait;
	FILE *out = export->out;

	if (span_is_empty(span))
		return;
	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%" PRIu32, span->begin_ns, span->end_ns - span->begin_ns,
		thread->process->pid, thread->tid);
	put_text(out, name_of_process(thread->process));
	put_text(out, name_of_thread(thread));
	fprintf(out, ",%s", thread_state_token(span->state));
	if (span->state == STATE_RUNNING && thread->cpu >= 0)
		fprintf(out, ",%d", thread->cpu);
	else
		fputc(',', out);
	fputs(span->state != STATE_READY ? "," : thread->preempted ? ",1" : ",0", out);
	put_tid(out, span_waker_tid(span));
	fprintf(out, ",%s", wait ? wait_kind_token(wait->kind) : "");
	put_tid(out, wait && wait->on ? wait->on->tid : 0);
	fprintf(out, ",%s\r\n", wait ? evidence_token(wait->evidence) : "");
}

static void end(struct export *export)
{
	(void)export;
}

const struct exporter exporter_csv = {
	.name = "csv",
	.summary = "a line for each stretch of a thread's life, for spreadsheets and data frames",
	.begin = begin,
	.span = span,
	.end = end,
};
