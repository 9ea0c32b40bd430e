// SPDX-License-Identifier: GPL-2.0-only
/* The pane of events, and the lines that it shows. */
#include "userspace/view/top/top_events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/top/top_private.h"
#include "userspace/view/view.h"

#define LINES	   512
#define LINE_BYTES 200
#define PER_TICK   64 /* lines; writing one costs more than taking the record */

struct line {
	char text[LINE_BYTES];
	uint64_t left_out; /* after this line */
};

struct top_events {
	struct line lines[LINES];
	uint64_t count; /* of lines, ever */
	unsigned int of_tick;
	struct text text;
};

struct top_events *top_events_new(bool utf8)
{
	struct top_events *events = calloc(1, sizeof(*events));

	if (events)
		events->text = (struct text){.utf8 = utf8, .width = LINE_BYTES};
	return events;
}

void top_events_free(struct top_events *events)
{
	free(events);
}

void top_events_clear(struct top_events *events)
{
	events->count = 0;
}

void top_events_tick(struct top_events *events)
{
	events->of_tick = 0;
}

void top_events_take(struct top_events *events, const struct model *model,
		     const struct record *record)
{
	struct line *line = &events->lines[events->count % LINES];

	if (events->of_tick++ >= PER_TICK && events->count) {
		events->lines[(events->count - 1) % LINES].left_out++;
		return;
	}
	*line = (struct line){0};
	events->text.out = fmemopen(line->text, LINE_BYTES - 1, "w");
	if (!events->text.out)
		return;
	view_record(model, record, &events->text);
	fclose(events->text.out);
	line->text[strcspn(line->text, "\n")] = '\0';
	events->count++;
}

static void draw(struct top_scene *scene, struct area area)
{
	const struct top_events *events = scene->events;
	struct top_lines lines = top_lines(scene, area);
	uint64_t kept = events ? events->count < LINES ? events->count : LINES : 0;

	if (!kept)
		top_run(&lines, STYLE_DIM, " nothing yet");
	/* The latest first: it stays in its place. */
	for (uint64_t i = 0; i < kept; i++) {
		const struct line *line = &events->lines[(events->count - 1 - i) % LINES];

		if (line->left_out) {
			top_run(&lines, STYLE_DIM, "    %s more that are not shown",
				units_count(line->left_out).text);
			top_newline(&lines);
		}
		top_run(&lines, STYLE_PLAIN, " %s", line->text);
		top_newline(&lines);
	}
	top_lines_end(&lines);
}

const struct top_pane top_pane_events = {.name = "Events", .draw = draw};
