// SPDX-License-Identifier: GPL-2.0-only
/* What the screen means, and which key does what. */
#include "userspace/view/top/top_private.h"

static const struct {
	const char *keys, *words;
} keys[] = {
    {"Up Down PgUp PgDn Home End, j k", "move"},
    {"F2 Tab, 1 2 3 ...", "the next pane, or that one"},
    {"Enter", "the selected thread's anatomy"},
    {"F9 w", "who waits for whom"},
    {"F3 /, n", "search a name or number; the next one"},
    {"F4 \\", "show only what matches"},
    {"F5 t", "threads below their process, or all mixed"},
    {"F6 < > P N I", "sort: choose, sideways, running, age, turned"},
    {"F", "the selection stays with its thread"},
    {"K", "threads of the kernel, too"},
    {"Space Z", "stop the picture, not the observation"},
    {"F10 q", "leave; what is observed is not touched"},
};

static const struct {
	const char *keys, *words;
} replay_keys[] = {
    {"Space", "pause"},
    {".", "pause, and go on by one record"},
    {"Left Right", "5 seconds back, or on"},
    {"F7 F8, - +", "slower, faster"},
};

static void put_sample(struct top_lines *lines, struct slice slice, const char *words)
{
	struct top_scene *scene = lines->scene;
	size_t scroll = scene->state->pane_scroll;

	if (lines->line >= scroll && lines->line < scroll + lines->area.rows)
		top_slice(scene->cells, lines->area.row + (unsigned int)(lines->line - scroll),
			  lines->area.column + lines->column + 1, slice,
			  END_ALIVE);
	lines->column += 3;
	top_run(lines, STYLE_PLAIN, "%s  ", words);
}

static void put_end(struct top_lines *lines, enum thread_end end, const char *words)
{
	struct glyph_look look = glyph_end(end, lines->scene->cells->utf8);

	top_run(lines, look.style, "%s", look.text);
	top_run(lines, STYLE_PLAIN, " %s  ", words);
}

static void put_strip_legend(struct top_lines *lines)
{
	top_run(lines, STYLE_STRONG, " The strip: a cell is %g s, the latest at the right",
		RECENT_SLICE_NS / 1e9);
	top_newline(lines);
	put_sample(lines, (struct slice){.running = 255}, "running");
	put_sample(lines, (struct slice){.running = 96}, "partly");
	put_sample(lines, (struct slice){.ready = 255}, "ready, without a CPU");
	put_sample(lines, (struct slice){.ready = 96, .blocked = 159}, "partly");
	put_sample(lines, (struct slice){.running = 128, .ready = 127}, "in turns");
	put_sample(lines, (struct slice){.blocked = 255}, "blocked");
	top_newline(lines);
	top_run(lines, STYLE_PLAIN, " At its end: ");
	put_end(lines, END_RETURNED, "returned");
	put_end(lines, END_TORN_DOWN, "torn down with its process");
	put_end(lines, END_SIGNAL, "killed");
	top_newline(lines);
}

static void put_states(struct top_lines *lines)
{
	static const struct {
		enum thread_state state;
		const char *words;
	} states[] = {
	    {STATE_NEW, "created, never made ready yet"},
	    {STATE_READY, "could run, has no CPU (DELAY: how long that takes it, on average)"},
	    {STATE_RUNNING, "on a CPU"},
	    {STATE_BLOCKED, "waits for something else than a CPU"},
	    {STATE_TERMINATED, "ended; stays here for 10 seconds"},
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		top_run(lines, state_style(states[i].state), " %s",
			states[i].state == STATE_TERMINATED ? "Ended"
							    : thread_state_word(states[i].state));
		top_tab(lines, 10);
		top_run(lines, STYLE_PLAIN, "%s", states[i].words);
		top_newline(lines);
	}
}

static void draw(struct top_scene *scene, struct area area)
{
	struct top_lines lines = top_lines(scene, area);

	top_run(&lines, STYLE_STRONG, " Keys");
	top_newline(&lines);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		top_run(&lines, STYLE_GOOD, " %s", keys[i].keys);
		top_tab(&lines, 34);
		top_run(&lines, STYLE_PLAIN, "%s", keys[i].words);
		top_newline(&lines);
	}
	if (scene->clock.replay) {
		top_run(&lines, STYLE_STRONG, " In a recording");
		top_newline(&lines);
	}
	for (size_t i = 0; scene->clock.replay && i < sizeof(replay_keys) / sizeof(*replay_keys);
	     i++) {
		top_run(&lines, STYLE_GOOD, " %s", replay_keys[i].keys);
		top_tab(&lines, 34);
		top_run(&lines, STYLE_PLAIN, "%s", replay_keys[i].words);
		top_newline(&lines);
	}
	put_states(&lines);
	put_strip_legend(&lines);
	top_lines_end(&lines);
}

const struct top_pane top_pane_help = {.name = "Help", .draw = draw};
