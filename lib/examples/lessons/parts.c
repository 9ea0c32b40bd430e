// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The parts of a thread: its id, its instruction pointer, its registers, its stack. Two threads
 * run the same function; what each has for itself has two addresses, what they share has one.
 * They stay for three seconds, to be looked at:
 *
 *   thrace thread TID
 */
#include "lesson.h"

static int shared_global;
static __thread int own_global;

static thr_barrier both;

static void *work(void *arg)
{
	int on_the_stack = 0;

	thr_barrier_wait(&both);
	printf("%u: code %p, global %p, local %p, stack %p\n",
	       thr_thread_native_id(thr_current()), (void *)work, (void *)&shared_global,
	       (void *)&own_global, (void *)&on_the_stack);
	lesson_sleep(3);
	return arg;
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"first", "second"};
	thr_thread *threads[2];

	lesson_begin(argc, argv, NULL);
	must(thr_barrier_init(&both, 2, NULL, NULL, THR_FOREVER));
	for (int i = 0; i < 2; i++) {
		must(thr_thread_new(&threads[i],
				    &(thr_thread_opts){.target = work, .name = names[i]}));
		must(thr_thread_start(threads[i]));
	}
	for (int i = 0; i < 2; i++) {
		must(thr_thread_join(threads[i], THR_FOREVER));
		thr_thread_unref(threads[i]);
	}
	return 0;
}
