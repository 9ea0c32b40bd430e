// SPDX-License-Identifier: GPL-2.0-only
/* Panes that show what another command prints once: the page of its view, drawn again and again. */
#include <stdlib.h>
#include <string.h>
#include "userspace/view/top/top_private.h"
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

void top_put_page(struct top_lines *lines, void (*print)(const struct top_scene *scene, const struct text *text))
{
	struct text text = {
	    .utf8 = lines->scene->cells->utf8,
	    .colour = true,
	    .width = lines->area.columns,
	};
	char *page = NULL, *rest, *line;
	size_t size;

	text.out = open_memstream(&page, &size);
	if (!text.out)
		return;
	print(lines->scene, &text);
	fclose(text.out);
	for (rest = page; rest && (line = strsep(&rest, "\n"));)
		if (rest || *line)
			put_line(lines, line);
	free(page);
}

static void print_view(const struct top_scene *scene, const struct text *text)
{
	view_find(scene->state->pane->page)->draw(scene->model, text, false);
}

static void draw_page(struct top_scene *scene, struct area area)
{
	struct top_lines lines = top_lines(scene, area);

	top_put_page(&lines, print_view);
	top_lines_end(&lines);
}

static void draw_share(struct top_scene *scene, struct area area)
{
	struct top_lines lines = top_lines(scene, area);

	if (scene->model->threads_count <= TOP_LOOK_THREADS) {
		draw_page(scene, area);
		return;
	}
	top_run(&lines, STYLE_DIM,
		" more than %d threads are not compared again and again; once: 'thrace share'",
		TOP_LOOK_THREADS);
}

const struct top_pane top_pane_waits = {
    .name = "Waits",
    .draw = draw_page,
    .page = "waits",
    .look = TOP_LOOK_WAITS,
};

const struct top_pane top_pane_share = {
    .name = "Share",
    .draw = draw_share,
    .page = "share",
    .look = TOP_LOOK_SHARE,
};
