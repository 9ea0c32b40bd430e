// SPDX-License-Identifier: GPL-2.0-only
/* The lines around the pane: which panes there are, what is known of the selected thread, which
 * keys do what. */
#include <inttypes.h>
#include <string.h>
#include "userspace/view/top/top_private.h"

static const struct label {
	const char *name, *words;
	uint32_t key;
} labels[] = {
    {"F1", "Help", K_F1},	 {"F2", "Panes", K_F1 + 1},  {"F3", "Search", K_F1 + 2},
    {"F4", "Filter", K_F1 + 3}, {"F5", "Tree", K_F1 + 4},   {"F6", "Sort", K_F1 + 5},
    {"F7", "Slower", K_F1 + 6}, {"F8", "Faster", K_F1 + 7}, {"F9", "Waits", K_F1 + 8},
    {"F10", "Quit", K_F1 + 9},
};

/* Replays only have a speed. */
static bool is_offered(const struct top_scene *scene, const struct label *label)
{
	return scene->clock.replay || (label->key != K_F1 + 6 && label->key != K_F1 + 7);
}

static unsigned int label_columns(const struct label *label)
{
	return (unsigned int)(strlen(label->name) + strlen(label->words)) + 1;
}

static unsigned int tab_columns(const struct top_pane *pane)
{
	return (unsigned int)strlen(pane->name) + 5;
}

void top_draw_tabs(struct top_scene *scene, struct area area)
{
	const struct top_state *state = scene->state;
	unsigned int column = area.column;
	char how[2 * TOP_WORD_BYTES + 64];

	for (size_t i = 0; top_panes[i]; i++) {
		bool shown = state->pane == top_panes[i];

		cells_format(scene->cells, area.row, column, area.columns,
			     shown ? STYLE_STRONG : STYLE_PLAIN, " %zu %s ", i + 1,
			     top_panes[i]->name);
		if (shown)
			cells_flag(scene->cells, area.row, column, tab_columns(top_panes[i]) - 1,
				   CELL_BAR);
		column += tab_columns(top_panes[i]);
	}
	snprintf(how, sizeof(how), "%s%s by %s%s%s%s", state->follow ? "following, " : "",
		 state->flat ? "flat" : "tree", state->sort->word,
		 state->inverted ? ", least first" : "", *state->filter ? ", filter: " : "",
		 state->filter);
	if (column < area.columns)
		cells_put_right(scene->cells, area.row, column, area.columns - column - 1,
				*state->filter ? STYLE_READY : STYLE_DIM, how);
}

const struct top_pane *top_tab_at(unsigned int column)
{
	for (size_t i = 0; top_panes[i]; i++) {
		if (column < tab_columns(top_panes[i]))
			return top_panes[i];
		column -= tab_columns(top_panes[i]);
	}
	return NULL;
}

static void put_detail(struct top_scene *scene, const struct thread *thread, struct area area)
{
	struct top_lines lines = {.scene = scene, .area = area};

	lines.line = scene->state->pane_scroll; /* one line, whatever the pane's scroll */
	top_run(&lines, STYLE_STRONG, " %s %" PRIu32,
		thread_label(thread, &scene->text).text, thread->tid);
	if (thread->process->leader != thread)
		top_run(&lines, STYLE_PLAIN, " of %s %" PRIu32,
			process_label(thread->process, &scene->text).text, thread->process->pid);
	if (thread->creator)
		top_run(&lines, STYLE_PLAIN, ", created by %s",
			thread_label(thread->creator, &scene->text).text);
	if (thread->daemon == 1)
		top_run(&lines, STYLE_PLAIN, ", daemon");
	if (thread->waker)
		top_run(&lines, STYLE_PLAIN, ", last woken by %s",
			thread_label(thread->waker, &scene->text).text);
	if (thread->state == STATE_BLOCKED)
		top_run(&lines, STYLE_BLOCKED, "; waits for %s (%s)",
			wait_words(thread->wait.kind, thread->wait.on, &scene->text).text,
			thread->wait.evidence ? evidence_token(thread->wait.evidence)
					      : "on whom is unknown");
	if (thread->end != END_ALIVE)
		top_run(&lines, end_style(thread), "; %s", thread_end_word(thread->end));
	if (thread->gap)
		top_run(&lines, STYLE_READY, "; incomplete: a switch unseen");
}

void top_draw_detail(struct top_scene *scene, struct area area)
{
	const struct top_row *row = top_selected(scene);

	if (row)
		put_detail(scene, row->thread, area);
}

static void put_prompt(struct top_scene *scene, struct area area)
{
	const struct top_state *state = scene->state;
	bool search = state->mode == TOP_SEARCH;
	unsigned int column = area.column;

	column += cells_format(scene->cells, area.row, column, area.columns, STYLE_STRONG,
			       " %s: %s", search ? "Search" : "Filter",
			       search ? state->search : state->filter);
	cells_put(scene->cells, area.row, column, 1, STYLE_STRONG, "_");
	cells_put(scene->cells, area.row, column + 3, area.columns, STYLE_DIM,
		  search ? "Enter: done   F3: the next one   Esc: leave"
			 : "Enter: done   Esc: no filter");
}

void top_draw_keys(struct top_scene *scene, struct area area)
{
	unsigned int column = area.column;

	if (scene->state->mode == TOP_SEARCH || scene->state->mode == TOP_FILTER) {
		put_prompt(scene, area);
		return;
	}
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		const struct label *label = &labels[i];
		unsigned int name = (unsigned int)strlen(label->name);

		if (!is_offered(scene, label))
			continue;
		cells_put(scene->cells, area.row, column, area.columns, STYLE_STRONG, label->name);
		cells_put(scene->cells, area.row, column + name, area.columns, STYLE_PLAIN,
			  label->words);
		cells_flag(scene->cells, area.row, column + name,
			   (unsigned int)strlen(label->words), CELL_BAR);
		column += label_columns(label);
	}
}

uint32_t top_key_at(const struct top_scene *scene, unsigned int column)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (!is_offered(scene, &labels[i]))
			continue;
		if (column < label_columns(&labels[i]))
			return labels[i].key;
		column -= label_columns(&labels[i]);
	}
	return 0;
}
