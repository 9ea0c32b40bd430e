/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Tables of text: cells are gathered, then laid out in columns as wide as their widest cell; a
 * table that is wider than the page takes the room from its elastic columns. Where that is not
 * enough, each row becomes a block of lines, its cells with their titles one behind the other. All
 * cells live in one buffer, so that 100,000 rows cost bytes, not allocations.
 */
#ifndef THRACE_UI_TABLE_H
#define THRACE_UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include "userspace/ui/text.h"

/* When is a column left out of a page that is too narrow? */
enum table_spare {
	SPARE_NEVER,
	SPARE_RATHER, /* before any other is cut: another column says the same in another way */
	SPARE_AT_LAST, /* when it still does not fit with all cut down to their least widths */
};

struct table_column {
	const char *title;
	bool right;	    /* numbers */
	unsigned int least; /* elastic down to this width when the page is too narrow; 0: keeps its
			     * width. What is cut ends in an ellipsis */
	bool tail; /* its end says more: what is cut is its beginning */
	enum table_spare spare;
};

struct table_cell;

struct table {
	const struct table_column *columns;
	size_t columns_count;
	struct table_cell *cells;
	size_t cells_count, cells_room;
	char *bytes;
	size_t bytes_count, bytes_room;
	bool failed; /* out of memory: rows are missing */
};

#define TABLE(columns_array)                                                                       \
	{                                                                                          \
		.columns = (columns_array),                                                        \
		.columns_count = sizeof(columns_array) / sizeof(*(columns_array))                  \
	}

/* Fills the next cell; rows follow from the number of columns. The text must be fit for a terminal
 * (escape()). */
void table_cell(struct table *table, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes titles and rows, and gives the cells back. A column whose every cell is empty is left out.
 */
void table_print(struct table *table, const struct text *text);

#endif
