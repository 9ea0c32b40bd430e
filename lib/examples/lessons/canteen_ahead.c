// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Way 3, preparation: the popular four fifths are cooked before noon, by the potful, and need a
 * sixth of the time at the window. The rest is cooked to order.
 */
#include "canteen.h"

#define POTFUL 12 /* meals in one pot, which takes as long as one meal */

static void cook_ahead(void)
{
	for (int left = MEALS * (POPULAR_OF - 1) / POPULAR_OF; left > 0; left -= POTFUL)
		canteen_cook(1);
}

int main(int argc, char **argv)
{
	static struct canteen canteen;
	struct canteen_line line = {.canteen = &canteen, .share = 1, .share_popular = 1};

	lesson_begin(argc, argv, NULL);
	canteen_serve(&line, THR_FIFO, NULL, 1);
	canteen_report(&canteen, "everything cooked to order");
	cook_ahead();
	line.share_popular = 1.0 / 6;
	canteen_serve(&line, THR_FIFO, NULL, 1);
	canteen_report(&canteen, "popular 80 % cooked ahead");
	return 0;
}
