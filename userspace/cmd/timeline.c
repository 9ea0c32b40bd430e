// SPDX-License-Identifier: GPL-2.0-only
/* A Gantt chart of an observation or a recording, as text. */
#include <errno.h>
#include <string.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/session.h"
#include "userspace/view/timeline/timeline.h"

static int print(const struct session *session, struct timeline *timeline)
{
	struct text text;
	int error, flushed;

	interrupts_release();
	text_open(&text, stdout, session->options->colour);
	error = timeline_draw(timeline, session->model, &text, session->options->verbose);
	flushed = text_finish(&text);
	if (!error)
		error = flushed;
	if (!error || error == -EPIPE)
		return STATUS_GOOD;
	return command_fail(session->command, STATUS_FAILED, "cannot write the chart: %s",
			    strerror(-error));
}

static int observe(const struct command *self, const struct options *options)
{
	struct session session = {.command = self, .options = options};
	struct timeline *timeline = timeline_new(options->from_ns, options->to_ns);
	int status;

	if (!timeline)
		return command_fail(self, STATUS_FAILED, "out of memory");
	session.watch = timeline_watch(timeline);
	status = session_run(&session);
	if (status == STATUS_GOOD)
		status = print(&session, timeline);
	session_close(&session);
	timeline_free(timeline);
	return status;
}

static int run(const struct command *self, struct options *options)
{
	if (options->json)
		return command_fail(self, STATUS_USAGE, "a chart is no JSON: 'thrace export --to json' writes each span");
	return observe(self, options);
}

const struct command command_timeline = {
    .name = "timeline",
    .summary = "a Gantt chart in the terminal: a row a thread, its states over time",
    .usage = "[OPTION]... SOURCE",
    .text =
	"\nObserves until -d, Ctrl-C or the end, then draws each thread's states from left to right,\n"
	"as wide as the terminal (100 columns in a file).\n" OPTIONS_HELP
	"      --from SECONDS      the window begins there (fractions allowed)\n"
	"      --to SECONDS        and ends there\n"
	"\nExamples:\n  thrace timeline -- make -j4\n  thrace timeline -i run.thrace --from 1.5 --to 1.6\n",
    .takes = TAKES_SOURCE | TAKES_WINDOW,
    .run = run,
};
