// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mixed load for so many seconds: threads that come and go, fights for locks, messages through pipes, programs that
 * are started, threads that call exec, threads torn down in the middle of everything.
 * Usage: mixed SECONDS
 */
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct timespec stop;

static int over(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > stop.tv_sec || (now.tv_sec == stop.tv_sec && now.tv_nsec >= stop.tv_nsec);
}

static void *nothing(void *arg)
{
	return arg;
}

static void storm(void)
{
	pthread_t threads[8];

	while (!over()) {
		for (int i = 0; i < 8; i++)
			if (pthread_create(&threads[i], NULL, nothing, NULL))
				err(1, "no thread");
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], NULL);
	}
}

static void *fighter(void *arg)
{
	while (!over()) {
		pthread_mutex_lock(arg);
		usleep(50);
		pthread_mutex_unlock(arg);
	}
	return NULL;
}

static void fight(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, fighter, &lock))
			err(1, "no thread");
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void messages(void)
{
	int there[2], back[2];
	char byte = 'x';

	if (pipe(there) || pipe(back))
		err(1, "pipe");
	if (!fork()) {
		close(there[1]);
		close(back[0]);
		while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
			;
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	while (!over())
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			err(1, "pipe");
	close(there[1]);
	wait(NULL);
}

static void *execs(void *arg)
{
	(void)arg;
	execl("/bin/true", "true", (char *)NULL);
	err(1, "execl");
}

static void *sleeps(void *arg)
{
	for (;;)
		sleep(1000);
	return arg;
}

/* How a process of several threads ends: by exec of one, by exit of another, by a signal. */
static void end_somehow(int how)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, sleeps, NULL))
		err(1, "no thread");
	if (how == 0 && !pthread_create(&thread, NULL, execs, NULL))
		pthread_join(thread, NULL);
	if (how == 1)
		exit(0);
	raise(SIGKILL);
}

static void ends(void)
{
	for (int how = 0; !over(); how = (how + 1) % 3) {
		if (!fork())
			end_somehow(how);
		wait(NULL);
	}
}

int main(int argc, char **argv)
{
	static void (*const loads[])(void) = {storm, fight, messages, ends};

	if (argc != 2)
		errx(2, "usage: mixed SECONDS");
	clock_gettime(CLOCK_MONOTONIC, &stop);
	stop.tv_sec += atol(argv[1]);
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		if (!fork()) {
			loads[i]();
			exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
