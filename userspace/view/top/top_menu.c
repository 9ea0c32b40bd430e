// SPDX-License-Identifier: GPL-2.0-only
/* The list of what threads can be sorted by, at the left of the pane. */
#include <string.h>
#include "userspace/view/top/top_private.h"

#define MENU_COLUMNS 32

const struct top_column *top_menu_column(size_t index)
{
	for (size_t i = 0; i < TOP_COLUMNS; i++)
		if (top_columns[i].word && !index--)
			return &top_columns[i];
	return NULL;
}

void top_sort_by(struct top_state *state, const struct top_column *column)
{
	if (!column || !column->key)
		return;
	if (state->sort == column)
		state->inverted = !state->inverted;
	else
		state->inverted = false;
	state->sort = column;
}

void top_draw_menu(struct top_scene *scene, struct area area)
{
	const struct top_column *column;
	unsigned int width = area.columns < MENU_COLUMNS ? area.columns : MENU_COLUMNS;

	for (unsigned int i = 0; i < area.rows; i++) {
		column = i ? top_menu_column(i - 1) : NULL;
		for (unsigned int at = 0; at < width; at++)
			cells_put(scene->cells, area.row + i, area.column + at, 1, STYLE_PLAIN,
				  " ");
		cells_format(scene->cells, area.row + i, area.column, width,
			     column && column == scene->state->sort ? STYLE_STRONG : STYLE_PLAIN,
			     " %s", i ? column ? column->word : "" : "Sort by");
		cells_put(scene->cells, area.row + i, area.column + width, 1, STYLE_DIM,
			  scene->cells->utf8 ? "│" : "|");
		for (unsigned int at = 0; at < width; at++)
			cells_at(scene->cells, area.row + i, area.column + at)->flags = 0;
		if (!i)
			cells_flag(scene->cells, area.row, area.column, width, CELL_BAR);
		else if (column && scene->state->menu == i - 1)
			cells_flag(scene->cells, area.row + i, area.column, width, CELL_SELECTED);
	}
}

void top_press_menu(struct top_scene *scene, const struct press *press)
{
	struct top_state *state = scene->state;
	struct area pane = top_layout(scene).pane;

	switch (press->key) {
	case K_UP:
	case K_WHEEL_UP:
		state->menu -= state->menu > 0;
		return;
	case K_DOWN:
	case K_WHEEL_DOWN:
		state->menu += top_menu_column(state->menu + 1) != NULL;
		return;
	case K_CLICK:
		if (press->row > pane.row && press->column < MENU_COLUMNS)
			top_sort_by(state, top_menu_column(press->row - pane.row - 1));
		break;
	case K_ENTER:
		top_sort_by(state, top_menu_column(state->menu));
		break;
	default:
		break;
	}
	state->mode = TOP_BROWSE;
}
