/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the files of the live screen share. Nothing else includes this.
 */
#ifndef THRACE_VIEW_TOP_PRIVATE_H
#define THRACE_VIEW_TOP_PRIVATE_H

#include "userspace/ui/units.h"
#include "userspace/view/glyphs.h"
#include "userspace/view/top/top.h"
#include "userspace/view/words.h"

/* --- top_layout.c: where things stand ------------------------------------------------------- */

struct top_layout {
	struct area title, meter, cpus, tabs, pane, detail, keys; /* rows 0: left out */
};

struct top_layout top_layout(const struct top_scene *scene);

/* --- top_columns.c: the columns of the threads' pane, which are also what can be sorted by ---- */

struct top_column {
	const char *title, *word; /* word: in the list of columns to sort by; NULL: cannot be */
	unsigned int width;	  /* 0: takes what is left, as top_widths() shares it out */
	unsigned int from;	  /* shown on screens of at least so many columns */
	bool right;
	void (*draw)(struct top_scene *scene, const struct top_row *row, struct area area);
	/* The larger, the earlier. */
	uint64_t (*key)(const struct top_scene *scene, const struct top_row *row);
};

#define TOP_COLUMNS 13
extern const struct top_column top_columns[TOP_COLUMNS];
/* By when each was first seen: the order that never changes. */
extern const struct top_column *const top_column_age;
extern const struct top_column *const top_column_running;

/* The width of each column on such a screen; 0: not shown. */
void top_widths(unsigned int columns, unsigned int widths[TOP_COLUMNS]);

/* --- top_rows.c ------------------------------------------------------------------------------ */

/* The thread under the bar; NULL: there is none. */
const struct top_row *top_selected(const struct top_scene *scene);
/* A thread's time in a state up to now; the model's own totals end with its last record. */
uint64_t top_state_ns(const struct top_scene *scene, const struct thread *thread,
		      enum thread_state state);
/* Does a word occur in what the thread is called by? */
bool top_matches(const struct top_scene *scene, const struct thread *thread, const char *word);

/* --- top_strip.c: time as a row of cells, the latest at the right ------------------------------ */

void top_strip_thread(struct top_scene *scene, const struct recent_row *row, struct area area);
void top_strip_cpu(struct top_scene *scene, int cpu, struct area area);
/* One slice in one cell. */
void top_slice(struct cells *cells, unsigned int row, unsigned int column, struct slice slice,
	       enum thread_end end);

/* --- top_header.c ---------------------------------------------------------------------------- */

void top_draw_title(struct top_scene *scene, struct area area);
void top_draw_meter(struct top_scene *scene, struct area area);
void top_draw_cpus(struct top_scene *scene, struct area area);
unsigned int top_cpus_rows(const struct top_scene *scene);

/* --- top_bars.c: the lines of panes, of the selected thread, of keys -------------------------- */

void top_draw_tabs(struct top_scene *scene, struct area area);
void top_draw_detail(struct top_scene *scene, struct area area);
void top_draw_keys(struct top_scene *scene, struct area area);
/* The pane, or the key, whose label stands there; NULL or 0: none. */
const struct top_pane *top_tab_at(unsigned int column);
uint32_t top_key_at(const struct top_scene *scene, unsigned int column);

/* --- top_menu.c: the list of columns to sort by ----------------------------------------------- */

void top_draw_menu(struct top_scene *scene, struct area area);
void top_press_menu(struct top_scene *scene, const struct press *press);
/* The column so many down the list; NULL: past its end. */
const struct top_column *top_menu_column(size_t index);
void top_sort_by(struct top_state *state, const struct top_column *column);

/* --- top_lines.c: panes of plain lines that can be scrolled ------------------------------------ */

/* Lines are put one after another; those above the scroll and below the area cost nothing. */
struct top_lines {
	struct top_scene *scene;
	struct area area;
	size_t line;	     /* the next one's number */
	unsigned int column; /* where the next run begins */
};

struct top_lines top_lines(struct top_scene *scene, struct area area);
void top_run(struct top_lines *lines, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* To a column of the present line. */
void top_tab(struct top_lines *lines, unsigned int column);
void top_newline(struct top_lines *lines);
/* Keeps the scroll within what there was to show. */
void top_lines_end(struct top_lines *lines);

/* --- top_page.c: panes that show the page of another view ------------------------------------- */

/* Puts what print() prints, line by line, in its colours. */
void top_put_page(struct top_lines *lines, void (*print)(const struct top_scene *scene, const struct text *text));

#endif
