// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The simplest thread: main returns at once, the process lives on until the worker has ended.
 */
#include "lesson.h"

static void *worker(void *arg)
{
	puts("I'm working");
	puts("Fineshed");
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	must(thr_thread_start(t));
	thr_thread_unref(t); /* nobody will join it: the thread holds on to itself */
	return 0;
}
