/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Raw bytes made fit for a terminal: what a stranger may have put into a thread's name never moves
 * the cursor, changes a colour or turns the writing direction. Knows nothing of what the text
 * means.
 */
#ifndef THRACE_UI_ESCAPE_H
#define THRACE_UI_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#define ESCAPE_BYTES(raw_bytes) ((raw_bytes)*8 + 1) /* room for the worst name of so many bytes */

/*
 * Writes raw, a string, to out: printable characters as they are, the rest as \n, \t, \xNN or
 * \u{NNNN}; a backslash as
 * \\, so that two different names never look the same. utf8: the terminal takes UTF-8; else only
 * ASCII goes out as it is. Cuts at a whole character when out is full. Returns out.
 */
char *escape(char *out, size_t size, const char *raw, bool utf8);

/* Columns that a string takes on the terminal. Bytes that are no UTF-8 count one each. */
size_t display_width(const char *text);

/*
 * Bytes of the longest beginning that a line's end may not come into: to the next place where one
 * may stand. Chinese and Japanese are written without blanks: between two of their characters there
 * is such a place, but not before a mark that closes, nor behind one that opens.
 */
size_t display_piece(const char *text);

/* Bytes of the character that text begins with; *columns: how many it takes. */
size_t display_step(const char *text, size_t *columns);

/* Bytes of the longest beginning that takes no more than columns, ending between two characters. */
size_t display_cut(const char *text, size_t columns);

#endif
