// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * exit() in a worker ends the process, not the worker; its status is the process's. To end only
 * the thread, return from its function or call thr_thread_exit() (--thread).
 */
#include "lesson.h"

enum { THREAD = 1 };

static int variant;

static void *worker(void *arg)
{
	lesson_sleep(1);
	puts("worker: I leave");
	if (variant == THREAD)
		thr_thread_exit(arg);
	exit(3);
}

static void *music(void *arg)
{
	for (;;)
		lesson_sleep(0.5);
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	variant = lesson_begin(argc, argv, "--thread", NULL);
	must(thr_thread_new(
	    &t,
	    &(thr_thread_opts){.target = music, .name = "music", .daemon = THR_DAEMON_YES}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	must(thr_thread_start(t));
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_unref(t);
	lesson_sleep(1);
	puts("main: I go on");
	return 0;
}
