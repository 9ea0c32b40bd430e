// SPDX-License-Identifier: GPL-2.0-only
/* The first pane: processes with their threads below them. */
#include <stdio.h>
#include <string.h>
#include "userspace/view/top/top_private.h"

static void put_titles(struct top_scene *scene, const unsigned int *widths, struct area area)
{
	struct cells *cells = scene->cells;
	unsigned int column = area.column;
	char seconds[32];

	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		const char *title = top_columns[i].title;
		enum style style = scene->state->sort == &top_columns[i] ? STYLE_STRONG : STYLE_PLAIN;

		if (!widths[i])
			continue;
		if (!*title) {
			snprintf(seconds, sizeof(seconds), "last %g s",
				 (double)widths[i] * RECENT_SLICE_NS / 1e9);
			title = widths[i] >= strlen(seconds) ? seconds : "";
		}
		if (top_columns[i].right)
			cells_put_right(cells, area.row, column, widths[i], style, title);
		else
			cells_put(cells, area.row, column, widths[i], style, title);
		column += widths[i] + 1;
	}
	cells_flag(cells, area.row, area.column, area.columns, CELL_BAR);
}

static void put_row(struct top_scene *scene, const struct top_row *row, const unsigned int *widths,
		    struct area area)
{
	struct area cell = {.row = area.row, .column = area.column, .rows = 1};

	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		cell.columns = widths[i];
		if (!widths[i])
			continue;
		top_columns[i].draw(scene, row, cell);
		cell.column += widths[i] + 1;
	}
}

static void keep_in_sight(struct top_state *state, size_t count, unsigned int rows)
{
	if (state->selected < state->scroll)
		state->scroll = state->selected;
	if (state->selected >= state->scroll + rows)
		state->scroll = state->selected - rows + 1;
	if (state->scroll + rows > count)
		state->scroll = count > rows ? count - rows : 0;
}

static void draw(struct top_scene *scene, struct area area)
{
	struct top_state *state = scene->state;
	unsigned int widths[TOP_COLUMNS];
	unsigned int rows = area.rows ? area.rows - 1 : 0;

	top_widths(area.columns, widths);
	put_titles(scene, widths, area);
	keep_in_sight(state, scene->rows.count, rows);
	if (!scene->rows.count)
		cells_put(scene->cells, area.row + 1, area.column + 1, area.columns, STYLE_DIM,
			  *state->filter ? "no thread matches the filter" : "no thread seen yet");
	for (unsigned int i = 0; i < rows && state->scroll + i < scene->rows.count; i++) {
		struct area line = {.row = area.row + 1 + i,
				    .column = area.column,
				    .rows = 1,
				    .columns = area.columns};

		put_row(scene, &scene->rows.rows[state->scroll + i], widths, line);
		if (state->scroll + i == state->selected)
			cells_flag(scene->cells, line.row, line.column, line.columns,
				   CELL_SELECTED);
	}
}

const struct top_pane top_pane_threads = {.name = "Threads", .draw = draw};
