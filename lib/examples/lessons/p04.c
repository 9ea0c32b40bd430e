// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Arguments: one pointer carries them all. Three threads in turn bear the same name. */
#include "lesson.h"

struct sum {
	int x, y;
};

static void *add(void *arg)
{
	const struct sum *sum = arg;

	printf("%d + %d = %d\n", sum->x, sum->y, sum->x + sum->y);
	return NULL;
}

static void start(struct sum *sum)
{
	thr_thread *t;

	must(thr_thread_new(&t, &(thr_thread_opts){.target = add, .arg = sum, .name = "add"}));
	must(thr_thread_start(t));
	thr_thread_unref(t);
}

int main(int argc, char **argv)
{
	/* Static: the last thread may outlive main's own variables. */
	static struct sum sums[] = {{4, 5}, {6, 7}, {8, 9}};

	lesson_begin(argc, argv, NULL);
	start(&sums[0]);
	lesson_sleep(2);
	start(&sums[1]);
	lesson_sleep(2);
	start(&sums[2]);
	return 0;
}
