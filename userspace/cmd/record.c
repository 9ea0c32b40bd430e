// SPDX-License-Identifier: GPL-2.0-only
/* Records what is observed in a file, for another time and another machine. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/session.h"
#include "userspace/source/outside.h"
#include "userspace/ui/units.h"

#define PROGRESS_NS 200000000ull

struct progress {
	struct session *session;
	bool shown; /* on a terminal: a line that is written over */
	uint64_t last_ns;
};

static void put_state(const struct recorder_state *state)
{
	fprintf(stderr, "%s, %s records, %s", units_duration(state->last_ns - state->first_ns).text,
		units_count(state->records).text, units_bytes(state->bytes).text);
	if (state->lost)
		fprintf(stderr, ", %s LOST", units_count(state->lost).text);
}

static int show_progress(void *context)
{
	struct progress *progress = context;
	struct recorder_state state;
	uint64_t now_ns = outside_now_ns();

	if (!progress->shown || !progress->session->recorder ||
	    now_ns - progress->last_ns < PROGRESS_NS)
		return 0;
	progress->last_ns = now_ns;
	recorder_look(progress->session->recorder, &state);
	fputs("\r\033[Krecording: ", stderr);
	put_state(&state);
	return 0;
}

/* One line: what is in the file, and what is not. */
static int tell(const struct session *session)
{
	const struct recorder_state *state = &session->recorded;
	const char *path = session->options->output;

	if (state->error && state->error != -EFBIG)
		return command_fail(session->command, STATUS_FAILED,
				    "cannot write '%.100s': %s; what was recorded before that is whole",
				    path, strerror(-state->error));
	fprintf(stderr, "thrace record: ");
	put_state(state);
	fprintf(stderr, " to %s%s\n", strcmp(path, "-") ? path : "standard output",
		state->error ? "; it ended there, at --max-size" : "");
	return STATUS_GOOD;
}

static int observe(struct session *session, struct progress *progress)
{
	int status = session_run(session), told;

	if (progress->shown)
		fputs("\r\033[K", stderr);
	if (status == STATUS_GOOD) {
		told = tell(session);
		status = session_program_status(session);
		if (status == STATUS_GOOD || told != STATUS_GOOD)
			status = told;
	}
	session_close(session);
	return status;
}

static int record(const struct command *self, const struct options *options)
{
	const struct recorder_settings settings = {
	    .path = options->output,
	    .overwrite = options->overwrite,
	    .max_bytes = options->max_bytes,
	    .flight_ns = options->flight_ns,
	};
	struct source_error error = {.status = STATUS_FAILED};
	struct session session = {.command = self, .options = options, .recording = true};
	struct progress progress = {.session = &session, .shown = isatty(STDERR_FILENO)};

	if (!options->output)
		return command_fail(self, STATUS_USAGE,
				    "where to? -o FILE names the recording, -o - sends it into a pipe");
	session.on_pause = show_progress;
	session.context = &progress;
	session.recorder = recorder_open(&settings, &error);
	if (!session.recorder)
		return command_fail(self, error.status, "%s", error.text);
	return observe(&session, &progress);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	int status;

	switch (options_parse(self, TAKES_SOURCE | TAKES_OUTPUT | TAKES_LIMITS, argc, argv, &options)) {
	case OPTIONS_DONE:
		return STATUS_GOOD;
	case OPTIONS_BAD:
		return STATUS_USAGE;
	default:
		break;
	}
	status = record(self, &options);
	options_free(&options);
	return status;
}

const struct command command_record = {
    .name = "record",
    .summary = "record to a file, to be looked at later or elsewhere",
    .usage = "[OPTION]... -o FILE SOURCE",
    .text =
	"\nEvery inspecting command reads the file with -i FILE, without privilege and on any machine,\n"
	"and shows what it would have shown live. 'thrace info FILE' tells what is in it. The exit\n"
	"status is CMD's, as with 'thrace run'.\n" OPTIONS_HELP
	"  -o, --output FILE       the recording; '-': into a pipe\n"
	"  -f, --force             overwrite FILE if it is there\n"
	"      --max-size SIZE     end when FILE has this size (K, M, G)\n"
	"      --flight TIME       flight recorder: keep only the last TIME (30s, 5m) in memory, and\n"
	"                          write it at the end, on SIGUSR2 or on Enter\n"
	"\nExample:\n  thrace record -d 10 -o slow.thrace -p 812 && thrace stat -i slow.thrace\n",
    .run = run,
};
