// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/cells.h"
#include "userspace/ui/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 1024

int cells_resize(struct cells *cells, unsigned int columns, unsigned int rows)
{
	struct cell *cell = calloc((size_t)columns * rows + 1, sizeof(*cell));

	if (!cell)
		return -ENOMEM;
	free(cells->cell);
	cells->cell = cell;
	cells->columns = columns;
	cells->rows = rows;
	cells_clear(cells);
	return 0;
}

void cells_clear(struct cells *cells)
{
	for (size_t i = 0; i < (size_t)cells->columns * cells->rows; i++)
		cells->cell[i] = (struct cell){.width = 1};
}

void cells_free(struct cells *cells)
{
	free(cells->cell);
	cells->cell = NULL;
	cells->columns = cells->rows = 0;
}

struct cell *cells_at(const struct cells *cells, unsigned int row, unsigned int column)
{
	if (row >= cells->rows || column >= cells->columns)
		return NULL;
	return &cells->cell[(size_t)row * cells->columns + column];
}

/* Half of a wide character cannot stay: the other half becomes a blank. */
static void part(struct cells *cells, unsigned int row, unsigned int column)
{
	struct cell *at = cells_at(cells, row, column);
	struct cell *other = NULL;

	if (at && at->width == 0 && column)
		other = cells_at(cells, row, column - 1);
	else if (at && at->width == 2)
		other = cells_at(cells, row, column + 1);
	if (other) {
		*other->text = '\0';
		other->width = 1;
	}
}

/* One character of so many bytes and columns (1 or 2). */
static void place(struct cells *cells, unsigned int row, unsigned int column, unsigned int width,
		  enum style style, const char *text, size_t bytes)
{
	struct cell *at = cells_at(cells, row, column);

	if (!at || (width == 2 && column + 1 >= cells->columns))
		return;
	for (unsigned int i = 0; i < width; i++)
		part(cells, row, column + i);
	*at = (struct cell){.width = width, .style = style, .flags = at->flags};
	if (bytes < CELL_BYTES && !(bytes == 1 && *text == ' '))
		memcpy(at->text, text, bytes);
	if (width == 2)
		at[1] = (struct cell){.width = 0, .style = style, .flags = at[1].flags};
}

static bool is_control(const char *text, size_t bytes)
{
	unsigned char byte = *text;

	if (bytes == 1) /* a byte past ASCII stands alone only when it is no UTF-8 */
		return byte < 0x20 || byte >= 0x7f;
	return bytes == 2 && byte == 0xc2 && (unsigned char)text[1] < 0xa0;
}

static void append_mark(struct cells *cells, unsigned int row, unsigned int column,
			const char *text, size_t bytes)
{
	struct cell *at = cells_at(cells, row, column);
	size_t used;

	if (!at || !*at->text)
		return;
	used = strlen(at->text);
	if (used + bytes < CELL_BYTES)
		memcpy(at->text + used, text, bytes);
}

unsigned int cells_put(struct cells *cells, unsigned int row, unsigned int column,
		       unsigned int width, enum style style, const char *text)
{
	const char *more = cells->utf8 ? "…" : "~";
	unsigned int at = 0, last = 0;
	bool cut = display_width(text) > width;
	unsigned int limit = cut && width ? width - 1 : width;

	while (*text) {
		size_t columns, bytes = display_step(text, &columns);

		if (at + columns > limit)
			break;
		if (is_control(text, bytes)) {
			place(cells, row, column + at, 1, style, "?", 1);
			columns = 1;
		} else if (!columns && at) {
			append_mark(cells, row, column + last, text, bytes);
		} else if (columns) {
			place(cells, row, column + at, (unsigned int)columns, style, text, bytes);
		}
		if (columns)
			last = at;
		at += (unsigned int)columns;
		text += bytes;
	}
	if (cut && width)
		place(cells, row, column + at++, 1, style, more, strlen(more));
	return at;
}

unsigned int cells_format(struct cells *cells, unsigned int row, unsigned int column,
			  unsigned int width, enum style style, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return cells_put(cells, row, column, width, style, line);
}

void cells_put_right(struct cells *cells, unsigned int row, unsigned int column, unsigned int width,
		     enum style style, const char *text)
{
	size_t columns = display_width(text);

	if (columns < width) {
		column += width - (unsigned int)columns;
		width = (unsigned int)columns;
	}
	cells_put(cells, row, column, width, style, text);
}

void cells_glyph(struct cells *cells, unsigned int row, unsigned int column, enum style style,
		 enum style ground, const char *glyph)
{
	struct cell *at = cells_at(cells, row, column);

	if (!at)
		return;
	place(cells, row, column, 1, style, glyph, strlen(glyph));
	at->ground = ground;
}

void cells_flag(struct cells *cells, unsigned int row, unsigned int column, unsigned int width,
		enum cell_flag flag)
{
	for (unsigned int i = 0; i < width; i++) {
		struct cell *at = cells_at(cells, row, column + i);

		if (at)
			at->flags |= flag;
	}
}

/* Columns of a row up to the last that shows something. */
static unsigned int used_columns(const struct cells *cells, unsigned int row, bool styles)
{
	unsigned int used = cells->columns;

	for (; used; used--) {
		const struct cell *at = cells_at(cells, row, used - 1);

		if (styles ? at->style || at->ground || at->flags : *at->text || !at->width)
			break;
	}
	return used;
}

/* A lower-case letter for the style, an upper-case one on a ground of its own or under a flag. */
static char style_letter(const struct cell *cell)
{
	static const char letters[STYLE_COUNT + 1] = ".dsryb+!";

	if (cell->flags & CELL_SELECTED)
		return '#';
	if (cell->flags & CELL_BAR)
		return '=';
	if (cell->ground)
		return cell->ground == STYLE_READY ? 'Y' : 'R';
	return letters[cell->style];
}

void cells_print(const struct cells *cells, FILE *out, bool styles)
{
	for (unsigned int row = 0; row < cells->rows; row++) {
		unsigned int used = used_columns(cells, row, false);

		for (unsigned int column = 0; column < used; column++) {
			const struct cell *at = cells_at(cells, row, column);

			if (at->width)
				fputs(*at->text ? at->text : " ", out);
		}
		fputc('\n', out);
	}
	for (unsigned int row = 0; styles && row < cells->rows; row++) {
		unsigned int used = used_columns(cells, row, true);

		for (unsigned int column = 0; column < used; column++)
			fputc(style_letter(cells_at(cells, row, column)), out);
		fputc('\n', out);
	}
}
