/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A screen as a grid of cells, drawn before any terminal sees it: tests compare grids, term.c shows
 * them. Everything that is put is cut at the edge of its field and of the grid. Knows nothing of
 * terminals, keys and the model.
 */
#ifndef THRACE_UI_CELLS_H
#define THRACE_UI_CELLS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "userspace/ui/text.h"

#define CELL_BYTES 12 /* a character with a mark or two above it */

enum cell_flag {
	CELL_SELECTED = 1, /* under the bar that the arrow keys move */
	CELL_BAR = 2,	   /* titles and key labels */
};

struct cell {
	char text[CELL_BYTES]; /* one character as it is shown; "" is a blank */
	uint8_t width;	       /* columns: 1 or 2; 0: covered by the wide one to the left */
	uint8_t style;	       /* enum style of the character */
	uint8_t ground;	       /* enum style whose colour is the ground; STYLE_PLAIN: the terminal's */
	uint8_t flags;	       /* enum cell_flag */
};

struct cells {
	unsigned int columns, rows;
	bool utf8; /* the terminal takes UTF-8 */
	struct cell *cell;
};

/* Where something is drawn. */
struct area {
	unsigned int row, column, rows, columns;
};

/* Makes the grid so large, and blank. Returns 0, or -ENOMEM with the grid as it was. */
int cells_resize(struct cells *cells, unsigned int columns, unsigned int rows);
void cells_clear(struct cells *cells);
void cells_free(struct cells *cells);

/* NULL outside the grid. */
struct cell *cells_at(const struct cells *cells, unsigned int row, unsigned int column);

/*
 * Writes text into a field of so many columns; what does not fit is cut, and an ellipsis says so.
 * Bytes that no terminal should see (escape() was forgotten) become '?'. Returns the columns taken.
 */
unsigned int cells_put(struct cells *cells, unsigned int row, unsigned int column,
		       unsigned int width, enum style style, const char *text);
unsigned int cells_format(struct cells *cells, unsigned int row, unsigned int column,
			  unsigned int width, enum style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The same, to the right end of the field. */
void cells_put_right(struct cells *cells, unsigned int row, unsigned int column, unsigned int width,
		     enum style style, const char *text);
void cells_glyph(struct cells *cells, unsigned int row, unsigned int column, enum style style,
		 enum style ground, const char *glyph);
/* Sets flags on a stretch of a row. */
void cells_flag(struct cells *cells, unsigned int row, unsigned int column, unsigned int width,
		enum cell_flag flag);

/* The grid as text, a line a row without blanks at its end. styles: a second grid follows, with a
 * letter for each cell that is not plain. */
void cells_print(const struct cells *cells, FILE *out, bool styles);

#endif
