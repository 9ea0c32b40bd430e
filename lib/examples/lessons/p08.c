// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* run, called directly: an ordinary call. No start~~~~, no thread; main itself does the work.
 */
#include "lesson.h"

enum { TWICE = 1 };

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
	const int variant = lesson_begin(argc, argv, "--twice", NULL);
	thr_thread *t;

	must(thr_thread_new(
	    &t, &(thr_thread_opts){.target = worker, .name = "worker", .ops = &my_thread}));
	must(thr_thread_run(t));
	if (variant == TWICE)
		must(thr_thread_run(t)); /* the first run has used the target up */
	thr_thread_unref(t);
	return 0;
}
