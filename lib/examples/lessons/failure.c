// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A failure that nobody handles ends its thread only: the hook tells of it, the others go on,
 * and the process's status stays what main makes it. With --hook a hook of our own is told
 * instead.
 */
#include "lesson.h"

enum { HOOK = 1 };

static int failures;

static int count_failure(const thr_excepthook_args *args)
{
	failures++;
	printf("hook: %s\n", args->message);
	return 0;
}

static void *worker(void *arg)
{
	lesson_sleep(1);
	thr_thread_fail(-EIO, "the stove is broken");
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;
	thr_exit how;

	if (lesson_begin(argc, argv, "--hook", NULL) == HOOK)
		thr_set_excepthook(count_failure);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	must(thr_thread_start(t));
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_result(t, NULL, &how);
	printf("main: worker has %s, failures told to my hook: %d\n",
	       how == THR_EXIT_FAILED ? "failed" : "ended", failures);
	thr_thread_unref(t);
	return 0;
}
