// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The log is made for threads: each record is one write, on standard error. */
#include "lesson.h"

enum { MORE = 1 };

static void *worker(void *arg)
{
	char name[32];

	thr_thread_name(thr_current(), name, sizeof(name));
	for (int i = 0; i < 100; i++)
		thr_log_warning("%s is running.", name);
	return arg;
}

int main(int argc, char **argv)
{
	const int count = lesson_begin(argc, argv, "--more", NULL) == MORE ? 50 : 7;
	char name[32];

	for (int i = 1; i <= count; i++) {
		thr_thread *t;

		snprintf(name, sizeof(name), "worker%d", i);
		must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = name}));
		must(thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
