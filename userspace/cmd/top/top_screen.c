// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/top/top_screen.h"
#include "userspace/util/clock.h"

#include <errno.h>
#include <poll.h>

#define FRAME_NS 250000000ull
#define LATE_NS	 30000000ull /* so late a record may come */

/* Up to then everything is in the model. */
static uint64_t told_ns(const struct screen *screen)
{
	const struct session *session = screen->session;

	if (!session->source->told_ns)
		return clock_now_ns();
	return session->source->told_ns > session->model->now_ns ? session->source->told_ns : session->model->now_ns;
}

/* Model time now: of the last record when no more is to come, or when the next was not looked at yet. */
static uint64_t now_ns(const struct screen *screen)
{
	uint64_t ns;

	if (screen->over || screen->behind)
		return screen->session->model->now_ns;
	if (!screen->replay.on)
		return told_ns(screen);
	ns = replay_now_ns(&screen->replay);
	return ns < screen->replay.next_ns ? ns : screen->replay.next_ns;
}

/* Only once there is something to show: what fails before that is said on a clean terminal. */
static int open_screen(struct screen *screen)
{
	char error[TERM_ERROR_BYTES];

	top_output_release(&screen->output);
	screen->term = term_open(screen->session->options->colour, error);
	if (!screen->term) {
		command_fail(screen->session->command, STATUS_FAILED, "%s", error);
		screen->session->told = true;
		return -EIO;
	}
	screen->cells.utf8 = term_utf8(screen->term);
	if (term_wakes(screen->term))
		screen->session->read_ms = FRAME_NS / 1000000;
	top_begin(&screen->state, screen->session->model);
	screen->state.kernel = screen->session->options->verbose;
	screen->scene = (struct top_scene){
	    .recent = &screen->recent,
	    .events = screen->events,
	    .state = &screen->state,
	    .cells = &screen->cells,
	    .text.utf8 = screen->cells.utf8,
	};
	screen->next_frame_ns = clock_now_ns();
	return 0;
}

/* Brings the scene up to the model: nothing in it may point at what has been forgotten since. */
static int collect(struct screen *screen)
{
	struct model *model = screen->session->model;
	int error = recent_refresh(&screen->recent, model);

	model_account(model, now_ns(screen));
	screen->scene.model = model;
	screen->scene.clock = (struct top_clock){
	    .now_ns = now_ns(screen),
	    .replay = screen->replay.on,
	    .over = screen->over,
	};
	return error ? error : top_collect(&screen->scene);
}

static int draw(struct screen *screen)
{
	unsigned int columns, rows;
	int error = collect(screen);

	term_size(screen->term, &columns, &rows);
	if (!error && (columns != screen->cells.columns || rows != screen->cells.rows))
		error = cells_resize(&screen->cells, columns, rows);
	if (error)
		return error;
	top_draw(&screen->scene);
	term_show(screen->term, &screen->cells);
	return 0;
}

/* Takes what was pressed. Returns 1 when there was anything, 0, or as screen_beat(). */
static int take_presses(struct screen *screen)
{
	struct press press;
	int any = 0, error = 0;

	while (!screen->state.quit && term_read(screen->term, &press)) {
		error = collect(screen);
		if (error)
			return error;
		top_press(&screen->scene, &press);
		any = 1;
	}
	if (screen->state.quit)
		return -ENODATA;
	error = any ? replay_obey(screen) : 0;
	return error ? error : any;
}

int screen_beat(struct screen *screen)
{
	int error = screen->term ? 0 : open_screen(screen), pressed;
	uint64_t monotonic_ns = clock_now_ns();
	bool due = monotonic_ns >= screen->next_frame_ns + (screen->behind ? FRAME_NS : 0);

	screen->taken = 0;
	if (error)
		return error;
	pressed = take_presses(screen);
	if (pressed < 0 || (!due && !pressed))
		return pressed;
	error = recent_advance(&screen->recent, screen->session->model,
			       now_ns(screen) - (screen->replay.on ? 0 : LATE_NS));
	if (error)
		return error;
	if (due) {
		top_events_tick(screen->events);
		screen->next_frame_ns = monotonic_ns + FRAME_NS;
	}
	return pressed || !screen->state.paused ? draw(screen) : 0;
}

int screen_stay(struct screen *screen)
{
	struct pollfd input = {.events = POLLIN};
	int error = screen->term ? 0 : open_screen(screen);

	if (error)
		return error;
	screen->over = true;
	error = recent_advance(&screen->recent, screen->session->model, now_ns(screen));
	input.fd = term_fd(screen->term);
	while (!error && !interrupts_signal()) {
		error = draw(screen);
		if (!error && poll(&input, 1, -1) < 0 && errno != EINTR)
			error = -errno;
		if (!error)
			error = take_presses(screen);
		if (error > 0)
			error = 0;
	}
	return error ? error : -ENODATA;
}

void screen_free(struct screen *screen)
{
	top_free(&screen->scene);
	top_events_free(screen->events);
	recent_free(&screen->recent);
	cells_free(&screen->cells);
}
