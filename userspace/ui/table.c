// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/table.h"
#include "userspace/ui/escape.h"
#include "userspace/ui/table_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 16
#define NAME_LEAST  8 /* columns of a name below a tree's lines; with fewer the lines give way */

/* Makes room for one more element. The sizes double, so that filling is linear. */
static void *make_room(struct table *table, void *array, size_t *room, size_t needed, size_t size)
{
	size_t wanted = *room ? *room : 256;
	void *grown;

	if (needed <= *room)
		return array;
	while (wanted < needed)
		wanted *= 2;
	grown = reallocarray(array, wanted, size);
	if (!grown) {
		table->failed = true;
		return array;
	}
	*room = wanted;
	return grown;
}

void table_cell(struct table *table, enum style style, const char *format, ...)
{
	struct table_cell *cell;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || table->failed)
		return;

	table->bytes =
	    make_room(table, table->bytes, &table->bytes_room, table->bytes_count + length + 1, 1);
	table->cells = make_room(table, table->cells, &table->cells_room, table->cells_count + 1,
				 sizeof(*cell));
	if (table->failed)
		return;

	va_start(args, format);
	vsnprintf(table->bytes + table->bytes_count, length + 1, format, args);
	va_end(args);
	cell = &table->cells[table->cells_count++];
	cell->offset = table->bytes_count;
	cell->style = style;
	cell->width = display_width(table->bytes + table->bytes_count);
	table->bytes_count += length + 1;
}

static void measure(const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->columns_count; i++)
		widths[i] = 0;
	for (size_t i = 0; i < table->cells_count; i++) {
		size_t *width = &widths[i % table->columns_count];

		if (table->cells[i].width > *width)
			*width = table->cells[i].width;
	}
	for (size_t i = 0; i < table->columns_count; i++) {
		size_t title = display_width(table->columns[i].title);

		if (widths[i] && widths[i] < title) /* 0: an empty column stays out */
			widths[i] = title;
	}
}

/* The widest elastic column that may still give a blank away; NULL: none. */
static size_t *find_giver(const struct table *table, size_t *widths)
{
	size_t *widest = NULL;

	for (size_t i = 0; i < table->columns_count; i++) {
		size_t least = table->columns[i].least;

		if (least && widths[i] > least && (!widest || widths[i] > *widest))
			widest = &widths[i];
	}
	return widest;
}

/* cut: with elastic columns at their least. */
static size_t total_width(const struct table *table, const size_t *widths, bool cut)
{
	size_t total = 0;

	for (size_t i = 0; i < table->columns_count; i++) {
		size_t least = table->columns[i].least, width = widths[i];

		if (cut && least && least < width)
			width = least;
		total += width ? width + (total ? TABLE_GAP : 0) : 0;
	}
	return total;
}

static void leave_out_spare(const struct table *table, size_t *widths, size_t page)
{
	for (enum table_spare spare = SPARE_RATHER; spare <= SPARE_AT_LAST; spare++)
		for (size_t i = table->columns_count;
		     i-- && total_width(table, widths, spare == SPARE_AT_LAST) > page;)
			if (table->columns[i].spare == spare)
				widths[i] = 0;
}

static void shrink(const struct table *table, size_t *widths, size_t page)
{
	for (size_t total = total_width(table, widths, false); total > page; total--) {
		size_t *giver = find_giver(table, widths);

		if (!giver)
			return;
		(*giver)--;
	}
}

/* Bytes of a cell's beginning that are left out for the rest to fit. */
static size_t beginning_too_much(const char *cell, size_t width)
{
	size_t skipped = 0, ignored;

	while (display_width(cell + skipped) > width)
		skipped += display_step(cell + skipped, &ignored);
	return skipped;
}

/* Is so little of the name left, below a tree's lines, that they must give way? */
static bool lines_give_way(const char *cell, const char *name, size_t room)
{
	size_t wanted = display_width(name);

	return name > cell && display_width(cell) - wanted + (wanted < NAME_LEAST ? wanted : NAME_LEAST) > room;
}

size_t table_put_text(const struct text *text, enum style style, const char *cell, size_t width, bool tail)
{
	const char *more = text_glyph(text, GLYPH_MORE), *name = cell + table_lines(cell);
	size_t room = width > display_width(more) ? width - display_width(more) : 0;

	if (display_width(cell) <= width) {
		text_put(text, *cell ? style : STYLE_PLAIN, "%s", cell);
		return display_width(cell);
	}
	if (lines_give_way(cell, name, room)) {
		tail |= display_width(name) <= room;
		cell = tail ? cell : name;
	}
	if (tail)
		text_put(text, style, "%s%s", more, cell + beginning_too_much(cell, room));
	else
		text_put(text, style, "%.*s%s", (int)display_cut(cell, room), cell, more);
	return width;
}

/* Writes one cell; last: nothing stands to its right, so that no line ends in blanks. */
static void put_cell(const struct text *text, const struct table_column *column, size_t width,
		     enum style style, const char *cell, bool last)
{
	size_t columns = display_width(cell) < width ? display_width(cell) : width;
	int blanks = (int)(width - columns);

	if (column->right)
		text_put(text, STYLE_PLAIN, "%*s", blanks, "");
	table_put_text(text, style, cell, width, column->tail);
	if (!column->right && !last)
		text_put(text, STYLE_PLAIN, "%*s", blanks, "");
}

/* Writes the titles (row NULL) or a row. */
static void put_row(const struct table *table, const struct text *text, const size_t *widths,
		    const struct table_cell *row)
{
	size_t last = table->columns_count;
	bool first = true;

	while (last && (!widths[last - 1] || (row && !row[last - 1].width)))
		last--;
	for (size_t i = 0; i < last; i++) {
		if (!widths[i])
			continue;
		text_put(text, STYLE_PLAIN, "%*s", first ? 0 : TABLE_GAP, "");
		first = false;
		if (row)
			put_cell(text, &table->columns[i], widths[i], row[i].style,
				 table->bytes + row[i].offset, i + 1 == last);
		else
			put_cell(text, &table->columns[i], widths[i], STYLE_DIM,
				 table->columns[i].title, i + 1 == last);
	}
	text_put(text, STYLE_PLAIN, "\n");
}

static void put_rows(const struct table *table, const struct text *text, const size_t *widths)
{
	put_row(table, text, widths, NULL);
	for (size_t i = 0; i + table->columns_count <= table->cells_count; i += table->columns_count)
		put_row(table, text, widths, &table->cells[i]);
}

void table_print(struct table *table, const struct text *text)
{
	size_t widths[COLUMNS_MAX];

	if (table->columns_count <= COLUMNS_MAX && table->cells_count >= table->columns_count) {
		measure(table, widths);
		leave_out_spare(table, widths, text->width);
		if (total_width(table, widths, true) > text->width) {
			table_put_blocks(table, text);
		} else {
			shrink(table, widths, text->width);
			put_rows(table, text, widths);
		}
	}
	if (table->failed)
		text_paragraph(text, 0, "Not enough memory for the rest of this table.");
	free(table->cells);
	free(table->bytes);
	table->cells = NULL;
	table->bytes = NULL;
	table->cells_count = table->cells_room = table->bytes_count = table->bytes_room = 0;
}
