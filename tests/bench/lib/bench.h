/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Contests: each contestant does the same thing n times a round, in twenty turns, and tells how many nanoseconds one
 * took. Turns are interleaved (every contestant once, then again), so that what else the machine does meets all of them; what is printed are medians,
 * of the times and of the first contestant's ratio to each other one within a turn.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct contestant {
	const char *name;
	double (*round)(long n); /* ns per operation; below 0: cannot take part */
	long share;              /* above 0: slow; takes every twentieth turn, with n / share operations */
	double goal;             /* the first one's ratio to this one must not be above it; 0: no goal */
};

/* Prints the table. True: every goal was met. */
bool contest(const char *title, const struct contestant *contestants, size_t count, long n, int rounds);

double now_ns(void);

/* Python's figure: what tests/bench/lib/python.py says to "what n". */
double ask_python(const char *what, long n);

bool bench_threads(int rounds);
bool bench_locks(int rounds);
bool bench_queues(int rounds);
bool bench_probes(int rounds);
void bench_memory(void);

#endif
