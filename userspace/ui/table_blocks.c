// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/escape.h"
#include "userspace/ui/table_private.h"

#include <string.h>

#define INDENT 2 /* of a block's later lines, behind what stands before its name */

/* What a tree draws before a name, and below it beside what belongs to the name. */
static const struct {
	const char *line, *below;
} lines[] = {
    {"├─ ", "│  "}, {"└─ ", "   "}, {"│  ", "│  "}, {"|- ", "|  "}, {"`- ", "   "}, {"|  ", "|  "}, {" ", " "},
};

#define LINES_COUNT (sizeof(lines) / sizeof(*lines))

/* LINES_COUNT: the name begins there. */
static size_t line_at(const char *cell)
{
	size_t i = 0;

	while (i < LINES_COUNT && strncmp(cell, lines[i].line, strlen(lines[i].line)))
		i++;
	return i;
}

size_t table_lines(const char *cell)
{
	const char *at = cell;

	for (size_t i; (i = line_at(at)) < LINES_COUNT;)
		at += strlen(lines[i].line);
	return (size_t)(at - cell);
}

/* A block under way. */
struct block {
	const struct text *text;
	const char *lines; /* its first cell, for the lines before the name; "": the page has no room for them */
	size_t indent, column;
	bool fresh; /* nothing stands on the line yet */
};

static void begin_line(struct block *block)
{
	const char *at = block->lines;

	text_put(block->text, STYLE_PLAIN, "\n");
	for (size_t i; (i = line_at(at)) < LINES_COUNT;) {
		text_put(block->text, STYLE_PLAIN, "%s", lines[i].below);
		at += strlen(lines[i].line);
	}
	text_put(block->text, STYLE_PLAIN, "%*s", INDENT, "");
	block->column = block->indent;
	block->fresh = true;
}

static void put_word(struct block *block, enum style style, const char *word, size_t gap, bool tail)
{
	const size_t width = display_width(word), page = block->text->width;

	if (!block->fresh && block->column + gap + width > page)
		begin_line(block);
	else if (!block->fresh)
		block->column += gap;
	if (!block->fresh)
		text_put(block->text, STYLE_PLAIN, "%*s", (int)gap, "");
	block->column += table_put_text(block->text, style, word, page > block->column ? page - block->column : 0, tail);
	block->fresh = false;
}

/* One that is longer than a line is broken between its words. */
static void put_words(struct block *block, enum style style, char *words, bool tail)
{
	char *word;

	while ((word = strsep(&words, " ")))
		put_word(block, style, word, 1, tail);
}

static void put_pair(struct block *block, const struct table_column *column, enum style style, char *cell)
{
	const size_t title = display_width(column->title), width = title + (title > 0) + display_width(cell);

	if (!block->fresh && block->column + TABLE_GAP + width > block->text->width)
		begin_line(block);
	if (title)
		put_word(block, STYLE_DIM, column->title, TABLE_GAP, false);
	if (block->column + (title > 0) + display_width(cell) <= block->text->width)
		put_word(block, style, cell, title ? 1 : TABLE_GAP, false);
	else
		put_words(block, style, cell, column->tail);
}

static void put_block(const struct table *table, const struct text *text, const struct table_cell *row)
{
	const char *first = table->bytes + row->offset;
	size_t before = display_width(first) - display_width(first + table_lines(first));
	struct block block = {.text = text, .lines = first, .indent = before + INDENT};

	if (before > text->width / 3) {
		block.lines = "";
		block.indent = INDENT;
	}
	block.column = table_put_text(text, row->style, first, text->width, false);
	for (size_t i = 1; i < table->columns_count; i++)
		if (row[i].width)
			put_pair(&block, &table->columns[i], row[i].style, table->bytes + row[i].offset);
	text_put(text, STYLE_PLAIN, "\n");
}

void table_put_blocks(const struct table *table, const struct text *text)
{
	for (size_t i = 0; i + table->columns_count <= table->cells_count; i += table->columns_count)
		put_block(table, text, &table->cells[i]);
}
