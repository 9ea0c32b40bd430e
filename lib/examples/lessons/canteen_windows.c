// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Way 4, more windows: two and four threads in place of one serve the same line. Horizontal
 * scaling. */
#include "canteen.h"

int main(int argc, char **argv)
{
	static struct canteen canteen;
	struct canteen_line line = {.canteen = &canteen, .share = 1, .share_popular = 1};
	char way[32];

	lesson_begin(argc, argv, NULL);
	for (int windows = 1; windows <= 4; windows *= 2) {
		canteen_serve(&line, THR_FIFO, NULL, windows);
		snprintf(way, sizeof(way), "%d window%s", windows, windows == 1 ? "" : "s");
		canteen_report(&canteen, way);
	}
	return 0;
}
