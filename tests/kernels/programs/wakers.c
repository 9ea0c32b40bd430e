// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of whose wakings is known who makes them: "reader" is woken by "writer" through a pipe, "dreamer" by a timer;
 * "counts" and "calls" only keep the CPUs busy, in their own code and in the kernel's, so that the timer has somebody to
 * interrupt. Tells "NAME TID" of each on standard error.
 * Usage: wakers SECONDS
 */
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAUSE_US 5000

static int ends[2];
static atomic_bool over;

static void tell(const char *name)
{
	prctl(PR_SET_NAME, name);
	fprintf(stderr, "%s %ld\n", name, syscall(SYS_gettid));
}

static void *reader(void *arg)
{
	char message;

	tell("reader");
	while (read(ends[0], &message, 1) == 1)
		;
	return arg;
}

static void *writer(void *arg)
{
	tell("writer");
	while (!over) {
		usleep(PAUSE_US);
		if (write(ends[1], "x", 1) != 1)
			err(1, "write");
	}
	close(ends[1]);
	return arg;
}

static void *dreamer(void *arg)
{
	tell("dreamer");
	while (!over)
		usleep(PAUSE_US);
	return arg;
}

static void *counts(void *arg)
{
	volatile unsigned long count = 0;

	tell("counts");
	while (!over)
		count++;
	return arg;
}

static void *calls(void *arg)
{
	static char room[65536];
	FILE *zero = fopen("/dev/zero", "r");

	tell("calls");
	while (!over)
		if (read(fileno(zero), room, sizeof(room)) < 0)
			err(1, "read");
	fclose(zero);
	return arg;
}

int main(int argc, char **argv)
{
	void *(*const what[])(void *) = {reader, writer, dreamer, counts, calls};
	pthread_t threads[sizeof(what) / sizeof(*what)];

	if (argc != 2)
		errx(2, "usage: wakers SECONDS");
	if (pipe(ends))
		err(1, "pipe");
	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++)
		if (pthread_create(&threads[i], NULL, what[i], NULL))
			errx(1, "no thread");
	usleep((useconds_t)(atof(argv[1]) * 1000000));
	over = true;
	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++)
		pthread_join(threads[i], NULL);
	return 0;
}
