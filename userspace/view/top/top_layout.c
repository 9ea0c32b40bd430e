// SPDX-License-Identifier: GPL-2.0-only
/* Where things stand on a screen of any size: what matters least goes first. */
#include "userspace/view/top/top_private.h"

/* Takes rows from the top of what is left, if so many stay for the pane. */
static struct area take(struct area *left, unsigned int rows, unsigned int keep)
{
	struct area taken = *left;

	taken.rows = left->rows >= rows + keep ? rows : 0;
	left->row += taken.rows;
	left->rows -= taken.rows;
	return taken;
}

static struct area take_below(struct area *left, unsigned int rows, unsigned int keep)
{
	struct area taken = *left;

	taken.rows = left->rows >= rows + keep ? rows : 0;
	left->rows -= taken.rows;
	taken.row = left->row + left->rows;
	return taken;
}

struct top_layout top_layout(const struct top_scene *scene)
{
	struct area left = {.rows = scene->cells->rows, .columns = scene->cells->columns};
	struct top_layout layout;

	layout.title = take(&left, 1, 2);
	layout.meter = take(&left, 1, 11);
	layout.cpus = take(&left, top_cpus_rows(scene), 11);
	layout.tabs = take(&left, 1, 8);
	layout.keys = take_below(&left, 1, 5);
	layout.detail = take_below(&left, 1, 8);
	layout.pane = left;
	return layout;
}
