// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* What one thread put into a thread-local another cannot see: it sees the object, but its own
 * place in it is unset. */
#include "lesson.h"

static const char *const X = "abc";
static thr_local *global_data; /* set in main, and so for main alone */

static void *worker(void *arg)
{
	void *x;
	int error;

	puts(X);
	printf("<thr_local object at %p>\n", (void *)global_data);
	error = thr_local_get(global_data, &x);
	if (error == -ENOENT)
		thr_thread_fail(
		    error, "AttributeError: the thr_local object has no value in this thread");
	printf("%d\n", (int)(intptr_t)x);
	puts("in worker");
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;
	void *x;

	lesson_begin(argc, argv, NULL);
	must(thr_local_new(&global_data, NULL, NULL, NULL));
	must(thr_local_set(global_data, (void *)100));
	must(thr_local_get(global_data, &x));
	printf("<thr_local object at %p> %d\n", (void *)global_data, (int)(intptr_t)x);

	worker(NULL); /* an ordinary call */
	puts("------------------------------");
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .target_name = "worker"}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
	return 0;
}
