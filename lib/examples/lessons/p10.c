// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Two threads at once: their lines interleave, and both are done in the time of one. */
#include "lesson.h"

enum { RUN = 1 };

static void *worker(void *arg)
{
	const thr_thread *t = thr_current();
	char name[32];

	for (int i = 0; i < 5; i++) {
		lesson_sleep(1);
		thr_thread_name(t, name, sizeof(name));
		printf("i am working %s %lu\n", name, (unsigned long)pthread_self());
	}
	puts("finished");
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
	static const char *const names[] = {"worker1", "worker2"};

	for (int i = 0; i < 2; i++) {
		thr_thread *t;

		must(thr_thread_new(
		    &t,
		    &(thr_thread_opts){.target = worker, .name = names[i], .ops = &my_thread}));
		must(variant == RUN ? thr_thread_run(t) : thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
