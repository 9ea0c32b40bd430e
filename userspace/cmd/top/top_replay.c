// SPDX-License-Identifier: GPL-2.0-only
/* The clock of a recording: each record waits for its time. */
#include <errno.h>
#include <poll.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/top/top_screen.h"
#include "userspace/util/clock.h"

#define BEAT_MS 50

uint64_t replay_now_ns(const struct replay *replay)
{
	uint64_t passed_ns = clock_now_ns() - replay->anchor_ns;

	return replay->at_ns + (uint64_t)((double)passed_ns * replay->speed);
}

static void set_clock(struct screen *screen, uint64_t model_ns)
{
	const struct top_state *state = &screen->state;

	screen->replay.at_ns = model_ns;
	screen->replay.anchor_ns = clock_now_ns();
	screen->replay.speed = state->paused ? 0 : top_speeds[state->speed];
}

/* The records from there on come to a fresh model. */
static int go_back(struct screen *screen, uint64_t to_ns)
{
	uint64_t first_ns = screen->session->source->first_ns;

	if (to_ns < first_ns)
		to_ns = first_ns;
	screen->session->seek_ns = to_ns;
	screen->over = false;
	set_clock(screen, to_ns);
	recent_free(&screen->recent);
	top_events_clear(screen->events);
	return -ECANCELED;
}

int replay_obey(struct screen *screen)
{
	struct top_state *state = &screen->state;
	int64_t seek_ns = state->seek_s * 1000000000ll;
	uint64_t now_ns;

	state->seek_s = 0;
	if (!screen->replay.on) {
		state->step = 0;
		return 0;
	}
	now_ns = screen->over ? screen->session->model->now_ns : replay_now_ns(&screen->replay);
	if (seek_ns < 0 && screen->replay.can_go_back)
		return go_back(screen, now_ns > (uint64_t)-seek_ns ? now_ns + (uint64_t)seek_ns : 0);
	set_clock(screen, seek_ns > 0 ? now_ns + (uint64_t)seek_ns : now_ns);
	return 0;
}

int replay_wait(struct screen *screen, uint64_t ts_ns)
{
	struct pollfd input = {.events = POLLIN};
	int error = 0;

	if (!screen->replay.anchor_ns)
		screen->replay = (struct replay){.on = true,
						 .can_go_back = screen->replay.can_go_back,
						 .at_ns = ts_ns,
						 .anchor_ns = clock_now_ns(),
						 .speed = 1};
	screen->replay.next_ns = ts_ns;
	while (!error && ts_ns > replay_now_ns(&screen->replay)) {
		if (interrupts_signal())
			return -ENODATA;
		error = screen_beat(screen);
		if (!error && screen->state.step > 0) {
			screen->state.step--;
			set_clock(screen, ts_ns);
		} else if (!error && ts_ns > replay_now_ns(&screen->replay)) {
			uint64_t left_ms = (ts_ns - replay_now_ns(&screen->replay)) / 1000000 + 1;

			input.fd = term_fd(screen->term);
			poll(&input, 1, left_ms < BEAT_MS ? (int)left_ms : BEAT_MS);
		}
	}
	return error;
}
