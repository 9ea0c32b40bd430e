// SPDX-License-Identifier: GPL-2.0-only
/* Creates threads and processes in every way, and says where: "WAY TID FUNCTION LINE" for each. */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/live/place/programs/library.h"

#define NOINLINE __attribute__((noinline, noclone))

extern char **environ;
static pid_t tid;

static void say(const char *way, pid_t number, const char *function, int line)
{
	printf("%s %d %s %d\n", way, number, function, line);
}

static void *note(void *unused)
{
	tid = gettid();
	return unused;
}

static void join(pthread_t thread, const char *way, const char *function, int line)
{
	pthread_join(thread, NULL);
	say(way, tid, function, line);
}

NOINLINE static void create_direct(void)
{
	pthread_t thread;
	int line = __LINE__ + 2;

	if (pthread_create(&thread, NULL, note, NULL))
		exit(1);
	join(thread, "direct", __func__, line);
}

NOINLINE static int wrapped(pthread_t *thread)
{
	int error = pthread_create(thread, NULL, note, NULL);

	__asm__ volatile("" : "+r"(error)); /* no tail call */
	return error;
}

NOINLINE static void create_wrapped(void)
{
	pthread_t thread;
	int line = __LINE__ + 2;

	if (wrapped(&thread))
		exit(1);
	join(thread, "wrapped", __func__, line);
}

NOINLINE static void create_in_library(void)
{
	pthread_t thread;
	int line = made_in_library(&thread, note);

	join(thread, "library", "made_in_library", line);
}

/* More of a stack than anybody copies lies between the creation and its caller; the place is known all the same. */
NOINLINE static void create_deep(void)
{
	volatile char much[100000];
	pthread_t thread;
	int line = __LINE__ + 3;

	memset((char *)much, 'x', sizeof(much));
	if (pthread_create(&thread, NULL, note, NULL))
		exit(1);
	join(thread, "deep", __func__, line + !much[5]);
}

static void *create_below(void *unused)
{
	create_direct();
	return unused;
}

/* The creator is not main, and is gone soon after. */
NOINLINE static void create_in_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, create_below, NULL))
		exit(1);
	pthread_join(thread, NULL);
}

NOINLINE static void create_by_fork(void)
{
	int line = __LINE__ + 1;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	say("fork", pid, __func__, line);
}

NOINLINE static void create_by_vfork(void)
{
	volatile int line = __LINE__ + 1;
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	say("vfork", pid, __func__, line);
}

NOINLINE static void create_by_spawn(void)
{
	char *arguments[] = {"true", NULL};
	int line = __LINE__ + 3;
	pid_t pid;

	if (posix_spawnp(&pid, "true", NULL, NULL, arguments, environ))
		exit(1);
	waitpid(pid, NULL, 0);
	say("spawn", pid, __func__, line);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	create_direct();
	create_wrapped();
	create_in_library();
	create_deep();
	create_in_thread();
	create_by_fork();
	create_by_vfork();
	create_by_spawn();
	return 0;
}
