/* SPDX-License-Identifier: GPL-2.0-only
 *
 * SVG: the timeline as one still picture, for papers and slides. Height and pattern repeat what colour says (Okabe and
 * Ito's palette, told apart by colour-blind readers and in grey print).
 */
#include "userspace/export/exporters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include "userspace/export/lanes.h"

#define SHOWN_LANES 40
#define WIDTH	    1200
#define LEFT	    190 /* of the plot: names stand before it */
#define PLOT	    980
#define TOP	    64
#define ROW	    24
#define BAR	    16
#define LETTER	    6.2 /* about the width of one, at the size of the words in bars */

struct picture {
	FILE *out;
	const struct lanes *lanes;
	uint64_t span_ns; /* of the whole */
	double y; /* of the row under way */
};

static const struct look {
	const char *fill, *legend;
	int height;
} looks[LANE_CLASSES] = {
	[LANE_RUNNING] = {"#009e73", "Running", BAR},
	[LANE_READY] = {"url(#ready)", "Ready, no CPU yet", BAR - 4},
	[LANE_JOIN] = {"#cc79a7", "waits for a thread or process", BAR - 6},
	[LANE_LOCK] = {"#d55e00", "waits for a lock, condition, queue", BAR - 6},
	[LANE_SLEEP] = {"url(#sleep)", "sleeps", BAR - 10},
	[LANE_IO] = {"#56b4e9", "waits for input, output, disk", BAR - 8},
	[LANE_OTHER] = {"url(#other)", "another wait", BAR - 8},
	[LANE_UNKNOWN] = {"url(#unknown)", "not known", BAR - 12},
};

static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			fputc(*text, out);
	}
}

static double x_of(const struct picture *picture, uint64_t at_ns)
{
	uint64_t since_ns = at_ns > picture->lanes->origin_ns ? at_ns - picture->lanes->origin_ns : 0;

	if (since_ns > picture->span_ns)
		since_ns = picture->span_ns;
	return LEFT + (double)since_ns / picture->span_ns * PLOT;
}

static void put_head(struct picture *picture, double height, const char *title)
{
	FILE *out = picture->out;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
		"font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" font-size=\"12\" role=\"img\">\n<title>",
		WIDTH, height, WIDTH, height);
	put_text(out, title);
	fputs("</title>\n<defs>\n"
	      "<pattern id=\"ready\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
	      "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#f6d58b\"/>"
	      "<rect width=\"3\" height=\"6\" fill=\"#e69f00\"/></pattern>\n"
	      "<pattern id=\"sleep\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">"
	      "<rect width=\"4\" height=\"4\" fill=\"#dcdfe3\"/><rect width=\"1\" height=\"4\" fill=\"#9aa1a9\"/>"
	      "</pattern>\n"
	      "<pattern id=\"other\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
	      "<rect width=\"5\" height=\"5\" fill=\"#c9c3d6\"/><circle cx=\"2.5\" cy=\"2.5\" r=\"1.2\" "
	      "fill=\"#6b5b95\"/></pattern>\n"
	      "<pattern id=\"unknown\" width=\"8\" height=\"4\" patternUnits=\"userSpaceOnUse\">"
	      "<rect width=\"4\" height=\"4\" fill=\"#8a9099\"/></pattern>\n"
	      "<marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
	      "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#30363d\"/></marker>\n"
	      "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n", out);
	fprintf(out, "<text x=\"16\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1f2328\">");
	put_text(out, title);
	fputs("</text>\n", out);
}

/* A step of 1, 2 or 5 times a power of ten that cuts the time into some eight parts. */
static uint64_t step_of(uint64_t span_ns)
{
	uint64_t step_ns = 1;

	while (step_ns * 10 < span_ns)
		step_ns *= 10;
	if (span_ns / step_ns < 2)
		return step_ns < 5 ? 1 : step_ns / 5;
	return span_ns / step_ns < 5 ? (step_ns < 2 ? 1 : step_ns / 2) : step_ns;
}

static void put_time(FILE *out, uint64_t at_ns, uint64_t step_ns)
{
	if (step_ns >= 100000000)
		fprintf(out, "%.*f s", step_ns >= 1000000000 ? 0 : 1, at_ns / 1e9);
	else if (step_ns >= 100000)
		fprintf(out, "%.*f ms", step_ns >= 1000000 ? 0 : 1, at_ns / 1e6);
	else
		fprintf(out, "%.*f us", step_ns >= 1000 ? 0 : 1, at_ns / 1e3);
}

static void put_axis(const struct picture *picture, double bottom)
{
	uint64_t step_ns = step_of(picture->span_ns);

	for (uint64_t at_ns = 0; at_ns <= picture->span_ns; at_ns += step_ns) {
		double x = x_of(picture, picture->lanes->origin_ns + at_ns);

		fprintf(picture->out,
			"<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#d8dee4\"/>"
			"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\" fill=\"#57606a\">",
			x, TOP - 8, x, bottom, x, TOP - 14);
		put_time(picture->out, at_ns, step_ns);
		fputs("</text>\n", picture->out);
	}
}

/* Buckets of one class in a row make one bar. */
static void put_bars(const struct picture *picture, const struct lane *lane)
{
	const struct lanes *lanes = picture->lanes;

	for (size_t from = 0, to; from < LANE_BUCKETS; from = to) {
		enum lane_class class = lane_at(lane, from);
		double x, width;

		for (to = from + 1; to < LANE_BUCKETS && lane_at(lane, to) == class; to++)
			;
		if (class == LANE_NOTHING)
			continue;
		x = x_of(picture, lanes->origin_ns + from * lanes->bucket_ns);
		width = x_of(picture, lanes->origin_ns + to * lanes->bucket_ns) - x;
		fprintf(picture->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", x,
			picture->y + (BAR - looks[class].height) / 2.0, width < 0.6 ? 0.6 : width,
			looks[class].height, looks[class].fill);
	}
}

static void put_words(const struct picture *picture, const struct lane *lane)
{
	for (size_t i = 0; i < lane->waits_count; i++) {
		const struct lane_wait *wait = &lane->waits[i];
		double x = x_of(picture, wait->begin_ns), width = x_of(picture, wait->end_ns) - x;
		size_t letters = 0;

		for (const char *at = wait->words.text; *at; at++)
			letters += (*at & 0xc0) != 0x80;
		if (letters * LETTER + 8 > width)
			continue;
		fprintf(picture->out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#ffffff\"/>"
			"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11\" fill=\"#1f2328\">",
			x + (width - letters * LETTER) / 2 - 3, picture->y, letters * LETTER + 6, BAR, x + width / 2,
			picture->y + BAR - 4);
		put_text(picture->out, wait->words.text);
		fputs("</text>\n", picture->out);
	}
}

static void put_name(const struct picture *picture, const char *name, uint32_t tid, bool leader)
{
	char cut[4 * 20 + 4];
	size_t used = 0, letters = 0;

	for (; name[used] && used < sizeof(cut) - 4; used++) {
		letters += (name[used] & 0xc0) != 0x80;
		if (letters > 18 && (name[used] & 0xc0) != 0x80)
			break;
		cut[used] = name[used];
	}
	snprintf(cut + used, sizeof(cut) - used, "%s", name[used] ? "\xe2\x80\xa6" : "");
	fprintf(picture->out, "<text x=\"%d\" y=\"%.1f\" fill=\"#1f2328\"%s>", leader ? 16 : 30, picture->y + BAR - 4,
		leader ? " font-weight=\"bold\"" : "");
	put_text(picture->out, cut);
	if (tid)
		fprintf(picture->out, "</text><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"11\" "
			"fill=\"#57606a\">%" PRIu32, LEFT - 10, picture->y + BAR - 4, tid);
	fputs("</text>\n", picture->out);
}

/* Row of a lane; count: it has none. */
static size_t row_of(const struct lanes *lanes, uint64_t serial)
{
	for (size_t i = 0; i < lanes->count; i++)
		if (serial && lanes->all[i]->serial == serial)
			return i;
	return lanes->count;
}

static void put_arrow(const struct picture *picture, double x, size_t from, size_t to, const char *stroke)
{
	double from_y = TOP + from * ROW + BAR / 2.0, to_y = TOP + to * ROW + (to > from ? 0 : BAR);

	fprintf(picture->out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#30363d\" %s "
		"marker-end=\"url(#tip)\"/>\n", x, from_y, x, to_y, stroke);
}

/* Who created whom, and whose end a long join waited for. */
static void put_arrows(const struct picture *picture)
{
	const struct lanes *lanes = picture->lanes;

	for (size_t i = 0; i < lanes->count; i++) {
		const struct lane *lane = lanes->all[i];
		size_t creator = row_of(lanes, lane->creator_serial);

		if (lane->born && creator < lanes->count)
			put_arrow(picture, x_of(picture, lane->first_ns), creator, i, "stroke-opacity=\"0.55\"");
		for (size_t k = 0; k < lane->waits_count; k++) {
			size_t on = row_of(lanes, lane->waits[k].on_serial);

			if (lane->waits[k].class == LANE_JOIN && on < lanes->count && lanes->all[on]->ended)
				put_arrow(picture, x_of(picture, lane->waits[k].end_ns), on, i,
					  "stroke-dasharray=\"3 2\"");
		}
	}
}

static void put_legend(const struct picture *picture)
{
	double x = 16, y = picture->y + 18;

	for (int class = LANE_RUNNING; class < LANE_CLASSES; class++) {
		fprintf(picture->out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"22\" height=\"%d\" fill=\"%s\"/>"
			"<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" fill=\"#1f2328\">%s</text>\n",
			x, y + (BAR - looks[class].height) / 2.0, looks[class].height, looks[class].fill, x + 28, y + 12,
			looks[class].legend);
		x += 232;
		if (class == LANE_LOCK) {
			x = 16;
			y += 22;
		}
	}
	fprintf(picture->out, "<text x=\"16\" y=\"%.1f\" font-size=\"11\" fill=\"#57606a\">Arrows: "
		"a thread creates another; dashed: its end is what a join waited for.</text>\n", y + 38);
}

/* How far the picture is to be believed. */
static void put_trust(const struct picture *picture, const struct model *model)
{
	fprintf(picture->out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"11\" fill=\"#57606a\">",
		LEFT + PLOT, picture->y + 78);
	if (model->begin.source == BEGIN_SOURCE_PROCFS)
		fputs("Sampled: what happened between two looks is not seen. ", picture->out);
	if (model->cut)
		fputs("Cut off: the recording has no end. ", picture->out);
	if (model->lost)
		fprintf(picture->out, "%" PRIu64 " records were lost: there are gaps.</text>\n", model->lost);
	else
		fputs("Nothing lost.</text>\n", picture->out);
}

static void draw(struct export *export, struct picture *picture)
{
	const struct lanes *lanes = picture->lanes;
	size_t rows = lanes->count + (lanes->rest_threads ? 1 : 0);
	double bottom = TOP + rows * ROW;
	const char *title = export->title;
	char words[EXPORT_NAME_BYTES + 64];

	if (!title) {
		snprintf(words, sizeof(words), "%s (pid %" PRIu32 "), its threads",
			 lanes->count ? lanes->all[0]->process_name.text : "nobody", lanes->count ? lanes->all[0]->pid : 0);
		title = words;
	}
	put_head(picture, bottom + 112, title);
	put_axis(picture, bottom);
	for (size_t i = 0; i < lanes->count; i++) {
		const struct lane *lane = lanes->all[i];

		picture->y = TOP + i * ROW;
		put_name(picture, lane->name.text, lane->tid, lane->tid == lane->pid);
		put_bars(picture, lane);
		put_words(picture, lane);
	}
	if (lanes->rest_threads) {
		picture->y = TOP + lanes->count * ROW;
		snprintf(words, sizeof(words), "%" PRIu64 " more threads", lanes->rest_threads);
		put_name(picture, words, 0, true);
		put_bars(picture, lanes->rest);
	}
	put_arrows(picture);
	picture->y = bottom;
	put_legend(picture);
	put_trust(picture, export->model);
	fputs("</svg>\n", export->out);
}

static void begin(struct export *export)
{
	export->state = calloc(1, sizeof(struct lanes));
	if (!export->state)
		export_fail(export, -ENOMEM);
}

static void span(struct export *export, const struct span *span)
{
	struct lanes *lanes = export->state;
	int error;

	lanes->origin_ns = export->first_ns;
	error = lanes_add(lanes, span);
	if (error)
		export_fail(export, error);
}

static void thread(struct export *export, const struct thread *thread)
{
	lanes_finish(export->state, thread);
}

static void end(struct export *export)
{
	struct lanes *lanes = export->state;
	struct picture picture = {.out = export->out, .lanes = lanes};
	int error;

	if (!lanes)
		return;
	error = lanes_keep(lanes, SHOWN_LANES);
	if (error)
		export_fail(export, error);
	if (!lanes->bucket_ns) {
		lanes->bucket_ns = 1;
		lanes->origin_ns = export->first_ns;
	}
	picture.span_ns = export->model->now_ns - lanes->origin_ns;
	if (!picture.span_ns)
		picture.span_ns = 1;
	if (!export->error)
		draw(export, &picture);
	lanes_free(lanes);
	free(lanes);
}

const struct exporter exporter_svg = {
	.name = "svg",
	.summary = "the timeline as a picture, for papers and slides",
	.begin = begin,
	.span = span,
	.thread = thread,
	.end = end,
};
