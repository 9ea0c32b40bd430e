/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One JSON document: every span, a line each, as it ends; then the report that `thrace stat --json` gives.
 */
#include "userspace/export/exporters.h"

#include <inttypes.h>
#include "userspace/export/json.h"

static void begin(struct export *export)
{
	fputs("{\"version\":1,\"spans\":[", export->out);
	export->state = ""; /* what stands before the next item */
}

static void put_tid(FILE *out, const char *key, uint32_t tid)
{
	if (tid)
		fprintf(out, ",\"%s\":%" PRIu32, key, tid);
	else
		fprintf(out, ",\"%s\":null", key);
}

/* Numbers and tokens only: nothing here needs escaping. */
static void span(struct export *export, const struct span *span)
{
	const struct thread *thread = span->thread;
	const struct wait *wait = span->wait;
	FILE *out = export->out;

	if (span_is_empty(span))
		return;
	fprintf(out, "%s\n{\"start_ns\":%" PRIu64 ",\"duration_ns\":%" PRIu64 ",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32,
		(const char *)export->state, span->begin_ns, span->end_ns - span->begin_ns, thread->process->pid,
		thread->tid);
	fprintf(out, ",\"state\":\"%s\"", thread_state_token(span->state));
	if (span->state == STATE_RUNNING && thread->cpu >= 0)
		fprintf(out, ",\"cpu\":%d", thread->cpu);
	if (span->state == STATE_READY) {
		fprintf(out, ",\"preempted\":%s", thread->preempted ? "true" : "false");
		put_tid(out, "waker_tid", span_waker_tid(span));
	}
	if (wait) {
		fprintf(out, ",\"wait\":\"%s\"", wait_kind_token(wait->kind));
		put_tid(out, "on_tid", wait->on ? wait->on->tid : 0);
		fprintf(out, ",\"evidence\":\"%s\"", evidence_token(wait->evidence));
	}
	fputc('}', out);
	export->state = ",";
}

static void end(struct export *export)
{
	int error;

	if (export->error)
		return;
	fputs("],\n\"report\":", export->out);
	error = json_write_report(export->model, export->out);
	if (error)
		export_fail(export, error);
	fputs("}\n", export->out);
}

const struct exporter exporter_json = {
	.name = "json",
	.summary = "the same stretches as JSON, then the report of thrace stat --json",
	.begin = begin,
	.span = span,
	.end = end,
};
