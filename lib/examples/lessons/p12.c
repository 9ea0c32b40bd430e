// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Not thread-safe: text and newline are written one after the other, and between the two
 * another thread may write. Lines tear. More threads (--more) tear more.
 */
#include "lesson.h"

enum { MORE = 1 };

static void *worker(void *arg)
{
	char name[32];

	thr_thread_name(thr_current(), name, sizeof(name));
	for (int i = 0; i < 100; i++) {
		printf("%s is running.", name);
		putchar('\n');
	}
	return arg;
}

int main(int argc, char **argv)
{
	const int count = lesson_begin(argc, argv, "--more", NULL) == MORE ? 50 : 7;
	char name[32];

	setvbuf(stdout, NULL, _IONBF,
		0); /* each of the two goes out by itself, as it does from Python */
	for (int i = 1; i <= count; i++) {
		thr_thread *t;

		snprintf(name, sizeof(name), "worker%d", i);
		must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = name}));
		must(thr_thread_start(t));
		thr_thread_unref(t);
	}
	return 0;
}
