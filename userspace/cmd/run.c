// SPDX-License-Identifier: GPL-2.0-only
/* The main job: runs a program, tells what its threads did, passes its status on. */
#include "userspace/cmd/report.h"
#include "userspace/export/json.h"
#include "userspace/util/out_file.h"

/* A file that is begun is finished or taken away; what goes to a standard stream need not be waited for. */
static int print(const struct session *session, FILE *report)
{
	if (session->options->output)
		return report_print(session, report, "run", json_write_report);
	return report_last(session, report, "run", json_write_report);
}

/* The report goes to standard error, so that the program's own output stays clean, or to a file: output. */
static int observe(const struct command *self, const struct options *options, FILE *report, struct out_name *output)
{
	struct session session = {.command = self, .options = options, .output = output};
	int own, status = session_run(&session);

	if (status == STATUS_GOOD)
		status = print(&session, report);
	own = session_program_status(&session);
	session_close(&session);
	return own != STATUS_GOOD ? own : status;
}

static int cannot_write(const struct command *self, const char *path, int error)
{
	char why[256];

	return command_fail(self, STATUS_FAILED, "%s", out_file_explain(path, error, why, sizeof(why)));
}

static int observe_into(const struct command *self, const struct options *options)
{
	struct out_file file;
	int status, error;

	/* Before the program starts: it would be a pity to lose a long run to a mistyped folder. */
	error = out_file_open(&file, options->output, true);
	if (error)
		return cannot_write(self, options->output, error);
	status = observe(self, options, file.stream, &file.name);
	if (!ftell(file.stream)) /* no report, no file */
		out_file_abandon(&file);
	else
		error = out_file_close(&file);
	return error && status == STATUS_GOOD ? cannot_write(self, options->output, error) : status;
}

static int run(const struct command *self, struct options *options)
{
	return options->output ? observe_into(self, options) : observe(self, options, stderr, NULL);
}

const struct command command_run = {
    .name = "run",
    .summary = "run a program, then show its threads: lineage, times, waits, ends",
    .usage = "[OPTION]... -- CMD ARG...",
    .text =
	"\nThe report goes to standard error when CMD has ended. The exit status is CMD's, or "
	"128+N\n"
	"when signal N killed it, 127 when there is no CMD, 126 when it cannot be run. A SIGTERM, SIGHUP\n"
	"or SIGINT that is sent to thrace alone is passed on to CMD.\n"
	"With -p, -n or -a in place of CMD: the same report on programs that run "
	"already.\n" OPTIONS_HELP
	"  -o, --output FILE       the report goes to FILE\n"
	"\nExample:\n  thrace run -- xz -T2 -k big.tar\n",
    .takes = TAKES_SOURCE | TAKES_OUTPUT,
    .run = run,
};
