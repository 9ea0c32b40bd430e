// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Daemon or not: the process waits for a non-daemon thread; a daemon ends with the process,
 * finished or not. */
#include "lesson.h"

enum { DAEMON = 1 };

static void *foo(void *arg)
{
	lesson_sleep(5);
	for (int i = 0; i < 20; i++)
		printf("%d\n", i);
	return arg;
}

int main(int argc, char **argv)
{
	const int variant = lesson_begin(argc, argv, "--daemon", NULL);
	thr_thread *t;

	must(
	    thr_thread_new(&t, &(thr_thread_opts){
				   .target = foo,
				   .target_name = "foo",
				   .daemon = variant == DAEMON ? THR_DAEMON_YES : THR_DAEMON_NO,
			       }));
	must(thr_thread_start(t));
	thr_thread_unref(t);
	puts("Main Thread Exits");
	return 0;
}
