// SPDX-License-Identifier: GPL-2.0-only
/* Panes that show what another command prints once: the page of its view, drawn again and again. */
#include <stdlib.h>
#include <string.h>
#include "userspace/view/top_private.h"
#include "userspace/view/view.h"

/* One line of a page, its colours as they were printed. */
static void put_line(struct top_lines *lines, char *line)
{
	enum style style = STYLE_PLAIN;

	while (*line) {
		size_t run = strcspn(line, "\033"), bytes;
		char next = line[run];

		line[run] = '\0';
		top_run(lines, style, "%s", line);
		line[run] = next;
		line += run;
		if (!next)
			break;
		style = text_style_at(line, &bytes);
		line += bytes ? bytes : 1;
	}
	top_newline(lines);
}

static char *print_page(const struct top_scene *scene, unsigned int columns)
{
	struct text text = {.utf8 = scene->cells->utf8, .colour = true, .width = columns};
	const struct view *view = view_find(scene->state->pane->page);
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	if (!text.out)
		return NULL;
	view->draw(scene->model, &text, false);
	fclose(text.out);
	return page;
}

void top_draw_page(struct top_scene *scene, struct area area)
{
	struct top_lines lines = top_lines(scene, area);
	char *page = print_page(scene, area.columns), *rest = page, *line;

	while (rest && (line = strsep(&rest, "\n")))
		if (rest || *line)
			put_line(&lines, line);
	top_lines_end(&lines);
	free(page);
}

const struct top_pane top_pane_waits = {
    .name = "Waits",
    .draw = top_draw_page,
    .page = "waits",
    .look = TOP_LOOK_WAITS,
};
