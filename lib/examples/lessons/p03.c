// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The ways out of a thread: its function comes to its end, returns, or fails and nobody handles
 * it.
 */
#include "lesson.h"

enum { BREAK = 1, RETURN, RAISE };

static int way_out;

static void *worker(void *arg)
{
	int count = 0;

	for (;;) {
		if (count > 5) {
			if (way_out == RAISE)
				thr_thread_fail(-EINVAL, "RuntimeError: %d",
						count); /* never returns */
			if (way_out == RETURN)
				return arg;
			break;
		}
		lesson_sleep(1);
		count++;
		puts("i am working");
		puts("finished");
	}
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	way_out = lesson_begin(argc, argv, "--end=break", "--end=return", "--end=raise", NULL);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
	puts("===end===");
	return 0;
}
