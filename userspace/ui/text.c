// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/text.h"
#include "userspace/ui/escape.h"
#include "userspace/util/stream.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const style_codes[STYLE_COUNT] = {
    [STYLE_PLAIN] = "",		  [STYLE_DIM] = "\033[2m",    [STYLE_STRONG] = "\033[1m",
    [STYLE_RUNNING] = "\033[32m", [STYLE_READY] = "\033[33m", [STYLE_BLOCKED] = "\033[36m",
    [STYLE_GOOD] = "\033[32m",	  [STYLE_BAD] = "\033[1;31m",
};

static const char *const glyphs[GLYPH_COUNT][2] = {
    /* ASCII, UTF-8 */
    [GLYPH_BRANCH] = {"|- ", "├─ "}, [GLYPH_LAST] = {"`- ", "└─ "}, [GLYPH_PASS] = {"|  ", "│  "},
    [GLYPH_BLANK] = {"   ", "   "},  [GLYPH_MORE] = {"...", "…"},   [GLYPH_ARROW] = {"->", "→"},
};

static bool wants_colour(FILE *out, enum colour_mode mode)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	if (mode != COLOUR_AUTO)
		return mode == COLOUR_ALWAYS;
	if ((no_color && *no_color) || (terminal && !strcmp(terminal, "dumb")))
		return false;
	return isatty(fileno(out));
}

/* As who starts a program for a window of theirs says it. */
static unsigned int asked_width(void)
{
	const char *columns = getenv("COLUMNS");
	unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;

	return width >= TEXT_LEAST && width <= TEXT_MOST ? (unsigned int)width : TEXT_WIDTH;
}

static unsigned int find_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_col)
		return asked_width();
	return size.ws_col < TEXT_LEAST ? TEXT_LEAST : size.ws_col;
}

void text_open(struct text *text, FILE *out, enum colour_mode colour)
{
	*text = (struct text){
	    .out = out,
	    .utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	    .colour = wants_colour(out, colour),
	    .width = find_width(out),
	};
}

static void put_style(const struct text *text, enum style style, bool on)
{
	if (text->colour && style != STYLE_PLAIN)
		fputs(on ? style_codes[style] : "\033[0m", text->out);
}

void text_put(const struct text *text, enum style style, const char *format, ...)
{
	va_list args;

	put_style(text, style, true);
	va_start(args, format);
	vfprintf(text->out, format, args);
	va_end(args);
	put_style(text, style, false);
}

enum style text_style_at(const char *text, size_t *bytes)
{
	static const char plain[] = "\033[0m";

	for (int style = STYLE_PLAIN + 1; style < STYLE_COUNT; style++) {
		*bytes = strlen(style_codes[style]);
		if (!strncmp(text, style_codes[style], *bytes))
			return (enum style)style;
	}
	*bytes = strncmp(text, plain, sizeof(plain) - 1) ? 0 : sizeof(plain) - 1;
	return STYLE_PLAIN;
}

/* Where a paragraph's line stands. */
struct line {
	size_t column;
	bool fresh; /* nothing stands on it yet */
	enum style style;
};

/* One word, in pieces where it may be broken. */
static void put_word(const struct text *text, struct line *line, unsigned int indent,
		     const char *word)
{
	bool glued = false; /* to the piece before it */

	while (*word) {
		const size_t bytes = display_piece(word), left = display_width(word);
		const size_t width = left - display_width(word + bytes);
		const bool blank = !line->fresh && !glued;

		if (!line->fresh && line->column + blank + width > text->width) {
			put_style(text, line->style, false);
			fprintf(text->out, "\n%*s", (int)indent, "");
			put_style(text, line->style, true);
			line->column = indent;
			line->fresh = true;
		}
		fprintf(text->out, "%s%.*s", line->fresh || glued ? "" : " ", (int)bytes, word);
		line->column += width + (!line->fresh && !glued);
		line->fresh = false;
		glued = true;
		word += bytes;
	}
}

static void put_paragraph(const struct text *text, struct line line, unsigned int indent, char *words)
{
	char *word;

	put_style(text, line.style, true);
	while ((word = strsep(&words, " ")))
		put_word(text, &line, indent, word);
	put_style(text, line.style, false);
	fputc('\n', text->out);
}

/* The caller's to free; NULL: no memory. */
static char *format_words(const char *format, va_list args)
{
	char *words;

	return vasprintf(&words, format, args) < 0 ? NULL : words;
}

void text_paragraph(const struct text *text, unsigned int indent, const char *format, ...)
{
	struct line line = {.fresh = true};
	va_list args;
	char *words;

	va_start(args, format);
	words = format_words(format, args);
	va_end(args);
	if (!words)
		return;
	line.column = strspn(words, " "); /* leading blanks stand: they set the first line in */
	fprintf(text->out, "%*s", (int)line.column, "");
	put_paragraph(text, line, indent, words);
	free(words);
}

void text_go_on(const struct text *text, enum style style, size_t column, unsigned int indent, const char *format, ...)
{
	const struct line line = {.column = column, .fresh = true, .style = style};
	va_list args;
	char *words;

	va_start(args, format);
	words = format_words(format, args);
	va_end(args);
	if (!words)
		return;
	put_paragraph(text, line, indent, words);
	free(words);
}

const char *text_glyph(const struct text *text, enum glyph glyph)
{
	return glyphs[glyph][text->utf8];
}

int text_finish(const struct text *text)
{
	return stream_finish(text->out);
}
