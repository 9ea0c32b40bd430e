// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/report.h"

#include <errno.h>
#include <string.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/view/view.h"

int report_print(const struct session *session, FILE *out, const char *view, json_writer *json)
{
	struct text text;
	int error, flushed;

	if (session->options->json) {
		error = json(session->model, out);
		text.out = out;
	} else {
		text_open(&text, out, session->options->colour);
		error = view_find(view)->draw(session->model, &text, session->options->verbose);
	}
	flushed = text_finish(&text);
	if (!error)
		error = flushed;
	if (!error || error == -EPIPE)
		return STATUS_GOOD;
	return command_fail(session->command, STATUS_FAILED, "cannot write the report: %s",
			    strerror(-error));
}

int report_last(const struct session *session, FILE *out, const char *view, json_writer *json)
{
	interrupts_release();
	return report_print(session, out, view, json);
}

int report_command(const struct command *self, struct options *options, const char *view, json_writer *json)
{
	struct session session = {.command = self, .options = options};
	int status;

	status = session_run(&session);
	if (status == STATUS_GOOD)
		status = report_last(&session, stdout, view, json);
	session_close(&session);
	return status;
}
