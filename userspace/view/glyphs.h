/* SPDX-License-Identifier: GPL-2.0-only
 *
 * How a stretch of time looks in one character, wherever time is drawn. Shape tells the state where
 * colour cannot: running is a block as high as its share, ready a shade (a light one: for less than
 * half of the time), blocked a dot.
 */
#ifndef THRACE_VIEW_GLYPHS_H
#define THRACE_VIEW_GLYPHS_H

#include "userspace/model/model.h"
#include "userspace/model/recent.h"
#include "userspace/ui/text.h"

struct glyph_look {
	const char *text;
	enum style style;
	bool crowded; /* what the block leaves free of its cell was spent ready */
};

struct glyph_look glyph_slice(struct slice slice, bool utf8);
/* The end of a thread: returned, torn down, killed ... */
struct glyph_look glyph_end(enum thread_end end, bool utf8);
/* A share (of 255) as a block that grows. */
const char *glyph_block(unsigned int part, bool utf8);

#endif
