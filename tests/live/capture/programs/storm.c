// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many lives.
 * Usage: storm threads N     creates and joins N threads, one after the other
 *        storm processes N   N processes in a ring pass a message around, ROUNDS times
 *        storm together N    N threads that are all there at once
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 20

static pthread_barrier_t all_there;

static void *nothing(void *arg)
{
	return arg;
}

static void *meet(void *arg)
{
	pthread_barrier_wait(&all_there);
	return arg;
}

static void threads(long count)
{
	pthread_t thread;

	for (long i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
			errx(1, "thread %ld", i);
}

static void together(long count)
{
	pthread_t *threads = calloc((size_t)count, sizeof(*threads));
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 32768);
	pthread_barrier_init(&all_there, NULL, (unsigned int)count + 1);
	for (long i = 0; i < count; i++)
		if (pthread_create(&threads[i], &small, meet, NULL))
			errx(1, "thread %ld", i);
	pthread_barrier_wait(&all_there);
	for (long i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void pass_on(int from, int to)
{
	char message;

	for (int round = 0; round < ROUNDS; round++)
		if (read(from, &message, 1) != 1 || write(to, &message, 1) != 1)
			err(1, "pipe");
}

static void processes(long count)
{
	int first[2], from, ends[2];
	char message = 'x';

	if (pipe(first))
		err(1, "pipe");
	from = first[0];
	for (long i = 0; i < count; i++) {
		if (pipe(ends))
			err(1, "pipe");
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			pass_on(from, ends[1]);
			_exit(0);
		}
		close(from);
		close(ends[1]);
		from = ends[0];
	}
	for (int round = 0; round < ROUNDS; round++)
		if (write(first[1], &message, 1) != 1 || read(from, &message, 1) != 1)
			err(1, "pipe");
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	long count = argc > 2 ? atol(argv[2]) : 0;

	if (count <= 0)
		errx(2, "usage: storm threads|processes|together N");
	if (!strcmp(argv[1], "threads"))
		threads(count);
	else if (!strcmp(argv[1], "processes"))
		processes(count);
	else
		together(count);
	return 0;
}
