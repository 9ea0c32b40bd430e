// SPDX-License-Identifier: GPL-2.0-only
/* A lesson on the terminal, or as plain text in a pipe. */
#include <stdlib.h>
#include <string.h>
#include "userspace/cmd/learn/learn.h"
#include "userspace/ui/escape.h"
#include "userspace/view/view.h"

#define INDENT	   "  "
#define LINE_BYTES 512

static int begin(void *page, const struct learn *learn, const struct lesson *lesson)
{
	const struct text *text = page;

	text_put(text, STYLE_DIM, "%s\n", tr(&learn->course, lesson->chapter));
	text_put(text, STYLE_STRONG, "%u  %s\n\n", lesson->number,
		 tr(&learn->course, lesson->title));
	return 0;
}

static void heading(void *page, const char *words)
{
	text_put(page, STYLE_STRONG, "\n%s\n", words);
}

static void paragraph(void *page, const char *words)
{
	text_paragraph(page, 0, "%s", words);
}

static void note(void *page, const char *words)
{
	const struct text *text = page;

	/* A paragraph has no style of its own: what is aside is set in. */
	text_paragraph(text, 2, INDENT "%s", words);
}

static void choices(void *page, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_paragraph(page, 5, INDENT "%zu  %s", i + 1, words[i]);
}

/* One line set in; a tab is four blanks. What a program printed may hold anything: it is shown, not
 * done. */
static void line(const struct text *text, enum style style, char *words, bool trusted)
{
	char shown[ESCAPE_BYTES(LINE_BYTES)];

	text_put(text, STYLE_PLAIN, INDENT);
	for (char *tabbed; (tabbed = strsep(&words, "\t"));)
		text_put(text, style, "%s%s",
			 trusted ? tabbed : escape(shown, sizeof(shown), tabbed, text->utf8),
			 words ? "    " : "");
	text_put(text, STYLE_PLAIN, "\n");
}

/* A line that is too long goes on in the next. */
static void lines(const struct text *text, enum style style, const char *words, size_t bytes,
		  bool trusted)
{
	char piece[LINE_BYTES];

	while (bytes) {
		const char *end = memchr(words, '\n', bytes);
		size_t length = end ? (size_t)(end - words) : bytes;

		if (length >= sizeof(piece)) {
			length = sizeof(piece) - 1;
			end = NULL;
		}
		snprintf(piece, sizeof(piece), "%.*s", (int)length, words);
		line(text, style, piece, trusted);
		words += length + !!end;
		bytes -= length + !!end;
	}
}

static void source(void *page, const char *words)
{
	lines(page, STYLE_DIM, words, strlen(words), true);
}

static void command(void *page, const char *words)
{
	text_put(page, STYLE_STRONG, "\n$ %s\n", words);
}

/* Of a long output the beginning and the end. */
static void output(void *page, const struct learn *learn, const char *words, size_t bytes)
{
	const size_t most = 40, tail = 4;
	size_t count = 0, head_bytes = 0, tail_bytes = 0, seen = 0;

	for (size_t i = 0; i < bytes; i++)
		count += words[i] == '\n';
	if (count <= most) {
		lines(page, STYLE_PLAIN, words, bytes, false);
		return;
	}
	for (size_t i = 0; i < bytes; i++) {
		if (words[i] != '\n')
			continue;
		seen++;
		if (seen == most - tail)
			head_bytes = i + 1;
		if (seen == count - tail)
			tail_bytes = i + 1;
	}
	lines(page, STYLE_PLAIN, words, head_bytes, false);
	text_put(page, STYLE_DIM, INDENT);
	text_put(page, STYLE_DIM, tr(&learn->course, "(%zu lines left out)"), count - most);
	text_put(page, STYLE_DIM, "\n");
	lines(page, STYLE_PLAIN, words + tail_bytes, bytes - tail_bytes, false);
}

static void report(void *page, const struct model *model)
{
	text_put(page, STYLE_PLAIN, "\n");
	view_find("run")->draw(model, page, false);
}

static void answer(void *page, const char *title, const char *words)
{
	text_put(page, STYLE_STRONG, "\n%s\n", title);
	text_paragraph(page, 0, "%s", words);
}

static int end(void *page)
{
	text_put(page, STYLE_PLAIN, "\n");
	return text_finish(page);
}

const struct page_ops page_text_ops = {
    .begin = begin,
    .heading = heading,
    .paragraph = paragraph,
    .note = note,
    .choices = choices,
    .source = source,
    .command = command,
    .output = output,
    .report = report,
    .answer = answer,
    .end = end,
};
