// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A daemon beside a non-daemon: the daemon lives as long as the last non-daemon does, and not a
 * moment longer. */
#include "lesson.h"

enum { SWAP = 1 };

struct job {
	const char *name;
	double timeout;
};

static void *worker(void *arg)
{
	const struct job *job = arg;

	lesson_sleep(job->timeout);
	printf("%s working\n", job->name);
	return NULL;
}

static void start(struct job *job, thr_daemon daemon)
{
	thr_thread *t;

	must(thr_thread_new(
	    &t, &(thr_thread_opts){
		    .target = worker, .arg = job, .name = job->name, .daemon = daemon}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
}

int main(int argc, char **argv)
{
	static struct job t1 = {"t1", 5}, t2 = {"t2", 10};

	if (lesson_begin(argc, argv, "--swap", NULL) == SWAP) {
		t1.timeout = 10;
		t2.timeout = 5;
	}
	start(&t1, THR_DAEMON_YES);
	start(&t2, THR_DAEMON_NO);
	puts("Main Thread Exits");
	return 0;
}
