// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A thread that never ends: neither does the process, which waits for it after main. Ctrl-C
 * ends both. */
#include "lesson.h"

static void *worker(void *arg)
{
	for (;;) {
		lesson_sleep(1);
		puts("I'm working");
		puts("Fineshed");
	}
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
	return 0;
}
