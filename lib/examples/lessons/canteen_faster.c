// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Way 5, a faster window: one that needs half, then a quarter of the time for a meal. Vertical
 * scaling. */
#include "canteen.h"

int main(int argc, char **argv)
{
	static struct canteen canteen;
	struct canteen_line line = {.canteen = &canteen, .share = 1, .share_popular = 1};
	char way[32];

	lesson_begin(argc, argv, NULL);
	for (int times = 1; times <= 4; times *= 2) {
		line.share = line.share_popular = 1.0 / times;
		canteen_serve(&line, THR_FIFO, NULL, 1);
		snprintf(way, sizeof(way), "one window, %d time%s as fast", times,
			 times == 1 ? "" : "s");
		canteen_report(&canteen, way);
	}
	return 0;
}
