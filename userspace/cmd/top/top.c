// SPDX-License-Identifier: GPL-2.0-only
/* The live screen: wires the observation, the view and the terminal. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/top/top_screen.h"

#define SAMPLE_MS     250 /* between two looks at /proc: a slice */
#define READ_MS	      50 /* so late a key is noticed at most */
#define ENDED_THREADS 16384
#define RECORDS	      256 /* taken between two looks at the clock */

static int on_due(const struct model *model, uint64_t ts_ns, void *context)
{
	struct screen *screen = context;
	struct session *session = screen->session;
	int error = session->source->replayed ? replay_wait(screen, ts_ns) : 0;

	if (error)
		return error;
	error = recent_advance(&screen->recent, model, ts_ns);
	/* A recording's records wait for their time, each of them. */
	session->due_ns = session->source->replayed ? 0 : screen->recent.begin_ns + RECENT_SLICE_NS;
	return error;
}

static int on_record(const struct model *model, const struct record *record, void *context)
{
	struct screen *screen = context;

	top_events_take(screen->events, model, record);
	/* Whoever sends without a pause does not keep the screen from being drawn. */
	if (++screen->taken < RECORDS || !screen->term)
		return 0;
	screen->behind = !screen->session->source->replayed;
	return screen_beat(screen);
}

static int on_pause(void *context)
{
	struct screen *screen = context;
	int error = screen_look(screen);

	screen->behind = false;
	if (!error)
		error = screen_beat(screen);
	return error == -ENODATA ? 1 : error; /* what is still under way, nobody wants to see */
}

static bool is_wanted_still(const struct screen *screen)
{
	const struct session *session = screen->session;

	return !screen->state.quit && !interrupts_signal() && !session->options->duration_ns;
}

static int on_replayed(void *context)
{
	return is_wanted_still(context) ? screen_stay(context) : -ENODATA;
}

static int observe(struct screen *screen)
{
	struct session *session = screen->session;
	int status = top_output_begin(&screen->output, session), error;

	if (status != STATUS_GOOD)
		return status;
	session->ask_later = true;
	status = session_run(session);
	if (status == STATUS_GOOD && is_wanted_still(screen)) {
		error = screen_stay(screen);
		if (error != -ENODATA)
			status = session_broke_off(session, error);
	}
	term_close(screen->term);
	screen->term = NULL;
	if (status == STATUS_GOOD && session->model->lost)
		fprintf(stderr, "thrace top: %llu record%s lost: a buffer was full\n",
			(unsigned long long)session->model->lost, session->model->lost == 1 ? " was" : "s were");
	top_output_end(&screen->output);
	return status;
}

static bool is_file(const char *path)
{
	struct stat stat_of;

	return path && !stat(path, &stat_of) && S_ISREG(stat_of.st_mode);
}

static int run(const struct command *self, struct options *options)
{
	struct session session = {
	    .command = self,
	    .options = options,
	    .on_due = on_due,
	    .on_record = on_record,
	    .on_pause = on_pause,
	    .on_replayed = on_replayed,
	    .read_ms = READ_MS,
	    .limits.ended_threads = ENDED_THREADS,
	};
	struct screen screen = {.session = &session};
	char error[TERM_ERROR_BYTES];
	int status;

	session.context = &screen;
	options->sample_ms = SAMPLE_MS;
	screen.replay.can_go_back = is_file(options->input);
	screen.events = top_events_new(term_locale_utf8());
	if (!screen.events)
		status = command_fail(self, STATUS_FAILED, "out of memory");
	else if (!term_check(error))
		status = command_fail(self, STATUS_FAILED, "%s", error);
	else
		status = observe(&screen);
	screen_free(&screen);
	session_close(&session);
	return status;
}

const struct command command_top = {
    .name = "top",
    .summary = "live full screen: threads, their states, waits and CPUs",
    .usage = "[OPTION]... SOURCE",
    .text =
	"\nKeys: F1 help, arrows, Tab the next pane, / search, \\ filter, F6 sort, t tree, q quit;\n"
	"the mouse works too. Needs a terminal; the picture is drawn four times a second. With\n"
	"-i FILE: Space pauses, . goes on by one record, Left and Right by 5 seconds, - and +\n"
	"change the speed. What a started CMD prints is dropped, or goes to the file of -o.\n"
	OPTIONS_HELP
	"  -o, --output FILE       what CMD prints goes to FILE\n"
	"\nExamples:\n  thrace top -n 'postgres*'\n  thrace top -- make -j4\n",
    .takes = TAKES_SOURCE | TAKES_OUTPUT,
    .run = run,
};
