// SPDX-License-Identifier: GPL-2.0-only
/* What threads and processes share, and what is their own: one look. */
#include <errno.h>
#include <stdio.h>
#include "userspace/cmd/resolve/look.h"
#include "userspace/cmd/report.h"
#include "userspace/export/json.h"

#define LAUNCHED_NS 1000000000ull /* so long a program that was started runs before it is looked at */

static int look(void *context)
{
	struct session *session = context;
	int error;

	if (session->source->replayed)
		return 0;
	error = look_share(session);
	return error ? error : look_own(session, NULL);
}

/* Threads that were looked at; *refused: those of which nothing could be compared. */
static size_t count_looked(const struct model *model, size_t *refused)
{
	size_t count = 0;

	*refused = 0;
	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->anatomy.share) {
				count++;
				*refused += thread->anatomy.share->kcmp_error == EPERM;
			}
	return count;
}

static int report(const struct session *session)
{
	size_t refused, looked = count_looked(session->model, &refused);

	if (!looked && session->options->input)
		return command_fail(session->command, STATUS_FAILED,
				    "nobody looked at what is shared when this was recorded: "
				    "'thrace share --record FILE -p PID' does");
	if (!looked)
		return look_say_gone(session);
	if (refused == looked)
		return command_fail(session->command, STATUS_FAILED,
				    "may not look into these processes: they are another user's; run it as that "
				    "user or as root");
	return report_last(session, stdout, "share", json_write_share);
}

static int run(const struct command *self, struct options *options)
{
	struct session session = {.command = self, .options = options, .on_look = look, .context = &session};
	int status;

	options->target.registers = true;
	if (options->target.launch && !options->duration_ns)
		options->duration_ns = LAUNCHED_NS;
	status = session_run(&session);
	if (status == STATUS_GOOD)
		status = report(&session);
	session_close(&session);
	return status;
}

const struct command command_share = {
    .name = "share",
    .summary = "what these threads and processes share, and what is their own",
    .usage = "[OPTION]... SOURCE",
    .text =
	"\nLooks once (with -d after so long, with -- CMD after a second) and draws a matrix: a row for\n"
	"each kind of kernel object, a column for each thread, the same number where it is the same\n"
	"object. Below it, what two processes have in common piece by piece (open files, shared\n"
	"memory), and what each thread has for itself. Threads alike are drawn as one column where all\n"
	"do not fit; -v draws each.\n" OPTIONS_HELP
	"\nExample:\n  thrace share -p $(pgrep -d, nginx)\n",
    .takes = TAKES_SOURCE,
    .run = run,
};
