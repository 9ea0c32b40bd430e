// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Way 2, contention: no line, every diner is a thread of its own and pushes for the window,
 * which is a lock. Who has just let it go is awake and may have it again at once; who sleeps at
 * it may wait long. The one who starves is named.
 */
#include "canteen.h"

static struct canteen canteen;
static thr_lock window;

static void *diner(void *arg)
{
	struct meal *meals = arg;

	canteen_wait_until(&canteen, meals->arrives);
	for (int dish = 0; dish < DISHES; dish++) {
		THR_WITH_LOCK(&window);

		canteen_cook(1);
		canteen_served(&canteen, &meals[dish]);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	thr_thread *diners[DINERS];
	const struct meal *starved;
	char name[16];

	lesson_begin(argc, argv, NULL);
	canteen_open(&canteen);
	for (int i = 0; i < DINERS; i++) {
		snprintf(name, sizeof(name), "diner-%d", i + 1);
		must(thr_thread_new(&diners[i],
				    &(thr_thread_opts){.target = diner,
						       .arg = &canteen.meals[i * DISHES],
						       .name = name}));
		must(thr_thread_start(diners[i]));
	}
	for (int i = 0; i < DINERS; i++) {
		must(thr_thread_join(diners[i], THR_FOREVER));
		thr_thread_unref(diners[i]);
	}
	canteen_report(&canteen, "contention for a lock");
	starved = canteen_starved(&canteen);
	printf("  diner-%d starved: its first meal came after %.0f ms\n", starved->diner + 1,
	       (double)canteen_wait_of(starved) / 1e6);
	return 0;
}
