// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A local variable lives on its thread's own stack: ten threads, ten counters, all come to 100.
 */
#include "lesson.h"

static void *worker(void *arg)
{
	char repr[128];
	int x = 0;

	for (int i = 0; i < 100; i++) {
		thr_sleep(THR_US(100));
		x++;
	}
	thr_thread_repr(thr_current(), repr, sizeof(repr));
	printf("%s %d\n", repr, x);
	return arg;
}

int main(int argc, char **argv)
{
	lesson_begin(argc, argv, NULL);
	for (int i = 0; i < 10; i++) {
		thr_thread *t;

		must(thr_thread_new(
		    &t, &(thr_thread_opts){.target = worker, .target_name = "worker"}));
		must(thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
