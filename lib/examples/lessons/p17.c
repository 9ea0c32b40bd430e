// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* join waits for a thread's end, a daemon's as well. Without the join nobody waits for the
 * daemon.
 */
#include "lesson.h"

enum { NO_JOIN = 1 };

static void *worker(void *arg)
{
	lesson_sleep(3);
	printf("%s working\n", (const char *)arg);
	return NULL;
}

int main(int argc, char **argv)
{
	const int variant = lesson_begin(argc, argv, "--no-join", NULL);
	const thr_thread_opts opts = {
	    .target = worker,
	    .arg = "t1",
	    .name = "t1",
	    .daemon = THR_DAEMON_YES,
	};
	thr_thread *t1;

	must(thr_thread_new(&t1, &opts));
	must(thr_thread_start(t1));
	if (variant != NO_JOIN)
		must(thr_thread_join(t1, THR_FOREVER));
	thr_thread_unref(t1);
	puts("Main Thread Exits");
	return 0;
}
