// SPDX-License-Identifier: GPL-2.0-only
/* Panes of plain lines. */
#include <stdarg.h>
#include <stdio.h>
#include "userspace/view/top/top_private.h"

#define RUN_BYTES 512

struct top_lines top_lines(struct top_scene *scene, struct area area)
{
	return (struct top_lines){.scene = scene, .area = area};
}

static bool is_seen(const struct top_lines *lines)
{
	size_t scroll = lines->scene->state->pane_scroll;

	return lines->line >= scroll && lines->line < scroll + lines->area.rows;
}

void top_run(struct top_lines *lines, enum style style, const char *format, ...)
{
	char run[RUN_BYTES];
	va_list args;
	unsigned int row;

	if (!is_seen(lines) || lines->column >= lines->area.columns)
		return;
	va_start(args, format);
	vsnprintf(run, sizeof(run), format, args);
	va_end(args);
	row = lines->area.row + (unsigned int)(lines->line - lines->scene->state->pane_scroll);
	lines->column += cells_put(lines->scene->cells, row, lines->area.column + lines->column,
				   lines->area.columns - lines->column, style, run);
}

void top_tab(struct top_lines *lines, unsigned int column)
{
	lines->column = lines->column < column ? column : lines->column + 1;
}

void top_newline(struct top_lines *lines)
{
	lines->line++;
	lines->column = 0;
}

void top_lines_end(struct top_lines *lines)
{
	size_t count = lines->line + (lines->column ? 1 : 0);
	size_t *scroll = &lines->scene->state->pane_scroll;
	size_t most = count > lines->area.rows ? count - lines->area.rows : 0;

	if (*scroll > most)
		*scroll = most; /* the next drawing shows it */
}
