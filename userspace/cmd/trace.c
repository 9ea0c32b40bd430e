// SPDX-License-Identifier: GPL-2.0-only
/* The stream of events, a line or a JSON object each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "userspace/cmd/session.h"
#include "userspace/export/json.h"
#include "userspace/view/view.h"

static int put_line(const struct model *model, const struct record *record, void *context)
{
	const struct text *text = context;

	view_record(model, record, text);
	return ferror(text->out) ? text_finish(text) : 0;
}

static int put_json(const struct model *model, const struct record *record, void *context)
{
	const struct text *text = context;

	return json_write_record(model, record, text->out);
}

/* Nothing more for now: what a reader could wait for goes out. */
static int flush(void *context)
{
	return text_finish(context);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text text;
	struct session session = {
	    .command = self, .options = &options, .on_pause = flush, .context = &text};
	int status;

	switch (options_parse(self, TAKES_SOURCE, argc, argv, &options)) {
	case OPTIONS_DONE:
		return STATUS_GOOD;
	case OPTIONS_BAD:
		return STATUS_USAGE;
	default:
		break;
	}
	text_open(&text, stdout, options.colour);
	session.on_record = options.json ? put_json : put_line;
	status = session_run(&session);
	if (status == STATUS_GOOD && session.model->lost)
		fprintf(stderr, "thrace trace: %llu records were lost: a buffer was full\n",
			(unsigned long long)session.model->lost);
	session_close(&session);
	return status;
}

const struct command command_trace = {
    .name = "trace",
    .summary = "the stream of events, a line (or a JSON object) each",
    .usage = "[OPTION]... SOURCE",
    .text = "\nColumns: seconds since the beginning, CPU, event, and what happened.\n" OPTIONS_HELP
	    "\nExample:\n  thrace trace -d 1 -n 'postgres*'\n",
    .run = run,
};
