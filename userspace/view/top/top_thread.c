// SPDX-License-Identifier: GPL-2.0-only
/* One thread's anatomy: all that is known of the selected one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/top/top_private.h"
#include "userspace/view/view.h"

#define WORDS	    20 /* columns of the words at the left */
#define WAITS_SHOWN 4

static void begin(struct top_lines *lines, const char *word)
{
	top_run(lines, STYLE_DIM, "  %s", word);
	top_tab(lines, WORDS);
}

static void put_times(struct top_lines *lines, const struct thread *thread)
{
	static const enum thread_state states[] = {STATE_RUNNING, STATE_READY, STATE_BLOCKED,
						   STATE_UNKNOWN};
	uint64_t life_ns = 0;

	for (int state = 0; state < STATE_TERMINATED; state++)
		life_ns += top_state_ns(lines->scene, thread, state);

	begin(lines, "observed for");
	top_run(lines, STYLE_PLAIN, "%s: ", units_duration(life_ns).text);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		uint64_t part_ns = top_state_ns(lines->scene, thread, states[i]);

		if (states[i] == STATE_UNKNOWN && !part_ns)
			continue;
		top_run(lines, state_style(states[i]), "%s %s (%s %%)  ",
			thread_state_token(states[i]), units_duration(part_ns).text,
			units_percent(part_ns, life_ns).text);
	}
	top_newline(lines);
	begin(lines, "switches");
	top_run(lines, STYLE_PLAIN, "gave the CPU up %s, lost it %s",
		units_things(thread->voluntary, "time", "times").text,
		units_things(thread->involuntary, "time", "times").text);
	top_newline(lines);
	begin(lines, "ready to running");
	if (thread->delays.count)
		top_run(lines, STYLE_PLAIN, "half within %s, 99 of 100 within %s, longest %s",
			units_duration(delays_quantile(&thread->delays, 0.5)).text,
			units_duration(delays_quantile(&thread->delays, 0.99)).text,
			units_duration(thread->delays.max_ns).text);
	else
		top_run(lines, STYLE_DIM, "not seen yet");
	top_newline(lines);
}

static int by_total(const void *a, const void *b)
{
	const struct wait_total *const *one = a, *const *other = b;

	return ((*one)->total_ns < (*other)->total_ns) - ((*one)->total_ns > (*other)->total_ns);
}

static void put_waits(struct top_lines *lines, const struct thread *thread)
{
	const struct wait_total **waits = calloc(thread->waits_count + 1, sizeof(*waits));

	if (!waits)
		return;
	for (size_t i = 0; i < thread->waits_count; i++)
		waits[i] = &thread->waits[i];
	qsort(waits, thread->waits_count, sizeof(*waits), by_total);
	for (size_t i = 0; i < thread->waits_count && i < WAITS_SHOWN; i++) {
		begin(lines, i ? "" : "waited for");
		top_run(lines, STYLE_BLOCKED, "%s",
			wait_words(waits[i]->kind, waits[i]->on, &lines->scene->text).text);
		top_tab(lines, WORDS + 36);
		top_run(lines, STYLE_PLAIN, "%s, %s, longest %s",
			units_things(waits[i]->count, "time", "times").text,
			units_duration(waits[i]->total_ns).text,
			units_duration(waits[i]->max_ns).text);
		top_newline(lines);
	}
	free(waits);
}

static void print_anatomy(const struct top_scene *scene, const struct text *text)
{
	view_thread(scene->model, top_selected(scene)->thread, text, false);
}

static void draw(struct top_scene *scene, struct area area)
{
	const struct top_row *row = top_selected(scene);
	struct top_lines lines = top_lines(scene, area);

	if (!row) {
		top_run(&lines, STYLE_DIM, " no thread is selected");
		return;
	}
	top_run(&lines, STYLE_STRONG, "How it spent its time");
	top_newline(&lines);
	put_times(&lines, row->thread);
	put_waits(&lines, row->thread);
	top_newline(&lines);
	top_put_page(&lines, print_anatomy);
	top_lines_end(&lines);
}

const struct top_pane top_pane_thread = {
    .name = "Thread",
    .draw = draw,
    .look = TOP_LOOK_THREAD,
};
