/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One live screen while it runs: the session that feeds it, the terminal that shows it, and the
 * clock that both go by.
 */
#ifndef THRACE_CMD_TOP_SCREEN_H
#define THRACE_CMD_TOP_SCREEN_H

#include "userspace/cmd/session.h"
#include "userspace/cmd/top/top_output.h"
#include "userspace/ui/term.h"
#include "userspace/view/top/top.h"
#include "userspace/view/top/top_events.h"

/* Model time while a recording is shown: it stands, or goes at a speed. */
struct replay {
	bool on;
	bool can_go_back;
	uint64_t at_ns, anchor_ns; /* model time at_ns was when CLOCK_MONOTONIC was anchor_ns */
	double speed;		   /* 0: it stands */
	uint64_t next_ns; /* of the record that is to be taken, or was: time cannot pass it */
};

struct screen {
	struct session *session;
	struct top_output output;
	struct terminal *term; /* NULL: not opened yet */
	struct cells cells;
	struct recent recent;
	struct top_events *events;
	struct top_state state;
	struct top_scene scene;
	struct replay replay;
	uint64_t next_frame_ns, looked_ns; /* CLOCK_MONOTONIC */
	const struct top_pane *looked_at;
	unsigned int taken;	/* records since the last look at the clock */
	bool behind; /* in the middle of what was gathered: the model has not come to the present yet */
	bool over;
};

/* One beat: keys, time, and a picture when one is due; behind, when it is overdue. Returns 0; -ENODATA: somebody wants to
 * leave; -ECANCELED: somebody went to another place of the recording; or another -errno. */
int screen_beat(struct screen *screen);
/* There is no more to come: the last picture stays until somebody has seen enough. As
 * screen_beat(). */
int screen_stay(struct screen *screen);
void screen_free(struct screen *screen);

/* --- top_look.c ------------------------------------------------------------------------------ */

/* Looks closer at what the present pane shows, when it is time to. Between two records only. As
 * screen_beat(). */
int screen_look(struct screen *screen);

/* --- top_replay.c ---------------------------------------------------------------------------- */

/* Model time now. */
uint64_t replay_now_ns(const struct replay *replay);
/* Waits for the time of the recording's next record. As screen_beat(). */
int replay_wait(struct screen *screen, uint64_t ts_ns);
/* Does what was asked for with keys. As screen_beat(). */
int replay_obey(struct screen *screen);

#endif
