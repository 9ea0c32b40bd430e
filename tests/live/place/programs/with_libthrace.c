// SPDX-License-Identifier: GPL-2.0-only
/* The same by way of libthrace. */
#include <stdio.h>
#include <stdlib.h>
#include <thrace/thrace.h>
#include <unistd.h>

static pid_t tid;

static void *note(void *unused)
{
	tid = gettid();
	return unused;
}

__attribute__((noinline, noclone)) static int start_one(void)
{
	thr_thread_opts opts = {.target = note};
	thr_thread *thread;
	int line = __LINE__ + 2;

	if (thr_thread_new(&thread, &opts) || thr_thread_start(thread))
		exit(1);
	thr_thread_join(thread, THR_FOREVER);
	thr_thread_unref(thread);
	return line;
}

int main(void)
{
	int line = start_one();

	printf("libthrace %d start_one %d\n", tid, line);
	return 0;
}
