/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the two ways to lay a table out share.
 */
#ifndef THRACE_UI_TABLE_PRIVATE_H
#define THRACE_UI_TABLE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include "userspace/ui/table.h"

#define TABLE_GAP 2 /* blanks between columns */

struct table_cell {
	size_t offset; /* in table->bytes */
	uint32_t width;
	enum style style;
};

/* Writes a cell in so many columns, with an ellipsis for what does not fit: its end, or with tail its beginning. Returns
 * the columns that it took. */
size_t table_put_text(const struct text *text, enum style style, const char *cell, size_t width, bool tail);

/* Bytes of the lines and blanks that a cell begins with, when it stands below another. */
size_t table_lines(const char *cell);

/* For a page that is too narrow for columns: each row a block of its own, cell by cell with its title. */
void table_put_blocks(const struct table *table, const struct text *text);

#endif
