// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Joins in a chain: main waits for t1, t1 for t2, and t2 never ends. Daemons all, and yet the
 * process never ends. */
#include "lesson.h"

static const char *is_daemon(void)
{
	return thr_thread_daemon(thr_current()) ? "True" : "False";
}

static void *worker1(void *arg)
{
	for (;;) {
		lesson_sleep(1);
		printf("%s working %s\n", (const char *)arg, is_daemon());
	}
	return NULL;
}

static void *worker2(void *arg)
{
	thr_thread *t2;

	printf("%s's daemon = %s\n", (const char *)arg, is_daemon());
	must(thr_thread_new(&t2,
			    &(thr_thread_opts){.target = worker1, .arg = "t2", .name = "t2"}));
	must(thr_thread_start(t2));
	must(thr_thread_join(t2, THR_FOREVER));
	thr_thread_unref(t2);
	return NULL;
}

int main(int argc, char **argv)
{
	const thr_thread_opts opts = {
	    .target = worker2,
	    .arg = "t1",
	    .name = "t1",
	    .daemon = THR_DAEMON_YES,
	};
	thr_thread *t1;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t1, &opts));
	must(thr_thread_start(t1));
	must(thr_thread_join(t1, THR_FOREVER));
	thr_thread_unref(t1);
	lesson_sleep(4);
	puts("Main Thread Exits");
	return 0;
}
