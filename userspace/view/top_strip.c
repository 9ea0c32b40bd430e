// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time as a row of cells, the latest at the right. Shape tells the state where colour cannot:
 * running is a block as high as its share, ready a shade, blocked a dot.
 */
#include "userspace/view/top_private.h"

#define SHOWN 8	   /* less than this of 255 is nothing */
#define CROWDED 192 /* from here on the rest of the cell may be painted as waiting for a CPU */

static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

const char *top_block(const struct cells *cells, unsigned int part)
{
	if (cells->utf8)
		return blocks[part >= 255 ? 7 : part / 32];
	return part >= 192 ? "#" : part >= 64 ? "=" : "-";
}

static const char *end_glyph(const struct cells *cells, const struct thread *thread,
			     enum style *style)
{
	switch (thread->end) {
	case END_TORN_DOWN:
		*style = STYLE_READY;
		return cells->utf8 ? "╳" : "x";
	case END_SIGNAL:
		*style = STYLE_BAD;
		return cells->utf8 ? "╳" : "x";
	default:
		*style = STYLE_STRONG;
		return cells->utf8 ? "┤" : "]";
	}
}

void top_slice(struct cells *cells, unsigned int row, unsigned int column, struct slice slice,
	       const struct thread *thread)
{
	unsigned int active = slice.running + slice.ready;
	enum style style = STYLE_RUNNING, ground = STYLE_PLAIN;
	const char *glyph;

	if (slice.ended && thread->end != END_ALIVE) {
		glyph = end_glyph(cells, thread, &style);
	} else if (active < SHOWN) {
		style = STYLE_DIM;
		glyph = slice.blocked < SHOWN ? " " : cells->utf8 ? "·" : ".";
	} else if (slice.ready > slice.running) {
		style = STYLE_READY;
		glyph = cells->utf8 ? "▒" : "+";
	} else {
		glyph = top_block(cells, slice.running);
		if (active >= CROWDED && slice.ready >= SHOWN)
			ground = STYLE_READY;
	}
	cells_glyph(cells, row, column, style, ground, glyph);
}

void top_strip_thread(struct top_scene *scene, const struct recent_row *row, struct area area)
{
	for (unsigned int back = 0; back < area.columns && back < RECENT_SLICES; back++)
		top_slice(scene->cells, area.row, area.column + area.columns - 1 - back,
			  recent_slice(scene->recent, row, back), row->thread);
}

void top_strip_cpu(struct top_scene *scene, int cpu, struct area area)
{
	struct cells *cells = scene->cells;

	for (unsigned int back = 0; back < area.columns && back < RECENT_SLICES; back++) {
		uint8_t busy = recent_busy(scene->recent, cpu, back);
		unsigned int column = area.column + area.columns - 1 - back;

		if (back >= scene->recent->slices)
			break;
		if (busy < SHOWN)
			cells_glyph(cells, area.row, column, STYLE_DIM, STYLE_PLAIN,
				    cells->utf8 ? "·" : ".");
		else
			cells_glyph(cells, area.row, column, STYLE_RUNNING, STYLE_PLAIN,
				    top_block(cells, busy));
	}
}
