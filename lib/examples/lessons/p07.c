// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* start and run, overridden: start~~~~ is printed by the starter, run~~~~~ by the new thread.
 */
#include "lesson.h"

enum { RUN = 1 };

static void *worker(void *arg)
{
	for (int i = 0; i < 5; i++) {
		lesson_sleep(1);
		puts("i am working");
		puts("finished");
	}
	return arg;
}

static int my_start(thr_thread *self)
{
	puts("start~~~~");
	return thr_thread_base_start(self);
}

static int my_run(thr_thread *self)
{
	puts("run~~~~~");
	return thr_thread_base_run(self);
}

static const struct thr_thread_ops my_thread = {
    .class_name = "MyThread", .start = my_start, .run = my_run};

int main(int argc, char **argv)
{
	const int variant = lesson_begin(argc, argv, "--run", NULL);
	thr_thread *t;

	must(thr_thread_new(
	    &t, &(thr_thread_opts){.target = worker, .name = "worker", .ops = &my_thread}));
	if (variant == RUN)
		must(thr_thread_run(t));
	else
		must(thr_thread_start(t));
	thr_thread_unref(t);
	return 0;
}
