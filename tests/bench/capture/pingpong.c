// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads on one CPU pass a byte to and fro through pipes: each pass is a context switch. Prints what one costs.
 * Usage: pingpong [SWITCHES [CPU]]
 */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct side {
	int from, to;
	long passes, cpu;
};

static void *play(void *arg)
{
	const struct side *side = arg;
	cpu_set_t cpus;
	char byte;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)side->cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_setaffinity");
	for (long i = 0; i < side->passes; i++)
		if (read(side->from, &byte, 1) != 1 || write(side->to, &byte, 1) != 1)
			err(1, "pipe");
	return NULL;
}

int main(int argc, char **argv)
{
	long switches = argc > 1 ? atol(argv[1]) : 400000;
	long cpu = argc > 2 ? atol(argv[2]) : 0;
	struct timespec begin, end;
	pthread_t other;
	int there[2], back[2];
	struct side near, far;

	if (pipe(there) || pipe(back))
		err(1, "pipe");
	near = (struct side){.from = back[0], .to = there[1], .passes = switches / 2, .cpu = cpu};
	far = (struct side){.from = there[0], .to = back[1], .passes = switches / 2, .cpu = cpu};
	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (pthread_create(&other, NULL, play, &far))
		errx(1, "no thread");
	if (write(back[1], "x", 1) != 1)
		err(1, "pipe");
	play(&near);
	pthread_join(other, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.1f\n",
	       ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) / (double)switches);
	return 0;
}
