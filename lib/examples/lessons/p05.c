// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Who am I, who is main, how many are we? */
#include "lesson.h"

static void show_thread_info(void)
{
	char current[128], main_thread[128];

	thr_thread_repr(thr_current(), current, sizeof(current));
	thr_thread_repr(thr_main(), main_thread, sizeof(main_thread));
	printf("current thread = %s\nmain thread = %s\nactive count = %zu\n", current,
	       main_thread, thr_active_count());
}

static void *worker(void *arg)
{
	show_thread_info();
	for (int i = 0; i < 5; i++) {
		lesson_sleep(1);
		puts("i am working");
	}
	puts("finished");
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	show_thread_info();
	lesson_sleep(1);
	must(thr_thread_start(t));
	thr_thread_unref(t);
	puts("===end===");
	return 0;
}
