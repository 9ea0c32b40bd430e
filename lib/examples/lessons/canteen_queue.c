// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Way 1, a queue: a buffer between those who come and the window that serves. First in, first
 * out; last in, first out; and with a fast lane, which every fourth diner may use.
 */
#include "canteen.h"

/* The fast lane first; within a lane, first come, first served. */
static int by_lane(const void *a, const void *b)
{
	const struct meal *left = a, *right = b;

	if (left->fast_lane != right->fast_lane)
		return left->fast_lane ? -1 : 1;
	return left->number - right->number;
}

int main(int argc, char **argv)
{
	static struct canteen canteen;
	struct canteen_line line = {.canteen = &canteen, .share = 1, .share_popular = 1};

	lesson_begin(argc, argv, NULL);
	canteen_serve(&line, THR_FIFO, NULL, 1);
	canteen_report(&canteen, "queue, first in first out");
	canteen_serve(&line, THR_LIFO, NULL, 1);
	canteen_report(&canteen, "queue, last in first out");
	canteen_serve(&line, THR_PRIORITY, by_lane, 1);
	canteen_report(&canteen, "queue with a fast lane");
	printf("  in the fast lane: p50 %.0f ms; the others: p50 %.0f ms\n",
	       canteen_quantile_ms(&canteen, FAST_LANE, 0.5),
	       canteen_quantile_ms(&canteen, NO_LANE, 0.5));
	return 0;
}
