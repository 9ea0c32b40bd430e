// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A thread's name and ident, whether it is alive, and that it starts once only. */
#include "lesson.h"

static void *worker(void *arg)
{
	for (int i = 0; i < 5; i++) {
		lesson_sleep(1);
		puts("i am working");
	}
	puts("finished");
	return arg;
}

/* "worker None" before the start, "worker 140..." ever after. */
static void print_name_and_ident(const thr_thread *t, const char *more)
{
	const pthread_t ident = thr_thread_ident(t);
	char name[32];

	thr_thread_name(t, name, sizeof(name));
	if (ident)
		printf("%s %lu%s\n", name, (unsigned long)ident, more);
	else
		printf("%s None%s\n", name, more);
}

int main(int argc, char **argv)
{
	thr_thread *t;

	lesson_begin(argc, argv, NULL);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = worker, .name = "worker"}));
	print_name_and_ident(t, "");
	lesson_sleep(1);
	must(thr_thread_start(t));
	puts("===end===");

	for (;;) {
		bool alive;

		lesson_sleep(1);
		alive = thr_thread_is_alive(t);
		print_name_and_ident(t, alive ? " alive" : " dead");
		if (alive)
			continue;
		puts("worker restart");
		must(thr_thread_start(
		    t)); /* a second start: an error that ends the program with status 1 */
	}
}
