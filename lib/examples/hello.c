// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Threads that are given something and give something back; one of them fails, and only it ends by that.
 *
 *   cc hello.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <stdio.h>
#include <thrace/thrace.h>

static void *square(void *arg)
{
	long number = (long)arg;

	if (number == 3)
		thr_thread_fail(-1, "%ld is not to my liking", number);
	return (void *)(number * number);
}

int main(void)
{
	thr_thread *threads[5];

	for (long i = 0; i < 5; i++) {
		thr_thread_opts opts = {.target = square, .arg = (void *)i, .target_name = "square"};

		if (thr_thread_new(&threads[i], &opts) || thr_thread_start(threads[i]))
			return 1;
	}
	for (long i = 0; i < 5; i++) {
		char name[32];
		void *value;
		thr_exit how;

		thr_thread_join(threads[i], THR_FOREVER);
		thr_thread_result(threads[i], &value, &how);
		thr_thread_name(threads[i], name, sizeof(name));
		if (how == THR_EXIT_RETURNED)
			printf("%s returned %ld\n", name, (long)value);
		else
			printf("%s failed\n", name);
		thr_thread_unref(threads[i]);
	}
	return 0;
}
