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

static unsigned int find_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_col)
		return TEXT_WIDTH;
	return size.ws_col;
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

void text_put(const struct text *text, enum style style, const char *format, ...)
{
	bool coloured = text->colour && style != STYLE_PLAIN;
	va_list args;

	if (coloured)
		fputs(style_codes[style], text->out);
	va_start(args, format);
	vfprintf(text->out, format, args);
	va_end(args);
	if (coloured)
		fputs("\033[0m", text->out);
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
			fprintf(text->out, "\n%*s", (int)indent, "");
			*line = (struct line){.column = indent, .fresh = true};
		}
		fprintf(text->out, "%s%.*s", line->fresh || glued ? "" : " ", (int)bytes, word);
		line->column += width + (!line->fresh && !glued);
		line->fresh = false;
		glued = true;
		word += bytes;
	}
}

void text_paragraph(const struct text *text, unsigned int indent, const char *format, ...)
{
	struct line line = {.fresh = true};
	char *words, *rest, *word;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&words, format, args);
	va_end(args);
	if (length < 0)
		return;

	line.column = strspn(words, " "); /* leading blanks stand: they set the first line in */
	fprintf(text->out, "%*s", (int)line.column, "");
	for (rest = words; (word = strsep(&rest, " "));)
		put_word(text, &line, indent, word);
	fputc('\n', text->out);
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
