/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The contest, and main: bench [ROUNDS [threads|locks|queues|probes|memory]...]. Exit status 0 whatever the figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

/* A round is many short turns: what disturbs one of them does not disturb all. */
enum { TURNS = 20, MAX_CONTESTANTS = 8, MAX_ROUNDS = 50, MAX_TURNS = TURNS * MAX_ROUNDS };

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
	double sorted[MAX_TURNS];

	memcpy(sorted, values, (size_t)n * sizeof(*values));
	qsort(sorted, (size_t)n, sizeof(*sorted), by_size);
	return sorted[n / 2];
}

/* The times of one contestant, those of the first in the same rounds, and how many there are. */
struct results {
	double ns[MAX_TURNS], first[MAX_TURNS];
	int n;
};

static bool print_result(const struct contestant *first, const struct contestant *one, const struct results *results)
{
	double ratios[MAX_TURNS], ratio;

	for (int i = 0; i < results->n; i++)
		ratios[i] = results->first[i] / results->ns[i];
	ratio = median(ratios, results->n);
	printf("  %-28s %10.1f ns", one->name, median(results->ns, results->n));
	if (one != first)
		printf("   %s is %.2f of it", first->name, ratio);
	if (one->goal > 0)
		printf(" (goal %.2f: %s)", one->goal, ratio <= one->goal ? "met" : "MISSED");
	printf("\n");
	return one->goal <= 0 || ratio <= one->goal;
}

static void take_turn(const struct contestant *contestants, size_t count, long n, int turn, struct results *results)
{
	double ns[MAX_CONTESTANTS];

	/* Another begins each time: who comes after whom must not matter. */
	for (size_t i = 0; i < count; i++) {
		size_t at = (i + (size_t)turn) % count;
		const struct contestant *one = &contestants[at];

		ns[at] = one->share && turn % TURNS ? 0 : one->round(one->share ? n * TURNS / one->share : n);
	}
	for (size_t i = 0; i < count; i++) {
		if (ns[i] <= 0)
			continue;
		results[i].ns[results[i].n] = ns[i];
		results[i].first[results[i].n++] = ns[0];
	}
}

bool contest(const char *title, const struct contestant *contestants, size_t count, long n, int rounds)
{
	static struct results results[MAX_CONTESTANTS];
	bool met = true;

	memset(results, 0, sizeof(results));
	take_turn(contestants, count, n / TURNS, 0, results); /* warms up */
	memset(results, 0, sizeof(results));
	for (int turn = 0; turn < rounds * TURNS; turn++)
		take_turn(contestants, count, n / TURNS, turn, results);
	printf("%s\n", title);
	for (size_t i = 0; i < count; i++)
		met &= print_result(&contestants[0], &contestants[i], &results[i]);
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
	printf("libthrace beside others: medians of %d interleaved turns\n", rounds * TURNS);
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
