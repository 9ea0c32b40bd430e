/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Queues: n items from so many producers to so many consumers; each consumer ends with an item of its own. */
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <thrace/thrace.h>

#include "bench.h"

/* What each contestant's queue is to the traffic. */
struct queue_type {
	void *(*make)(void);
	void (*put)(void *queue, void *item);
	void *(*get)(void *queue);
	void (*drop)(void *queue);
};

struct traffic {
	const struct queue_type *type;
	void *queue;
	long items; /* of one producer */
};

static char item[1], last[1];

static void *produce(void *arg)
{
	struct traffic *traffic = arg;

	for (long i = 0; i < traffic->items; i++)
		traffic->type->put(traffic->queue, item);
	return NULL;
}

static void *consume(void *arg)
{
	struct traffic *traffic = arg;

	while (traffic->type->get(traffic->queue) != last)
		;
	return NULL;
}

static double run(const struct queue_type *type, int producers, int consumers, long n)
{
	struct traffic traffic = { type, type->make(), n / producers };
	pthread_t threads[8];
	double begin = now_ns();

	for (int i = 0; i < consumers; i++)
		pthread_create(&threads[i], NULL, consume, &traffic);
	for (int i = 0; i < producers; i++)
		pthread_create(&threads[consumers + i], NULL, produce, &traffic);
	for (int i = 0; i < producers; i++)
		pthread_join(threads[consumers + i], NULL);
	for (int i = 0; i < consumers; i++)
		type->put(traffic.queue, last);
	for (int i = 0; i < consumers; i++)
		pthread_join(threads[i], NULL);
	begin = (now_ns() - begin) / (double)n;
	type->drop(traffic.queue);
	return begin;
}

static void *thrace_make(void)
{
	thr_queue *queue;

	return thr_queue_new(&queue, NULL) ? NULL : queue;
}

static void thrace_put(void *queue, void *one)
{
	thr_queue_put(queue, one, THR_FOREVER);
}

static void *thrace_get(void *queue)
{
	void *one = NULL;

	thr_queue_get(queue, &one, THR_FOREVER);
	return one;
}

static void thrace_drop(void *queue)
{
	thr_queue_unref(queue);
}

static void *glib_make(void)
{
	return g_async_queue_new();
}

static void glib_put(void *queue, void *one)
{
	g_async_queue_push(queue, one);
}

static void *glib_get(void *queue)
{
	return g_async_queue_pop(queue);
}

static void glib_drop(void *queue)
{
	g_async_queue_unref(queue);
}

static const struct queue_type thrace_type = { thrace_make, thrace_put, thrace_get, thrace_drop };
static const struct queue_type glib_type = { glib_make, glib_put, glib_get, glib_drop };

#define TRAFFIC(producers, consumers)                                                                        \
	static double thrace_##producers##_##consumers(long n)                                               \
	{                                                                                                    \
		return run(&thrace_type, producers, consumers, n);                                           \
	}                                                                                                    \
	static double glib_##producers##_##consumers(long n)                                                 \
	{                                                                                                    \
		return run(&glib_type, producers, consumers, n);                                             \
	}                                                                                                    \
	static double python_##producers##_##consumers(long n)                                               \
	{                                                                                                    \
		return ask_python("queue_" #producers "_" #consumers, n);                                    \
	}                                                                                                    \
	static bool contest_##producers##_##consumers(int rounds)                                            \
	{                                                                                                    \
		const struct contestant contestants[] = {                                                    \
			{ .name = "thr_queue", .round = thrace_##producers##_##consumers },                  \
			{ .name = "GAsyncQueue", .round = glib_##producers##_##consumers, .goal = 1.0 },     \
			{ .name = "CPython Queue", .round = python_##producers##_##consumers, .share = 10 }, \
		};                                                                                           \
		return contest("queue, " #producers " to " #consumers ": put + get", contestants, 3, 200000, \
			       rounds);                                                                      \
	}

TRAFFIC(1, 1)
TRAFFIC(4, 1)
TRAFFIC(4, 4)

bool bench_queues(int rounds)
{
	bool met = contest_1_1(rounds);

	met &= contest_4_1(rounds);
	return contest_4_4(rounds) && met;
}
