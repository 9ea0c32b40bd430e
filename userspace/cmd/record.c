// SPDX-License-Identifier: GPL-2.0-only
/* Records what is observed in a file, for another time and another machine. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/resolve/deadlocks.h"
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/cmd/session.h"
#include "userspace/source/outside.h"
#include "userspace/ui/units.h"
#include "userspace/util/clock.h"

#define LOOK_NS 500000000ull /* between two looks for deadlocks */

struct recording {
	struct session session;
	struct progress progress;
	bool listens; /* flight recorder: Enter asks for what is kept */
	unsigned int dumps_told;
	struct deadlocks deadlocks;
	uint64_t look_ns; /* of the next look for them */
};

/* SIGUSR2 asks for what is kept. A handler can reach nothing but a variable of the file. */
static volatile sig_atomic_t dump_asked;

static void on_dump_signal(int number)
{
	(void)number;
	dump_asked = 1;
}

static void put_state(const struct recorder_state *state, char *text, size_t size)
{
	int length = snprintf(text, size, "%s, %s, %s", units_duration(state->last_ns - state->first_ns).text,
			      units_things(state->records, "record", "records").text,
			      units_bytes(state->bytes).text);

	if (state->lost)
		snprintf(text + length, size - length, ", %s LOST", units_count(state->lost).text);
}

/* A line was typed, on a terminal that nobody else reads. */
static bool enter_pressed(const struct recording *recording)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[256];

	return recording->listens && poll(&input, 1, 0) == 1 && input.revents & POLLIN &&
	       read(STDIN_FILENO, line, sizeof(line)) > 0;
}

static void tell_dumps(struct recording *recording, const struct recorder_state *state)
{
	if (state->dumps == recording->dumps_told)
		return;
	progress_end(&recording->progress);
	command_say(&command_record, "what was kept is in %s", state->dump_path);
	recording->dumps_told = state->dumps;
}

/* A deadlock that was not there before: what led to it is still in memory. */
static int look_for_deadlocks(struct recording *recording)
{
	struct session *session = &recording->session;
	uint64_t now_ns = clock_now_ns();
	int error;

	if (session->source->replayed || now_ns < recording->look_ns)
		return 0;
	recording->look_ns = now_ns + LOOK_NS;
	error = resolve_waits(session);
	if (!error)
		error = resolve_knots(session);
	if (error)
		return error;
	error = deadlocks_note(&recording->deadlocks, session->model);
	if (error <= 0)
		return error;
	progress_end(&recording->progress);
	fprintf(stderr, "thrace record: a deadlock has formed; 'thrace waits -i FILE' names it\n");
	dump_asked = 1;
	return 0;
}

static int pause_recording(void *context)
{
	struct recording *recording = context;
	struct recorder *recorder = recording->session.recorder;
	struct recorder_state state;
	char text[128];
	int error = 0;

	if (!recorder)
		return 0;
	if (recording->session.options->flight_ns)
		error = look_for_deadlocks(recording);
	if (error)
		return error;
	if (recording->session.options->flight_ns && (dump_asked || enter_pressed(recording))) {
		dump_asked = 0;
		recorder_dump(recorder);
	}
	recorder_look(recorder, &state);
	tell_dumps(recording, &state);
	if (progress_due(&recording->progress)) {
		put_state(&state, text, sizeof(text));
		progress_put(&recording->progress, "recording: %s", text);
	}
	return 0;
}

static int fail(const struct recording *recording, const char *path, int error)
{
	return command_fail(recording->session.command, STATUS_FAILED,
			    "cannot write '%.100s': %s; what was recorded before that is whole", path,
			    strerror(-error));
}

/* One line: what is in the file, and what is not. */
static int tell(struct recording *recording)
{
	const struct options *options = recording->session.options;
	const struct recorder_state *state = &recording->session.recorded;
	const char *path = options->flight_ns ? state->dump_path : options->output;
	char text[128];

	/* Without a limit of ours it is the system's (ulimit -f), and nobody asked for that. */
	if (state->error && (state->error != -EFBIG || !options->max_bytes))
		return fail(recording, path, state->error);
	if (options->flight_ns) {
		tell_dumps(recording, state);
		if (state->shortened)
			command_say(&command_record, "--max-size did not hold all of %s",
				    units_duration(options->flight_ns).text);
		return STATUS_GOOD;
	}
	put_state(state, text, sizeof(text));
	command_say(&command_record, "%s to %s%s", text, strcmp(path, "-") ? path : "standard output",
		    state->error ? "; it ended there, at --max-size" : "");
	return STATUS_GOOD;
}

static int observe(struct recording *recording)
{
	struct session *session = &recording->session;
	int status, own = STATUS_GOOD;

	progress_begin(&recording->progress);
	status = session_run(session);
	progress_end(&recording->progress);
	if (status == STATUS_GOOD) {
		status = tell(recording);
		if (status != STATUS_GOOD)
			session_outlast(session);
	}
	/* Interrupting is how a recording ends that has no other end. */
	if (session->source && session->source->launched)
		own = session_program_status(session);
	deadlocks_free(&recording->deadlocks);
	session_close(session);
	return own != STATUS_GOOD ? own : status;
}

static int run(const struct command *self, struct options *options)
{
	const struct recorder_settings settings = {
	    .path = options->output,
	    .overwrite = options->overwrite,
	    .max_bytes = options->max_bytes,
	    .flight_ns = options->flight_ns,
	};
	struct source_error error = {.status = STATUS_FAILED};
	struct recording recording = {
	    .session = {.command = self, .options = options, .recording = true},
	    .listens = !options->target.launch && isatty(STDIN_FILENO),
	};
	struct session *session = &recording.session;

	if (!options->output)
		return command_fail(
		    self, STATUS_USAGE,
		    "where to? -o FILE names the recording, -o - sends it into a pipe");
	if (options->flight_ns && !strcmp(options->output, "-"))
		return command_fail(self, STATUS_USAGE,
				    "a flight recorder writes more than one file: -o takes a name");
	session->on_pause = pause_recording;
	session->context = &recording;
	session->recorder = recorder_open(&settings, &error);
	if (!session->recorder)
		return command_fail(self, error.status, "%s", error.text);
	if (options->flight_ns)
		signal(SIGUSR2, on_dump_signal);
	return observe(&recording);
}

const struct command command_record = {
    .name = "record",
    .summary = "record to a file, to be looked at later or elsewhere",
    .usage = "[OPTION]... -o FILE SOURCE",
    .text =
	"\nEvery inspecting command reads the file with -i FILE, without privilege and on any "
	"machine,\n"
	"and shows what it would have shown live. 'thrace info FILE' tells what is in it. The exit\n"
	"status is CMD's, as with 'thrace run'.\n" OPTIONS_HELP
	"  -o, --output FILE       the recording; '-': into a pipe\n"
	"  -f, --force             overwrite FILE if it is there\n"
	"      --max-size SIZE     end when FILE has this size (K, M, G)\n"
	"      --flight TIME       flight recorder: keep only the last TIME (30s, 5m) in memory, and\n"
	"                          write it at the end, on SIGUSR2, on Enter, or when a\n"
	"                          deadlock forms\n"
	"\nExample:\n  thrace record -d 10 -o slow.thrace -p 812 && thrace stat -i slow.thrace\n",
    .takes = TAKES_SOURCE | TAKES_OUTPUT | TAKES_LIMITS,
    .run = run,
};
