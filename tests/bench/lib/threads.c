/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Start and join, one thread after the other; a timer that is started and cancelled; what a thread object takes. */
#include <glib.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <thrace/registry.h>
#include <thrace/thrace.h>
#include <threads.h>
#include <uv.h>

#include "bench.h"

static void *target(void *arg)
{
	return arg;
}

static int c11_target(void *arg)
{
	return arg != NULL;
}

static void uv_target(void *arg)
{
	(void)arg;
}

#define TIMED(n, ...)                                                                                        \
	do {                                                                                                 \
		double begin = now_ns();                                                                     \
		for (long i = 0; i < (n); i++) {                                                             \
			__VA_ARGS__                                                                          \
		}                                                                                            \
		return (now_ns() - begin) / (double)(n);                                                     \
	} while (0)

static double thrace_start_join(long n)
{
	TIMED(n, {
		thr_thread *thread;

		thr_thread_go(&thread, target, NULL);
		thr_thread_join(thread, THR_FOREVER);
		thr_thread_unref(thread);
	});
}

/* As GLib does: the kernel is told the name. */
static double named_start_join(long n)
{
	TIMED(n, {
		thr_thread_opts opts = { .target = target, .name = "bench" };
		thr_thread *thread;

		thr_thread_new(&thread, &opts);
		thr_thread_start(thread);
		thr_thread_join(thread, THR_FOREVER);
		thr_thread_unref(thread);
	});
}

static double pthread_start_join(long n)
{
	TIMED(n, {
		pthread_t thread;

		pthread_create(&thread, NULL, target, NULL);
		pthread_join(thread, NULL);
	});
}

static double c11_start_join(long n)
{
	TIMED(n, {
		thrd_t thread;

		thrd_create(&thread, c11_target, NULL);
		thrd_join(thread, NULL);
	});
}

static double glib_start_join(long n)
{
	TIMED(n, { g_thread_join(g_thread_new("bench", target, NULL)); });
}

static double uv_start_join(long n)
{
	TIMED(n, {
		uv_thread_t thread;

		uv_thread_create(&thread, uv_target, NULL);
		uv_thread_join(&thread);
	});
}

static double python_start_join(long n)
{
	return ask_python("start_join", n);
}

static void nothing(void *arg)
{
	(void)arg;
}

static double thrace_timer(long n)
{
	TIMED(n, {
		thr_timer *timer;

		thr_timer_new(&timer, THR_S(100), nothing, NULL);
		thr_timer_start(timer);
		thr_timer_cancel(timer);
		thr_timer_join(timer, THR_FOREVER);
		thr_timer_free(timer);
	});
}

/* The same by hand: a thread that waits for a condition or for the time. */
struct by_hand {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool cancelled;
};

static void *wait_by_hand(void *arg)
{
	struct by_hand *timer = arg;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 100;
	pthread_mutex_lock(&timer->mutex);
	while (!timer->cancelled && pthread_cond_timedwait(&timer->cond, &timer->mutex, &until) == 0)
		;
	pthread_mutex_unlock(&timer->mutex);
	return NULL;
}

static double pthread_timer(long n)
{
	TIMED(n, {
		struct by_hand timer = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
		pthread_t thread;

		pthread_create(&thread, NULL, wait_by_hand, &timer);
		pthread_mutex_lock(&timer.mutex);
		timer.cancelled = true;
		pthread_cond_signal(&timer.cond);
		pthread_mutex_unlock(&timer.mutex);
		pthread_join(thread, NULL);
	});
}

static double python_timer(long n)
{
	return ask_python("timer", n);
}

bool bench_threads(int rounds)
{
	const struct contestant start_join[] = {
		{ .name = "thrace", .round = thrace_start_join },
		{ .name = "raw pthread", .round = pthread_start_join, .goal = 1.05 },
		{ .name = "thrace, named", .round = named_start_join },
		{ .name = "C11 threads", .round = c11_start_join },
		{ .name = "GLib GThread", .round = glib_start_join },
		{ .name = "libuv", .round = uv_start_join },
		{ .name = "CPython", .round = python_start_join, .share = 4 },
	};
	const struct contestant timer[] = {
		{ .name = "thrace", .round = thrace_timer },
		{ .name = "pthread by hand", .round = pthread_timer },
		{ .name = "CPython Timer", .round = python_timer, .share = 4 },
	};
	bool met = contest("start + join", start_join, 7, 2000, rounds);

	return contest("timer: start + cancel + join", timer, 3, 1000, rounds) && met;
}

void bench_memory(void)
{
	enum { N = 4096 };
	static thr_thread *threads[N];
	size_t before = mallinfo2().uordblks;

	for (int i = 0; i < N; i++)
		thr_thread_new(&threads[i], NULL);
	printf("memory\n  a thread object takes %.0f bytes (its name and its registry slot of %zu included)\n",
	       (double)(mallinfo2().uordblks - before) / N, sizeof(struct thr_slot));
	for (int i = 0; i < N; i++)
		thr_thread_unref(threads[i]);
	printf("  lock %zu, rlock %zu, cond %zu, sem %zu, event %zu, barrier %zu, cancel %zu bytes\n", sizeof(thr_lock),
	       sizeof(thr_rlock), sizeof(thr_cond), sizeof(thr_sem), sizeof(thr_event), sizeof(thr_barrier),
	       sizeof(thr_cancel));
}
