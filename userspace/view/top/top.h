/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The live screen: what is shown of a model, and what a press changes of that. Draws into a grid;
 * knows no terminal and no source. Everything about time is the model's own, so that a recording
 * gives the same screens as the observation did.
 */
#ifndef THRACE_VIEW_TOP_H
#define THRACE_VIEW_TOP_H

#include "userspace/decode/decode.h"
#include "userspace/model/model.h"
#include "userspace/model/recent.h"
#include "userspace/ui/cells.h"
#include "userspace/ui/keys.h"

#define TOP_WORD_BYTES 64

enum top_mode {
	TOP_BROWSE,
	TOP_SEARCH, /* a word is typed */
	TOP_FILTER,
	TOP_SORT, /* the list of columns is open */
};

struct top_pane;
struct top_column;

/* What the person at the screen has chosen. */
struct top_state {
	const struct top_pane *pane, *pane_before; /* pane_before: where help returns to */
	enum top_mode mode;
	const struct top_column *sort;
	bool inverted; /* the sort */
	bool flat;     /* threads of all processes mixed, not below their process */
	bool kernel;   /* threads of the kernel are shown too */
	bool follow;   /* the selection stays with its thread */
	char search[TOP_WORD_BYTES], filter[TOP_WORD_BYTES];
	uint64_t selected_serial; /* the thread under the bar; 0: none yet */
	size_t selected, scroll;  /* of the rows of threads */
	size_t pane_scroll;	  /* of the other panes */
	size_t menu;		  /* the column under the bar of the list */

	/* asked of whoever drives the screen, who takes it back */
	bool quit, paused;
	int step;	    /* records to go on by, while paused */
	int seek_s;	    /* seconds to go on (or back) by */
	unsigned int speed; /* index into top_speeds[] */
};

#define TOP_SPEEDS	7
#define TOP_SPEED_EVEN	3
extern const double top_speeds[TOP_SPEEDS];

/* How the observation stands. */
struct top_clock {
	uint64_t now_ns;  /* model time */
	bool replay;	  /* of a recording: can be sought in */
	bool over;	  /* there is no more to come */
	bool can_go_back; /* the recording can be read again */
};

struct top_row {
	const struct thread *thread;
	const struct recent_row *recent;
	uint64_t key, group_key;
	bool head;  /* the leader of its process; the others stand below it */
	bool below; /* drawn below a head */
	bool last;  /* the last below its head */
};

struct top_rows {
	struct top_row *rows;
	size_t count, room;
};

/* Of all that is observed, whatever the filter. */
struct top_counts {
	size_t alive, states[STATE_COUNT];
	size_t deadlocked; /* part of a circle of waits that was confirmed */
};

struct top_events;

/* All that a drawing needs. */
struct top_scene {
	const struct model *model;
	const struct recent *recent;
	const struct top_events *events;
	struct top_clock clock;
	struct top_state *state;
	struct top_rows rows; /* kept from drawing to drawing for its memory */
	struct top_counts counts;
	struct cells *cells;
	struct text text; /* for words only: whether UTF-8 may be used */
};

/* What a pane shows that no record tells by itself: somebody has to look closer, now and then. */
enum top_look {
	TOP_LOOK_NONE,
	TOP_LOOK_WAITS,
	TOP_LOOK_SHARE,
	TOP_LOOK_THREAD, /* the selected one */
};

#define TOP_LOOK_THREADS 1000 /* more of them are not looked at without being asked for */

struct top_pane {
	const char *name; /* in the line of panes */
	void (*draw)(struct top_scene *scene, struct area area);
	const char *page; /* the view that draw() shows a page of; NULL: none */
	enum top_look look;
};

extern const struct top_pane top_pane_threads, top_pane_waits, top_pane_share, top_pane_thread, top_pane_events,
    top_pane_help;
/* In the order of their numbers, closed by NULL. */
extern const struct top_pane *const top_panes[];

void top_begin(struct top_state *state, const struct model *model);
/* Draws the whole grid. The rows must be of the model as it is (top_collect). */
void top_draw(struct top_scene *scene);
/* Finds, filters and sorts the rows, and keeps the selection. Returns 0 or -ENOMEM. */
int top_collect(struct top_scene *scene);
/* What a press does. The rows must be of the model as it is (top_collect). */
void top_press(struct top_scene *scene, const struct press *press);
void top_free(struct top_scene *scene);

#endif
