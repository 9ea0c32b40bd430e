// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/glyphs.h"

#define SHOWN	8   /* less than this of 255 is nothing */
#define CROWDED 192 /* from here on the rest of the cell may be painted as waiting for a CPU */
#define MOSTLY	128 /* as much as all the other states together */

const char *glyph_block(unsigned int part, bool utf8)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

	if (utf8)
		return blocks[part >= 255 ? 7 : part / 32];
	return part >= 128 ? "#" : "o";
}

static struct glyph_look ready_look(unsigned int ready, bool utf8)
{
	const char *text = ready >= MOSTLY ? (utf8 ? "▒" : "+") : (utf8 ? "░" : ":");

	return (struct glyph_look){.text = text, .style = STYLE_READY};
}

/* What it was mostly: then, what it ran in between; then, what it waited for a CPU in between. */
struct glyph_look glyph_slice(struct slice slice, bool utf8)
{
	if (slice.ready >= MOSTLY || (slice.ready >= SHOWN && slice.running < SHOWN))
		return ready_look(slice.ready, utf8);
	if (slice.running + slice.ready >= SHOWN)
		return (struct glyph_look){
		    .text = glyph_block(slice.running, utf8),
		    .style = STYLE_RUNNING,
		    .crowded = slice.running + slice.ready >= CROWDED && slice.ready >= SHOWN,
		};
	return (struct glyph_look){
	    .text = slice.blocked < SHOWN ? " " : utf8 ? "·" : ".",
	    .style = STYLE_DIM,
	};
}

struct glyph_look glyph_end(enum thread_end end, bool utf8)
{
	switch (end) {
	case END_TORN_DOWN:
		return (struct glyph_look){.text = utf8 ? "╳" : "x", .style = STYLE_READY};
	case END_SIGNAL:
		return (struct glyph_look){.text = utf8 ? "╳" : "X", .style = STYLE_BAD};
	case END_UNSEEN:
		return (struct glyph_look){.text = "?", .style = STYLE_READY};
	default:
		return (struct glyph_look){.text = utf8 ? "┤" : "]", .style = STYLE_STRONG};
	}
}
