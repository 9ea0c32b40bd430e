// SPDX-License-Identifier: GPL-2.0-only
/* What keys and clicks do. Those that htop has too do the same here. */
#include <string.h>
#include "userspace/view/top/top_private.h"

#define WHEEL_ROWS 3

static void show_pane(struct top_state *state, const struct top_pane *pane)
{
	if (state->pane != &top_pane_help)
		state->pane_before = state->pane;
	if (state->pane != pane)
		state->pane_scroll = 0;
	state->pane = pane;
}

static void show_help(struct top_state *state)
{
	show_pane(state, state->pane == &top_pane_help ? state->pane_before : &top_pane_help);
}

static void show_beside(struct top_state *state, int step)
{
	size_t count = 0, at = 0;

	for (; top_panes[count]; count++)
		if (top_panes[count] == state->pane)
			at = count;
	show_pane(state, top_panes[(at + count + (size_t)step) % count]);
}

/* --- moving ---------------------------------------------------------------------------------- */

static void select_row(struct top_scene *scene, size_t index)
{
	struct top_state *state = scene->state;

	if (!scene->rows.count)
		return;
	state->selected = index < scene->rows.count ? index : scene->rows.count - 1;
	state->selected_serial = scene->rows.rows[state->selected].thread->serial;
}

static size_t moved(size_t from, long by)
{
	if (by < 0 && from < (size_t)-by)
		return 0;
	return from + (size_t)by;
}

static void move(struct top_scene *scene, long by)
{
	struct top_state *state = scene->state;

	if (state->pane == &top_pane_threads)
		select_row(scene, moved(state->selected, by));
	else
		state->pane_scroll = moved(state->pane_scroll, by);
}

static bool press_moves(struct top_scene *scene, uint32_t key)
{
	unsigned int rows = top_layout(scene).pane.rows;
	long page = rows > 2 ? (long)rows - 2 : 1;
	const long everything = 1l << 40;

	switch (key) {
	case K_UP:
	case 'k':
		move(scene, -1);
		return true;
	case K_DOWN:
	case 'j':
		move(scene, 1);
		return true;
	case K_PAGE_UP:
		move(scene, -page);
		return true;
	case K_PAGE_DOWN:
		move(scene, page);
		return true;
	case K_HOME:
		move(scene, -everything);
		return true;
	case K_END:
		move(scene, everything);
		return true;
	case K_WHEEL_UP:
		move(scene, -WHEEL_ROWS);
		return true;
	case K_WHEEL_DOWN:
		move(scene, WHEEL_ROWS);
		return true;
	default:
		return false;
	}
}

/* --- searching ------------------------------------------------------------------------------- */

/* The next row that matches, from the selected one on (itself excluded, if beyond). */
static void search(struct top_scene *scene, bool beyond)
{
	const struct top_state *state = scene->state;

	for (size_t step = beyond; step <= scene->rows.count; step++) {
		size_t index = (state->selected + step) % (scene->rows.count + !scene->rows.count);

		if (index < scene->rows.count && *state->search &&
		    top_matches(scene, scene->rows.rows[index].thread, state->search)) {
			select_row(scene, index);
			return;
		}
	}
}

/* ASCII only: names are searched for as they are shown. */
static void type(char word[TOP_WORD_BYTES], uint32_t key)
{
	size_t length = strlen(word);

	if (key == K_BACKSPACE && length)
		word[length - 1] = '\0';
	else if (key >= ' ' && key < 0x7f && length + 1 < TOP_WORD_BYTES) {
		word[length] = (char)key;
		word[length + 1] = '\0';
	}
}

static void press_word(struct top_scene *scene, uint32_t key)
{
	struct top_state *state = scene->state;
	bool searching = state->mode == TOP_SEARCH;

	if (key == K_ENTER || key == K_ESCAPE) {
		if (key == K_ESCAPE)
			*(searching ? state->search : state->filter) = '\0';
		state->mode = TOP_BROWSE;
		return;
	}
	if (searching && key == K_F1 + 2) {
		search(scene, true);
		return;
	}
	if (press_moves(scene, key < K_NONE ? K_NONE : key))
		return;
	type(searching ? state->search : state->filter, key);
	if (searching)
		search(scene, false);
}

static void begin_search(struct top_scene *scene, uint32_t key)
{
	struct top_state *state = scene->state;

	if (state->pane != &top_pane_threads)
		show_pane(state, &top_pane_threads);
	if (key == 'n') {
		search(scene, true);
		return;
	}
	*state->search = '\0';
	state->mode = TOP_SEARCH;
}

/* --- the rest -------------------------------------------------------------------------------- */

static bool press_pane(struct top_state *state, uint32_t key)
{
	size_t count = 0;

	while (top_panes[count])
		count++;
	if (key >= '1' && key < '1' + count)
		show_pane(state, top_panes[key - '1']);
	else if (key == K_F1 || key == 'h' || key == '?')
		show_help(state);
	else if (key == K_F1 + 1 || key == K_TAB)
		show_beside(state, 1);
	else if (key == K_BACK_TAB)
		show_beside(state, -1);
	else if (key == K_F1 + 8 || key == 'w')
		show_pane(state, &top_pane_waits);
	else if (key == K_ENTER)
		show_pane(state, &top_pane_thread);
	else if (key == K_ESCAPE)
		show_pane(state, &top_pane_threads);
	else
		return false;
	return true;
}

static void open_menu(struct top_state *state)
{
	const struct top_column *column;

	show_pane(state, &top_pane_threads);
	state->mode = TOP_SORT;
	for (state->menu = 0; (column = top_menu_column(state->menu)); state->menu++)
		if (column == state->sort)
			return;
	state->menu = 0;
}

/* The column so many further along the list. */
static void sort_beside(struct top_state *state, int step)
{
	size_t count = 0, at = 0;

	for (; top_menu_column(count); count++)
		if (top_menu_column(count) == state->sort)
			at = count;
	state->sort = top_menu_column((at + count + (size_t)step) % count);
	state->inverted = false;
}

static bool press_order(struct top_state *state, uint32_t key)
{
	switch (key) {
	case K_F1 + 5:
		open_menu(state);
		return true;
	case '>':
		sort_beside(state, 1);
		return true;
	case '<':
		sort_beside(state, -1);
		return true;
	case 'P':
		top_sort_by(state, top_column_running);
		return true;
	case 'N':
		top_sort_by(state, top_column_age);
		return true;
	case 'I':
		state->inverted = !state->inverted;
		return true;
	case K_F1 + 4:
	case 't':
		state->flat = !state->flat;
		return true;
	case 'K':
		state->kernel = !state->kernel;
		return true;
	case 'F':
		state->follow = !state->follow;
		return true;
	default:
		return false;
	}
}

static void press_time(struct top_state *state, uint32_t key)
{
	switch (key) {
	case ' ':
	case 'Z':
		state->paused = !state->paused;
		break;
	case '.':
		state->paused = true;
		state->step++;
		break;
	case K_LEFT:
		state->seek_s -= 5;
		break;
	case K_RIGHT:
		state->seek_s += 5;
		break;
	case K_F1 + 6:
	case '-':
		state->speed -= state->speed > 0;
		break;
	case K_F1 + 7:
	case '+':
		state->speed += state->speed + 1 < TOP_SPEEDS;
		break;
	case K_F1 + 9:
	case 'q':
	case 'Q':
	case K_GONE:
		state->quit = true;
		break;
	default:
		break;
	}
}

static void click_titles(struct top_scene *scene, unsigned int column)
{
	unsigned int widths[TOP_COLUMNS], end = 0;

	top_widths(scene->cells->columns, widths);
	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		end += widths[i] ? widths[i] + 1 : 0;
		if (widths[i] && column < end) {
			top_sort_by(scene->state, &top_columns[i]);
			return;
		}
	}
}

static void click(struct top_scene *scene, const struct press *press)
{
	struct top_layout layout = top_layout(scene);
	struct top_state *state = scene->state;
	unsigned int row = press->row;

	if (layout.keys.rows && row == layout.keys.row) {
		top_press(scene, &(struct press){.key = top_key_at(scene, press->column)});
		return;
	}
	if (layout.tabs.rows && row == layout.tabs.row) {
		const struct top_pane *pane = top_tab_at(press->column);

		if (pane)
			show_pane(state, pane);
		return;
	}
	if (state->pane != &top_pane_threads || row < layout.pane.row ||
	    row >= layout.pane.row + layout.pane.rows)
		return;
	if (row == layout.pane.row)
		click_titles(scene, press->column);
	else if (state->scroll + row - layout.pane.row - 1 < scene->rows.count)
		select_row(scene, state->scroll + row - layout.pane.row - 1);
}

void top_press(struct top_scene *scene, const struct press *press)
{
	struct top_state *state = scene->state;
	uint32_t key = press->key;

	if (key == K_GONE) {
		press_time(state, key);
	} else if (state->mode == TOP_SORT) {
		top_press_menu(scene, press);
	} else if (key == K_CLICK) {
		state->mode = TOP_BROWSE;
		click(scene, press);
	} else if (state->mode != TOP_BROWSE) {
		press_word(scene, key);
	} else if (key == K_F1 + 2 || key == '/' || key == 'n') {
		begin_search(scene, key);
	} else if (key == K_F1 + 3 || key == '\\') {
		show_pane(state, &top_pane_threads);
		state->mode = TOP_FILTER;
	} else if (!press_moves(scene, key) && !press_pane(state, key) &&
		   !press_order(state, key)) {
		press_time(state, key);
	}
}
