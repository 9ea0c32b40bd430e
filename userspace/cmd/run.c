// SPDX-License-Identifier: GPL-2.0-only
/* The main job: runs a program, tells what its threads did, passes its status on. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/report.h"
#include "userspace/export/json.h"

/* Where -o wants the report; made: it was not there before. NULL: errno tells. */
static FILE *open_report(const char *path, bool *made)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *file;

	*made = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/* The report goes to standard error, so that the program's own output stays clean, or to a file. */
static int print(const struct session *session, FILE *file)
{
	return report_print(session, file ? file : stderr, "run", json_write_report);
}

static int observe(const struct command *self, const struct options *options, FILE *file)
{
	struct session session = {.command = self, .options = options};
	int own, status = session_run(&session);

	if (status == STATUS_GOOD)
		status = print(&session, file);
	own = session_program_status(&session);
	session_close(&session);
	return own != STATUS_GOOD ? own : status;
}

static int run(const struct command *self, struct options *options)
{
	FILE *file = NULL;
	bool made = false;
	int status;

	/* Before the program starts: it would be a pity to lose a long run to a mistyped folder. */
	if (options->output) {
		file = open_report(options->output, &made);
		if (!file)
			return command_fail(self, STATUS_FAILED, "cannot write '%s': %s", options->output, strerror(errno));
	}
	status = observe(self, options, file);
	/* No report, no file. */
	if (made && !ftell(file))
		unlink(options->output);
	if (file)
		fclose(file);
	return status;
}

const struct command command_run = {
    .name = "run",
    .summary = "run a program, then show its threads: lineage, times, waits, ends",
    .usage = "[OPTION]... -- CMD ARG...",
    .text =
	"\nThe report goes to standard error when CMD has ended. The exit status is CMD's, or "
	"128+N\n"
	"when signal N killed it, 127 when there is no CMD, 126 when it cannot be run.\n"
	"With -p, -n or -a in place of CMD: the same report on programs that run "
	"already.\n" OPTIONS_HELP
	"  -o, --output FILE       the report goes to FILE\n"
	"\nExample:\n  thrace run -- xz -T2 -k big.tar\n",
    .takes = TAKES_SOURCE | TAKES_OUTPUT,
    .run = run,
};
