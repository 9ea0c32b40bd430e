// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Thread-local data: one global object, and in it each thread finds what it put there itself.
 * All come to 100. */
#include "lesson.h"

static thr_local *global_data;

static void *worker(void *arg)
{
	char repr[128];
	void *x;

	must(thr_local_set(global_data, (void *)0));
	for (int i = 0; i < 100; i++) {
		thr_sleep(THR_US(100));
		must(thr_local_get(global_data, &x));
		must(thr_local_set(global_data, (void *)((intptr_t)x + 1)));
	}
	must(thr_local_get(global_data, &x));
	thr_thread_repr(thr_current(), repr, sizeof(repr));
	printf("%s %d\n", repr, (int)(intptr_t)x);
	return arg;
}

int main(int argc, char **argv)
{
	lesson_begin(argc, argv, NULL);
	must(thr_local_new(&global_data, NULL, NULL, NULL));
	for (int i = 0; i < 10; i++) {
		thr_thread *t;

		must(thr_thread_new(
		    &t, &(thr_thread_opts){.target = worker, .target_name = "worker"}));
		must(thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
