// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Kingdoms and provinces: a thread and a child process each write to the same variable. The
 * thread lives in this process's memory, and its write is seen; the child has a memory of its
 * own, and its write is not.
 */
#include <sys/wait.h>
#include <unistd.h>
#include "lesson.h"

static int treasure = 100;

static void *province(void *arg)
{
	treasure += 10;
	printf("thread:  treasure at %p is %d\n", (void *)&treasure, treasure);
	lesson_sleep(3);
	return arg;
}

static void kingdom(void)
{
	treasure += 1000;
	printf("process: treasure at %p is %d\n", (void *)&treasure, treasure);
	lesson_sleep(3);
	_exit(0);
}

int main(int argc, char **argv)
{
	thr_thread *t;
	pid_t child;

	lesson_begin(argc, argv, NULL);
	child = fork();
	if (!child)
		kingdom();
	lesson_sleep(0.5);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = province, .name = "province"}));
	must(thr_thread_start(t));
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_unref(t);
	if (child > 0)
		waitpid(child, NULL, 0);
	printf("main:    treasure at %p is %d\n", (void *)&treasure, treasure);
	return 0;
}
