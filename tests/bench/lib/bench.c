/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The contest, and main: bench [ROUNDS [threads|locks|queues|probes|memory]...]. Exit status 0 whatever the figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

enum { MAX_CONTESTANTS = 8, MAX_ROUNDS = 101 };

double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double ask_python(const char *what, long n)
{
	char command[256];
	double ns = -1;
	FILE *pipe;

	snprintf(command, sizeof(command), "python3 %s/tests/bench/lib/python.py %s %ld", TREE, what, n);
	pipe = popen(command, "r");
	if (!pipe)
		return -1;
	if (fscanf(pipe, "%lf", &ns) != 1)
		ns = -1;
	return pclose(pipe) == 0 ? ns : -1;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *values, int n)
{
	double sorted[MAX_ROUNDS];

	memcpy(sorted, values, (size_t)n * sizeof(*values));
	qsort(sorted, (size_t)n, sizeof(*sorted), by_size);
	return sorted[n / 2];
}

bool contest(const char *title, const struct contestant *contestants, size_t count, long n, int rounds)
{
	double ns[MAX_CONTESTANTS][MAX_ROUNDS], ratios[MAX_ROUNDS];
	bool met = true;

	/* Round -1 warms up. */
	for (int round = -1; round < rounds; round++) {
		for (size_t turn = 0; turn < count; turn++) {
			/* Another begins each time: who comes after whom must not matter. */
			size_t i = (turn + (size_t)(round + 1)) % count;
			const struct contestant *one = &contestants[i];
			double took = one->round(n / (one->share ? one->share : 1));

			if (round >= 0)
				ns[i][round] = took;
		}
	}
	printf("%s\n", title);
	for (size_t i = 0; i < count; i++) {
		double ratio, goal = contestants[i].goal;

		for (int round = 0; round < rounds; round++)
			ratios[round] = ns[0][round] / ns[i][round];
		ratio = median(ratios, rounds);
		printf("  %-28s %10.1f ns", contestants[i].name, median(ns[i], rounds));
		if (i)
			printf("   %s is %.2f of it", contestants[0].name, ratio);
		if (goal > 0)
			printf(" (goal %.2f: %s)", goal, ratio <= goal ? "met" : "MISSED");
		met &= goal <= 0 || ratio <= goal;
		printf("\n");
	}
	fflush(stdout);
	return met;
}

static bool wanted(const char *part, int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], part))
			return true;
	}
	return argc <= 2;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 15;
	bool met = true;

	if (rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: bench [ROUNDS [threads|locks|queues|probes|memory]...], ROUNDS up to %d\n",
			MAX_ROUNDS);
		return 2;
	}
	printf("libthrace beside others: medians of %d interleaved rounds\n", rounds);
	if (wanted("threads", argc, argv))
		met &= bench_threads(rounds);
	if (wanted("locks", argc, argv))
		met &= bench_locks(rounds);
	if (wanted("queues", argc, argv))
		met &= bench_queues(rounds);
	if (wanted("probes", argc, argv))
		met &= bench_probes(rounds);
	if (wanted("memory", argc, argv))
		bench_memory();
	printf("goals: %s\n", met ? "all met" : "NOT all met in this run");
	return 0;
}
