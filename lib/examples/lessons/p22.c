// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One global counter for ten threads: each resets it when it begins, all add to it, and
 * additions get lost. Reading, adding and writing back are three steps; what another thread
 * wrote in between is overwritten.
 *
 * The counter is a relaxed atomic, so that every single load and store is whole and the program
 * is a correct one, with a defined meaning, that does the wrong thing. With --no-sleep the
 * threads add without a pause, 100,000 times each, and what is lost is most of it.
 */
#include <stdatomic.h>
#include "lesson.h"

enum { NO_SLEEP = 1 };

static struct {
	atomic_int x;
} global_data;

static int variant;

static void *worker(void *arg)
{
	const int rounds = variant == NO_SLEEP ? 100000 : 100;
	char repr[128];

	atomic_store_explicit(&global_data.x, 0, memory_order_relaxed);
	for (int i = 0; i < rounds; i++) {
		int x;

		if (variant != NO_SLEEP)
			thr_sleep(THR_US(100));
		x = atomic_load_explicit(&global_data.x, memory_order_relaxed);
		atomic_store_explicit(&global_data.x, x + 1, memory_order_relaxed);
	}
	thr_thread_repr(thr_current(), repr, sizeof(repr));
	printf("%s %d\n", repr, atomic_load_explicit(&global_data.x, memory_order_relaxed));
	return arg;
}

int main(int argc, char **argv)
{
	variant = lesson_begin(argc, argv, "--no-sleep", NULL);
	for (int i = 0; i < 10; i++) {
		thr_thread *t;

		must(thr_thread_new(
		    &t, &(thr_thread_opts){.target = worker, .target_name = "worker"}));
		must(thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
