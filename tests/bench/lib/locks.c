/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Locks, alone and fought over by two and four threads; and what a disabled probe costs. */
#include <glib.h>
#include <pthread.h>
#include <thrace/thrace.h>

#include "bench.h"
#include "../../../lib/src/probe.h"

static thr_lock lock;
static thr_rlock rlock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static GMutex gmutex;
static volatile long shared;

/* One loop for each, so that the calls are direct ones. */
#define LOOP(name, take, give)                                                                               \
	static void *name##_loop(void *arg)                                                                  \
	{                                                                                                    \
		for (long i = (long)(intptr_t)arg; i > 0; i--) {                                             \
			take;                                                                                \
			shared++;                                                                            \
			give;                                                                                \
		}                                                                                            \
		return NULL;                                                                                 \
	}                                                                                                    \
	static double name##_alone(long n)                                                                   \
	{                                                                                                    \
		return by_threads(name##_loop, 1, n);                                                        \
	}                                                                                                    \
	static double name##_by_two(long n)                                                                  \
	{                                                                                                    \
		return by_threads(name##_loop, 2, n);                                                        \
	}                                                                                                    \
	static double name##_by_four(long n)                                                                 \
	{                                                                                                    \
		return by_threads(name##_loop, 4, n);                                                        \
	}

/* n in all; alone in the calling thread. */
static double by_threads(void *(*loop)(void *), int count, long n)
{
	void *share = (void *)(intptr_t)(n / count);
	pthread_t threads[4];
	double begin = now_ns();

	for (int i = 1; i < count; i++)
		pthread_create(&threads[i], NULL, loop, share);
	loop(share);
	for (int i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	return (now_ns() - begin) / (double)n;
}

LOOP(thrace, thr_lock_acquire(&lock, THR_FOREVER), thr_lock_release(&lock))
LOOP(recursive, thr_rlock_acquire(&rlock, THR_FOREVER), thr_rlock_release(&rlock))
LOOP(mutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
LOOP(glib, g_mutex_lock(&gmutex), g_mutex_unlock(&gmutex))

static double python_lock(long n)
{
	return ask_python("lock", n);
}

bool bench_locks(int rounds)
{
	const struct contestant alone[] = {
		{ .name = "thr_lock", .round = thrace_alone },
		{ .name = "pthread_mutex", .round = mutex_alone, .goal = 1.0 },
		{ .name = "GMutex", .round = glib_alone },
		{ .name = "thr_rlock", .round = recursive_alone },
		{ .name = "CPython Lock", .round = python_lock, .share = 10 },
	};
	const struct contestant two[] = {
		{ .name = "thr_lock", .round = thrace_by_two },
		{ .name = "pthread_mutex", .round = mutex_by_two },
		{ .name = "GMutex", .round = glib_by_two },
		{ .name = "thr_rlock", .round = recursive_by_two },
	};
	const struct contestant four[] = {
		{ .name = "thr_lock", .round = thrace_by_four },
		{ .name = "pthread_mutex", .round = mutex_by_four },
		{ .name = "GMutex", .round = glib_by_four },
		{ .name = "thr_rlock", .round = recursive_by_four },
	};
	bool met = contest("lock + unlock, uncontended", alone, 5, 2000000, rounds);

	met &= contest("lock + unlock, two threads", two, 4, 1000000, rounds);
	return contest("lock + unlock, four threads", four, 4, 1000000, rounds) && met;
}

static double empty_loop(long n)
{
	double begin = now_ns();

	for (long i = 0; i < n; i++)
		__asm__ volatile("" ::"r"(i) : "memory");
	return (now_ns() - begin) / (double)n;
}

static double probe_loop(long n)
{
	double begin = now_ns();

	for (long i = 0; i < n; i++) {
		__asm__ volatile("" ::"r"(i) : "memory");
		PROBE(lock_wait, i, 2, 3);
	}
	return (now_ns() - begin) / (double)n;
}

/* The difference is what counts: an empty loop is itself a third of a nanosecond. */
static double probe_alone(long n)
{
	double difference = probe_loop(n) - empty_loop(n);

	return difference > 0.001 ? difference : 0.001;
}

static double one_nanosecond(long n)
{
	(void)n;
	return 1;
}

bool bench_probes(int rounds)
{
	const struct contestant probes[] = {
		{ .name = "disabled probe", .round = probe_alone },
		{ .name = "the goal", .round = one_nanosecond, .goal = 1.0 },
	};

	return contest("disabled probe (a loop with one, less an empty loop)", probes, 2, 20000000, rounds);
}
