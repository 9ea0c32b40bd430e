// SPDX-License-Identifier: GPL-2.0-only
/* Who waits for whom, now. */
#include <inttypes.h>
#include "userspace/view/top_private.h"

static void put_wait(struct top_lines *lines, const struct thread *thread)
{
	const struct text *text = &lines->scene->text;
	const struct wait *wait = &thread->wait;
	uint64_t since_ns = wait->since_ns ? wait->since_ns : thread->state_since_ns;
	bool utf8 = lines->scene->cells->utf8;

	top_run(lines, STYLE_STRONG, " %.24s", thread_label(thread, text).text);
	top_run(lines, STYLE_DIM, " %" PRIu32, thread->tid);
	top_tab(lines, 26);
	top_run(lines, STYLE_BLOCKED, "%s%s%s ", utf8 ? "──" : "--", wait_kind_word(wait->kind),
		wait->on ? (utf8 ? "──▶" : "-->") : "");
	if (wait->on) {
		top_run(lines, STYLE_STRONG, "%.24s", thread_label(wait->on, text).text);
		top_run(lines, STYLE_DIM, " %" PRIu32, wait->on->tid);
	}
	top_tab(lines, 64);
	top_run(lines, STYLE_PLAIN, "%s  ",
		lines->scene->clock.now_ns > since_ns
		    ? units_duration(lines->scene->clock.now_ns - since_ns).text
		    : "");
	top_run(lines, STYLE_DIM, "%s", wait->evidence ? evidence_token(wait->evidence) : "");
	top_newline(lines);
}

static void put_waits(struct top_lines *lines, bool on_somebody)
{
	for (size_t i = 0; i < lines->scene->rows.count; i++) {
		const struct thread *thread = lines->scene->rows.rows[i].thread;

		if (thread->state == STATE_BLOCKED && (thread->wait.on != NULL) == on_somebody)
			put_wait(lines, thread);
	}
}

static void draw(struct top_scene *scene, struct area area)
{
	struct top_lines lines = top_lines(scene, area);

	put_waits(&lines, true);
	put_waits(&lines, false);
	if (!lines.line)
		top_run(&lines, STYLE_DIM, " nobody waits");
	top_lines_end(&lines);
}

const struct top_pane top_pane_waits = {.name = "Waits", .draw = draw};
