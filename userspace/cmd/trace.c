// SPDX-License-Identifier: GPL-2.0-only
/* The stream of events, a line or a JSON object each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/export/json.h"
#include "userspace/view/view.h"

struct trace {
	struct session session;
	struct text text;
};

static int put_line(const struct model *model, const struct record *record, void *context)
{
	const struct text *text = &((struct trace *)context)->text;

	view_record(model, record, text);
	return ferror(text->out) ? text_finish(text) : 0;
}

static int put_json(const struct model *model, const struct record *record, void *context)
{
	const struct text *text = &((struct trace *)context)->text;

	return json_write_record(model, record, text->out);
}

/* Nothing more for now: time to look up names, and what a reader could wait for goes out. */
static int pause(void *context)
{
	struct trace *trace = context;
	int error = trace->session.source->replayed ? 0 : resolve_files(&trace->session);

	return error ? error : text_finish(&trace->text);
}

static int run(const struct command *self, struct options *options)
{
	struct trace trace = {
	    .session = {.command = self, .options = options, .on_pause = pause, .context = &trace},
	};
	struct session *session = &trace.session;
	int status;

	text_open(&trace.text, stdout, options->colour);
	session->on_record = options->json ? put_json : put_line;
	status = session_run(session);
	if (status == STATUS_GOOD && session->model->lost)
		fprintf(stderr, "thrace trace: %llu record%s lost: a buffer was full\n",
			(unsigned long long)session->model->lost, session->model->lost == 1 ? " was" : "s were");
	session_close(session);
	return status;
}

const struct command command_trace = {
    .name = "trace",
    .summary = "the stream of events, a line (or a JSON object) each",
    .usage = "[OPTION]... SOURCE",
    .text = "\nColumns: seconds since the beginning, CPU, event, and what happened.\n" OPTIONS_HELP
	    "\nExample:\n  thrace trace -d 1 -n 'postgres*'\n",
    .takes = TAKES_SOURCE,
    .run = run,
};
