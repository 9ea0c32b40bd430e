// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/learn/learn_page.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/view.h"
#include "userspace/util/stream.h"

/* Colours as on the terminal, on light and on dark; nothing is fetched from anywhere. */
static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1c2126;--paper:#fdfdfb;--dim:#66707a;--line:#d9dcd6;--code:#f3f4f0;"
    "--run:#1a7f37;--ready:#9a6700;--blocked:#0a6f8f;--bad:#b3261e;--link:#0b57b0}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e3e6e3;--paper:#16191c;--dim:#98a2ab;--line:#"
    "343a40;"
    "--code:#1f2428;--run:#57c86f;--ready:#dfb04a;--blocked:#5cc4e0;--bad:#ff8a80;--link:#8ab8ff}}"
    "body{font:17px/1.6 system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft "
    "YaHei',sans-serif;color:var(--ink);"
    "background:var(--paper);max-width:62rem;margin:0 auto;padding:1.5rem}"
    "h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 1rem}h2{font-size:1.15rem;margin:2rem 0 "
    ".4rem}"
    "a{color:var(--link)}p,ol{max-width:44rem}.chapter,.note,.nav,pre "
    ".s2{color:var(--dim)}.note{font-size:.9rem}"
    "pre{font:13.5px/1.45 ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK "
    "SC',monospace;"
    "background:var(--code);border:1px solid var(--line);border-radius:6px;padding:.7rem "
    ".9rem;overflow-x:auto}"
    "pre.command{background:none;border:0;padding:0;margin:1.2rem 0 .3rem;font-weight:600}"
    "pre .s32{color:var(--run)}pre .s33{color:var(--ready)}pre .s36{color:var(--blocked)}pre "
    ".s1{font-weight:600}"
    "pre .s1_31{color:var(--bad);font-weight:600}"
    ".picture svg{width:100%;height:auto;border:1px solid var(--line);border-radius:6px}"
    "summary{cursor:pointer;font-weight:600;color:var(--link);margin:1rem 0}"
    ".answer{border-left:4px solid var(--run);padding:.2rem 1rem;margin:2rem "
    "0}.nav{display:flex;gap:1.5rem;"
    "flex-wrap:wrap;border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1rem}"
    "ul.lessons{list-style:none;padding:0}ul.lessons li{display:flex;gap:1rem;padding:.15rem 0}"
    "ul.lessons .number{color:var(--dim);min-width:2ch;text-align:right}";

const char *page_name(const struct lesson *lesson, char *name)
{
	snprintf(name, PAGE_NAME_BYTES, "%02u-%s.html", lesson->number, lesson->name);
	return name;
}

void page_escape(FILE *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		const unsigned char byte = text[i];

		if (byte == '&')
			fputs("&amp;", out);
		else if (byte == '<')
			fputs("&lt;", out);
		else if (byte == '>')
			fputs("&gt;", out);
		else if (byte == '"')
			fputs("&quot;", out);
		else if ((byte >= 32 && byte != 127) || byte == '\n' || byte == '\t')
			fputc(byte, out);
		else
			fprintf(out, "\\x%02x", byte);
	}
}

static void element(FILE *out, const char *open, const char *text, const char *close)
{
	fputs(open, out);
	page_escape(out, text, strlen(text));
	fputs(close, out);
}

void page_top(FILE *out, const struct learn *learn, const char *title)
{
	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		learn->lang);
	element(out, "<title>", title, "</title>\n");
	fprintf(out, "<style>%s</style></head><body>\n", style);
}

void page_bottom(FILE *out)
{
	fputs("</body></html>\n", out);
}

static int begin(void *context, const struct learn *learn, const struct lesson *lesson)
{
	struct html_page *page = context;
	char title[256];

	snprintf(title, sizeof(title), "%u  %s", lesson->number, tr(&learn->course, lesson->title));
	page_top(page->out, learn, title);
	element(page->out, "<div class=\"chapter\">", tr(&learn->course, lesson->chapter),
		"</div>\n");
	element(page->out, "<h1>", title, "</h1>\n");
	return 0;
}

static void heading(void *context, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<h2>", words, "</h2>\n");
}

static void paragraph(void *context, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<p>", words, "</p>\n");
}

static void note(void *context, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<p class=\"note\">", words, "</p>\n");
}

static void choices(void *context, const char *const *words, size_t count)
{
	struct html_page *page = context;

	fputs("<ol>\n", page->out);
	for (size_t i = 0; i < count; i++)
		element(page->out, "<li>", words[i], "</li>\n");
	fputs("</ol>\n<details>", page->out);
	element(page->out, "<summary>", tr(&page->learn->course, "Run it, and see"),
		"</summary>\n");
	page->folded = true;
}

static void source(void *context, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<pre>", words, "</pre>\n");
}

static void command(void *context, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<pre class=\"command\">$ ", words, "</pre>\n");
}

/* Lines kept of what a program printed: a page is read, not searched. */
#define OUTPUT_LINES 40

static void output(void *context, const struct learn *learn, const char *words, size_t bytes)
{
	const struct html_page *page = context;
	size_t kept = 0, lines = 0, left_out = 0;
	char *text;

	if (!bytes)
		return;
	for (size_t i = 0; i < bytes; i++) {
		if (words[i] != '\n')
			continue;
		if (++lines <= OUTPUT_LINES)
			kept = i + 1;
		else
			left_out++;
	}
	if (!left_out)
		kept = bytes;
	fputs("<pre>", page->out);
	page_escape(page->out, words, kept);
	fputs("</pre>\n", page->out);
	if (!left_out || asprintf(&text, tr(&learn->course, "(%zu lines left out)"), left_out) < 0)
		return;
	note(context, text);
	free(text);
}

/* The terminal's page with its colours: "\033[1;31m" becomes <span class="s1_31">. */
static void put_coloured(FILE *out, const char *text)
{
	while (*text) {
		const char *escape = strchr(text, '\033'),
			   *end = escape ? strchr(escape, 'm') : NULL;

		if (!end || escape[1] != '[') {
			page_escape(out, text, strlen(text));
			return;
		}
		page_escape(out, text, escape - text);
		text = end + 1;
		if (escape[2] == '0') {
			fputs("</span>", out);
			continue;
		}
		fputs("<span class=\"s", out);
		for (const char *code = escape + 2; code < end; code++)
			fputc(*code == ';' ? '_' : *code, out);
		fputs("\">", out);
	}
}

static void report(void *context, const struct model *model)
{
	const struct html_page *page = context;
	struct text text = {.utf8 = true, .colour = true, .width = TEXT_WIDTH};
	char *bytes = NULL;
	size_t size;

	text.out = open_memstream(&bytes, &size);
	if (!text.out)
		return;
	view_find("run")->draw(model, &text, false);
	if (fclose(text.out))
		return;
	fputs("<pre>", page->out);
	put_coloured(page->out, bytes);
	fputs("</pre>\n", page->out);
	free(bytes);
}

static void picture(void *context, const char *svg, size_t bytes)
{
	const struct html_page *page = context;

	fputs("<div class=\"picture\">", page->out);
	fwrite(svg, 1, bytes, page->out);
	fputs("</div>\n", page->out);
}

static void answer(void *context, const char *title, const char *words)
{
	const struct html_page *page = context;

	element(page->out, "<div class=\"answer\"><p><strong>", title, "</strong></p>\n");
	element(page->out, "<p>", words, "</p></div>\n");
}

static int end(void *context)
{
	struct html_page *page = context;

	if (page->folded)
		fputs("</details>\n", page->out);
	return stream_error(page->out);
}

const struct page_ops page_html_ops = {
    .begin = begin,
    .heading = heading,
    .paragraph = paragraph,
    .note = note,
    .choices = choices,
    .source = source,
    .command = command,
    .output = output,
    .report = report,
    .picture = picture,
    .answer = answer,
    .end = end,
};
