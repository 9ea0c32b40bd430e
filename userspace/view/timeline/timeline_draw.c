// SPDX-License-Identifier: GPL-2.0-only
/* A row for each thread: who it is, by whom it was created, and its time. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/units.h"
#include "userspace/view/glyphs.h"
#include "userspace/view/timeline/timeline_private.h"
#include "userspace/view/words.h"

#define ROWS_SHOWN  48 /* more of them only with -v */
#define NAME_LEAST  6
#define TID_LEAST   3
#define NAME_MOST   20
#define CHART_LEAST 10
#define TICK_LEAST  12 /* columns from one time to the next */

static const char keys[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

struct row {
	const struct thread *thread;
	const struct lane *lane;
};

struct chart {
	const struct timeline *timeline;
	const struct model *model;
	const struct text *text;
	struct row *rows;
	size_t count, shown;
	uint64_t begin_ns, length_ns;
	unsigned int name_width, tid_width, columns;
	/* what the legend has to explain */
	bool runs, ready, blocked, joins, wakes, ends[END_COUNT];
};

static char key_of(const struct chart *chart, uint64_t serial)
{
	for (size_t i = 0; i < chart->shown && i < sizeof(keys) - 1; i++)
		if (chart->rows[i].thread->serial == serial)
			return keys[i];
	return '*';
}

static int find_rows(struct chart *chart, bool verbose)
{
	size_t room = 0;

	process_for_each (chart->model, process)
		room += process->threads_count;
	chart->rows = calloc(room + 1, sizeof(*chart->rows));
	if (!chart->rows)
		return -ENOMEM;
	process_for_each (chart->model, process) {
		thread_for_each (process, thread) {
			const struct lane *lane = map_get(&chart->timeline->lanes, thread->serial);

			if (lane && chart->count < room)
				chart->rows[chart->count++] = (struct row){thread, lane};
		}
	}
	chart->shown = verbose || chart->count <= ROWS_SHOWN ? chart->count : ROWS_SHOWN;
	return 0;
}

static void measure(struct chart *chart)
{
	unsigned int fixed = 2 + 1 + 4 + 1; /* key, gap, by, the end's mark */

	chart->name_width = NAME_LEAST;
	chart->tid_width = TID_LEAST;
	for (size_t i = 0; i < chart->shown; i++) {
		unsigned int width =
		    (unsigned int)display_width(thread_label(chart->rows[i].thread, chart->text).text);

		if (width > chart->name_width)
			chart->name_width = width < NAME_MOST ? width : NAME_MOST;
		width = (unsigned int)snprintf(NULL, 0, "%" PRIu32, chart->rows[i].thread->tid);
		if (width > chart->tid_width)
			chart->tid_width = width;
	}
	fixed += chart->name_width + chart->tid_width;
	chart->columns = chart->text->width > fixed + CHART_LEAST ? chart->text->width - fixed
								  : CHART_LEAST;
	if (chart->columns > TIMELINE_SLICES / 2)
		chart->columns = TIMELINE_SLICES / 2;
	chart->begin_ns = chart->timeline->origin_ns + chart->timeline->from_ns;
	chart->length_ns = chart->timeline->end_ns > chart->begin_ns
			       ? chart->timeline->end_ns - chart->begin_ns
			       : 1;
}

/* What a column of the chart shows: its slices, each as far as it lies in it. */
static struct lane_slice column_of(const struct chart *chart, const struct lane *lane,
				   unsigned int column)
{
	double slice_ns = (double)chart->timeline->slice_ns;
	double from = (double)chart->length_ns * column / chart->columns / slice_ns;
	double to = (double)chart->length_ns * (column + 1) / chart->columns / slice_ns;
	struct lane_slice sum = {0};

	for (size_t i = (size_t)from; i < TIMELINE_SLICES && (double)i < to; i++) {
		const struct lane_slice *slice = &lane->slices[i];
		double begin = from > (double)i ? from : (double)i;
		double end = to < (double)i + 1 ? to : (double)i + 1;

		for (int spent = 0; spent < SPENT_COUNT; spent++)
			sum.spent_ns[spent] += slice->spent_ns[spent] * (float)(end - begin);
		if (slice->wait_ns > sum.wait_ns && (double)i >= from) {
			sum.wait_ns = slice->wait_ns;
			sum.waker = slice->waker;
		}
	}
	return sum;
}

static uint8_t part(float spent_ns, float whole_ns)
{
	float share = whole_ns > 0 ? spent_ns / whole_ns : 0;

	return share >= 1 ? 255 : (uint8_t)(share * 255 + 0.5f);
}

static struct glyph_look look_of(struct chart *chart, const struct lane_slice *column)
{
	float whole_ns = (float)chart->length_ns / (float)chart->columns;
	const float *spent_ns = column->spent_ns;
	struct slice slice = {
	    .running = part(spent_ns[SPENT_RUNNING], whole_ns),
	    .ready = part(spent_ns[SPENT_READY], whole_ns),
	    .blocked = part(spent_ns[SPENT_BLOCKED] + spent_ns[SPENT_JOINING], whole_ns),
	};
	struct glyph_look look = glyph_slice(slice, chart->text->utf8);

	if (look.style == STYLE_DIM && spent_ns[SPENT_JOINING] > spent_ns[SPENT_BLOCKED]) {
		look.text = chart->text->utf8 ? "─" : "-";
		look.style = STYLE_BLOCKED;
		chart->joins = true;
	}
	/* However short: that it ran at all is seen. */
	if (look.style == STYLE_DIM && spent_ns[SPENT_RUNNING] > 0)
		look = (struct glyph_look){.text = glyph_block(0, chart->text->utf8),
					   .style = STYLE_RUNNING};
	chart->runs |= look.style == STYLE_RUNNING;
	chart->ready |= look.style == STYLE_READY;
	chart->blocked |= look.style == STYLE_DIM && *look.text != ' ';
	return look;
}

/* A wait that fills a column at least, and that one of those shown here ended. */
static char waker_key(struct chart *chart, const struct lane_slice *column)
{
	float whole_ns = (float)chart->length_ns / (float)chart->columns;
	char key = '*';

	if (column->waker && column->wait_ns >= whole_ns)
		key = key_of(chart, column->waker);
	chart->wakes |= key != '*';
	return key;
}

static unsigned int end_column(const struct chart *chart, const struct thread *thread)
{
	uint64_t offset_ns;

	if (thread->end == END_ALIVE || thread->last_ns < chart->begin_ns)
		return UINT32_MAX;
	offset_ns = thread->last_ns - chart->begin_ns;
	if (offset_ns > chart->length_ns)
		return UINT32_MAX;
	return (unsigned int)((double)offset_ns * chart->columns / (double)chart->length_ns + 0.999);
}

static void put_lane(struct chart *chart, const struct row *row)
{
	unsigned int end = end_column(chart, row->thread);

	for (unsigned int column = 0; column <= chart->columns; column++) {
		struct lane_slice spent = {0};
		struct glyph_look look;
		char key;

		if (column == end) {
			look = glyph_end(row->thread->end, chart->text->utf8);
			text_put(chart->text, look.style, "%s", look.text);
			chart->ends[row->thread->end] = true;
			return;
		}
		if (column == chart->columns)
			return;
		spent = column_of(chart, row->lane, column);
		key = waker_key(chart, &spent);
		look = look_of(chart, &spent);
		if (key != '*')
			text_put(chart->text, STYLE_STRONG, "%c", key);
		else
			text_put(chart->text, look.style, "%s", look.text);
	}
}

static void put_row(struct chart *chart, size_t index)
{
	const struct row *row = &chart->rows[index];
	const struct text *text = chart->text;
	struct name name = thread_label(row->thread, text);
	size_t bytes = strlen(name.text), width = display_width(name.text);
	const char *more = "";

	if (width > chart->name_width) {
		more = text_glyph(text, GLYPH_MORE);
		bytes = display_cut(name.text, chart->name_width - display_width(more));
		width = chart->name_width;
	}
	text_put(text, STYLE_STRONG, "%c ", index < sizeof(keys) - 1 ? keys[index] : ' ');
	text_put(text, row->thread == row->thread->process->leader ? STYLE_STRONG : STYLE_PLAIN,
		 "%.*s%s", (int)bytes, name.text, more);
	text_put(text, STYLE_PLAIN, "%*s", (int)(chart->name_width - width), "");
	text_put(text, STYLE_DIM, " %*" PRIu32, (int)chart->tid_width, row->thread->tid);
	text_put(text, STYLE_PLAIN, "  %c ",
		 row->thread->creator ? key_of(chart, row->thread->creator->serial) : ' ');
	put_lane(chart, row);
	text_put(text, STYLE_PLAIN, "\n");
}

/* A moment, told as exactly as it takes to tell it from the next one. */
static struct units moment(uint64_t at_ns, uint64_t last_ns, uint64_t step_ns)
{
	static const struct {
		double ns;
		const char *name;
	} scale[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
	struct units units;
	size_t i = 0;
	int decimals = 0;

	while (i < 2 && (double)last_ns < scale[i].ns)
		i++;
	for (double step = (double)step_ns; step < 10 * scale[i].ns && decimals < 6; step *= 10)
		decimals++;
	snprintf(units.text, sizeof(units.text), "%.*f %s", decimals, (double)at_ns / scale[i].ns,
		 scale[i].name);
	return units;
}

/* Times above the chart, each over the column that it belongs to. */
static void put_axis(const struct chart *chart)
{
	unsigned int ticks = chart->columns / TICK_LEAST ? chart->columns / TICK_LEAST : 1;
	unsigned int step = chart->columns / ticks, column = 0;
	double column_ns = (double)chart->length_ns / chart->columns;
	uint64_t from_ns = chart->timeline->from_ns;

	text_put(chart->text, STYLE_DIM, "  %-*s %*s BY ", (int)chart->name_width, "THREAD",
		 (int)chart->tid_width, "TID");
	for (unsigned int tick = 0; tick < ticks; tick++, column += step)
		text_put(chart->text, STYLE_DIM, "%s%-*s", chart->text->utf8 ? "╷" : "|",
			 (int)(tick + 1 < ticks ? step - 1 : 0),
			 moment(from_ns + (uint64_t)(column_ns * column),
				from_ns + chart->length_ns, (uint64_t)(column_ns * step))
			     .text);
	text_put(chart->text, STYLE_PLAIN, "\n");
}

/* What a glyph stands for, behind others where there is room. *column: how far they have come. */
static void put_entry(const struct text *text, size_t *column, enum style style, const char *glyph, const char *words)
{
	const size_t width = 2 + display_width(glyph) + 1 + display_width(words);

	if (*column && *column + width > text->width) {
		text_put(text, STYLE_PLAIN, "\n");
		*column = 0;
	}
	text_put(text, style, "  %s", glyph);
	text_put(text, STYLE_PLAIN, " %s", words);
	*column += width;
}

static void put_ends(const struct chart *chart)
{
	size_t column = 0;

	for (int i = END_RETURNED; i < END_COUNT; i++) {
		enum thread_end end = (enum thread_end)i;
		struct glyph_look look = glyph_end(end, chart->text->utf8);

		if (chart->ends[end])
			put_entry(chart->text, &column, look.style, look.text, thread_end_word(end));
	}
	if (column)
		text_put(chart->text, STYLE_PLAIN, "\n");
}

static void put_legend(const struct chart *chart)
{
	const struct text *text = chart->text;
	bool utf8 = text->utf8;
	char running[48], ready[64];
	size_t column = 0;

	snprintf(running, sizeof(running), "running (%s partly)", glyph_block(0, utf8));
	snprintf(ready, sizeof(ready), "ready, without a CPU (%s partly)", utf8 ? "░" : ":");
	text_put(text, STYLE_PLAIN, "\n");
	if (chart->runs)
		put_entry(text, &column, STYLE_RUNNING, utf8 ? "█" : "#", running);
	if (chart->ready)
		put_entry(text, &column, STYLE_READY, utf8 ? "▒" : "+", ready);
	if (chart->blocked)
		put_entry(text, &column, STYLE_PLAIN, utf8 ? "·" : ".", "blocked");
	if (chart->joins)
		put_entry(text, &column, STYLE_PLAIN, utf8 ? "─" : "-", "in a join");
	text_put(text, STYLE_PLAIN, "\n");
	put_ends(chart);
	if (chart->wakes)
		text_paragraph(text, 2, "  A letter ends a wait: the thread of that row ended it.");
}

static void put_headline(const struct chart *chart)
{
	text_paragraph(chart->text, 0, "%s%s, %s thread%s; a column is %s.",
		       units_duration(chart->length_ns).text,
		       chart->timeline->from_ns || chart->timeline->to_ns ? " in the window" : "",
		       units_count(chart->count).text, chart->count == 1 ? "" : "s",
		       units_duration(chart->length_ns / chart->columns).text);
	put_trust(chart->model, chart->text);
	text_put(chart->text, STYLE_PLAIN, "\n");
}

static void put_left_out(const struct chart *chart)
{
	if (chart->count > chart->shown)
		text_paragraph(chart->text, 2, "  %s %s; see -v",
			       text_glyph(chart->text, GLYPH_MORE),
			       units_things(chart->count - chart->shown, "more thread", "more threads").text);
	if (chart->timeline->count == chart->timeline->most)
		text_paragraph(chart->text, 2,
			       "  Only the first %s threads of this window are drawn.",
			       units_count(chart->timeline->most).text);
	if (chart->timeline->failed)
		text_paragraph(chart->text, 2, "  Not enough memory for all threads.");
}

int timeline_draw(struct timeline *timeline, const struct model *model, const struct text *text,
		  bool verbose)
{
	struct chart chart = {.timeline = timeline, .model = model, .text = text};

	model_tell_open(model);
	if (find_rows(&chart, verbose))
		return -ENOMEM;
	measure(&chart);
	if (!chart.count) {
		text_paragraph(text, 0, "No thread was seen in this window.");
		put_trust(model, text);
	} else {
		put_headline(&chart);
		put_axis(&chart);
		for (size_t i = 0; i < chart.shown; i++)
			put_row(&chart, i);
		put_left_out(&chart);
		put_legend(&chart);
	}
	free(chart.rows);
	return 0;
}
