// SPDX-License-Identifier: GPL-2.0-only
/* Time as a row of cells, the latest at the right. */
#include "userspace/view/top/top_private.h"

#define BUSY_SHOWN 8 /* less than this of 255 is nothing */

void top_slice(struct cells *cells, unsigned int row, unsigned int column, struct slice slice,
	       enum thread_end end)
{
	struct glyph_look look = slice.ended && end != END_ALIVE ? glyph_end(end, cells->utf8)
								 : glyph_slice(slice, cells->utf8);

	cells_glyph(cells, row, column, look.style, look.crowded ? STYLE_READY : STYLE_PLAIN,
		    look.text);
}

void top_strip_thread(struct top_scene *scene, const struct recent_row *row, struct area area)
{
	for (unsigned int back = 0; back < area.columns && back < RECENT_SLICES; back++)
		top_slice(scene->cells, area.row, area.column + area.columns - 1 - back,
			  recent_slice(scene->recent, row, back), row->thread->end);
}

void top_strip_cpu(struct top_scene *scene, int cpu, struct area area)
{
	struct cells *cells = scene->cells;

	for (unsigned int back = 0; back < area.columns && back < scene->recent->slices; back++) {
		uint8_t busy = recent_busy(scene->recent, cpu, back);
		unsigned int column = area.column + area.columns - 1 - back;

		if (busy < BUSY_SHOWN)
			cells_glyph(cells, area.row, column, STYLE_DIM, STYLE_PLAIN,
				    cells->utf8 ? "·" : ".");
		else
			cells_glyph(cells, area.row, column, STYLE_RUNNING, STYLE_PLAIN,
				    glyph_block(busy, cells->utf8));
	}
}
