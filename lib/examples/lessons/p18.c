// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A join with a timeout gives up when the time is up; the thread knows nothing of it. join may
 * be repeated. */
#include "lesson.h"

static void *worker(void *arg)
{
	lesson_sleep(10);
	printf("%s working\n", (const char *)arg);
	return NULL;
}

/* Being late is no error here: it is what the lesson is about. */
static void join_for(thr_thread *t, double seconds)
{
	const int error = thr_thread_join(t, lesson_seconds(seconds));

	if (error != -ETIMEDOUT)
		must(error);
	puts("~~~~~");
}

int main(int argc, char **argv)
{
	const thr_thread_opts opts = {
	    .target = worker,
	    .arg = "t1",
	    .name = "t1",
	    .daemon = THR_DAEMON_YES,
	};
	thr_thread *t1;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t1, &opts));
	must(thr_thread_start(t1));
	join_for(t1, 2);
	join_for(t1, 2);
	thr_thread_unref(t1);
	puts("Main Thread Exits"); /* and t1, a daemon, is torn down in its sleep */
	return 0;
}
