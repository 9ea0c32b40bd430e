/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where text goes and what it may use there: colours, characters, width. Paragraphs and styled
 * runs. Knows nothing of the model. Colour repeats what the words say; it never says anything
 * alone.
 */
#ifndef THRACE_UI_TEXT_H
#define THRACE_UI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_STRONG,
	STYLE_RUNNING,
	STYLE_READY,
	STYLE_BLOCKED,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_COUNT,
};

enum glyph {
	GLYPH_BRANCH, /* a child with siblings below it */
	GLYPH_LAST,
	GLYPH_PASS, /* an ancestor's line goes on */
	GLYPH_BLANK,
	GLYPH_MORE, /* left out here */
	GLYPH_ARROW,
	GLYPH_COUNT,
};

enum colour_mode {
	COLOUR_AUTO, /* on a terminal, unless NO_COLOR is set */
	COLOUR_ALWAYS,
	COLOUR_NEVER,
};

#define TEXT_WIDTH 100 /* columns where no terminal tells its own, nor COLUMNS */
#define TEXT_LEAST 20 /* in fewer nothing can be laid out */
#define TEXT_MOST  10000

struct text {
	FILE *out;
	bool utf8;
	bool colour;
	unsigned int width; /* columns */
};

/* Settles what out can show. The locale must have been set (setlocale). */
void text_open(struct text *text, FILE *out, enum colour_mode colour);

/* Writes a styled run. The arguments must be fit for a terminal already (escape()). */
void text_put(const struct text *text, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes words, broken into lines at the width; lines after the first begin with indent blanks.
 * Ends the line. */
void text_paragraph(const struct text *text, unsigned int indent, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same behind what stands on the line already, so many columns of it. */
void text_go_on(const struct text *text, enum style style, size_t column, unsigned int indent, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* What text_put() wrote there before (or after) a styled run. *bytes: how long it is, 0: it is none of that. */
enum style text_style_at(const char *text, size_t *bytes);

const char *text_glyph(const struct text *text, enum glyph glyph);

/* Flushes. Returns 0 or the -errno of the first write that failed. */
int text_finish(const struct text *text);

#endif
