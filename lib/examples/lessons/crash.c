// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A crash: in a thread it ends the whole process, main and the bystander with it. In a child
 * process (--process) it ends that process, and the parent lives to tell.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lesson.h"

enum { PROCESS = 1 };

static void *bystander(void *arg)
{
	lesson_sleep(3);
	puts("bystander: I have done my work");
	return arg;
}

/* What a wild pointer does. */
static void *crash(void *arg)
{
	lesson_sleep(1);
	puts("crash: I write where nothing is");
	raise(SIGSEGV);
	return arg;
}

static thr_thread *start(void *(*target)(void *), const char *name)
{
	thr_thread *t;

	must(thr_thread_new(&t, &(thr_thread_opts){.target = target, .name = name}));
	must(thr_thread_start(t));
	return t;
}

static void crash_elsewhere(void)
{
	const pid_t child = fork();
	int status = 0;

	if (!child) {
		crash(NULL);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	printf("main: my child was killed by signal %d; I live\n", WTERMSIG(status));
}

int main(int argc, char **argv)
{
	const int variant = lesson_begin(argc, argv, "--process", NULL);
	thr_thread *t;

	setrlimit(RLIMIT_CORE,
		  &(struct rlimit){0}); /* this crash interests nobody's debugger */
	t = start(bystander, "bystander");
	if (variant == PROCESS)
		crash_elsewhere();
	else
		thr_thread_unref(start(crash, "crash"));
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_unref(t);
	puts("main: all is done");
	return 0;
}
