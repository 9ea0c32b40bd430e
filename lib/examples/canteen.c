// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A canteen at noon, and what `make demo` watches: cooks take orders from one queue and share one oven, a waiter
 * brings the orders, a daemon plays music until the house closes, and main joins them all.
 *
 *   cc canteen.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <stdint.h>
#include <stdio.h>
#include <thrace/thrace.h>
#include <time.h>

#define COOKS  3
#define ORDERS 24

struct canteen {
	thr_queue *orders;
	thr_lock oven;
	int served[COOKS];
};

struct cook {
	struct canteen *canteen;
	int number;
};

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* Cutting is work for the CPU. */
static void cut(void)
{
	const thr_ns until = thr_monotonic() + THR_MS(2);
	volatile uint64_t slices = 0;

	while (thr_monotonic() < until)
		slices++;
}

static void *cook(void *arg)
{
	struct cook *self = arg;
	struct canteen *canteen = self->canteen;
	void *order;

	while (!thr_queue_get(canteen->orders, &order, THR_FOREVER)) {
		cut();
		thr_lock_acquire(&canteen->oven, THR_FOREVER);
		sleep_ms(4);
		thr_lock_release(&canteen->oven);
		canteen->served[self->number]++;
		thr_queue_task_done(canteen->orders);
	}
	return NULL; /* the queue is shut down and empty */
}

static void *waiter(void *arg)
{
	struct canteen *canteen = arg;

	for (intptr_t order = 1; order <= ORDERS; order++) {
		thr_queue_put(canteen->orders, (void *)order, THR_FOREVER);
		sleep_ms(1);
	}
	return NULL;
}

static void *music(void *arg)
{
	(void)arg;
	for (;;)
		sleep_ms(20);
	return NULL;
}

static thr_thread *start(const char *name, void *(*target)(void *), void *arg, thr_daemon daemon)
{
	thr_thread *thread;

	if (thr_thread_new(&thread, &(thr_thread_opts){.target = target, .arg = arg, .name = name, .daemon = daemon}))
		return NULL;
	if (!thr_thread_start(thread))
		return thread;
	thr_thread_unref(thread);
	return NULL;
}

static void see_off(thr_thread *thread)
{
	if (!thread)
		return;
	thr_thread_join(thread, THR_FOREVER);
	thr_thread_unref(thread);
}

int main(void)
{
	static const char *const names[COOKS] = {"cook-ada", "cook-ben", "cook-cem"};
	struct canteen canteen = {0};
	struct cook cooks[COOKS];
	thr_thread *threads[COOKS];
	int served = 0;

	if (thr_queue_new(&canteen.orders, &(thr_queue_opts){.maxsize = 8}))
		return 1;
	thr_thread_unref(start("music", music, NULL, THR_DAEMON_YES));
	for (int i = 0; i < COOKS; i++) {
		cooks[i] = (struct cook){.canteen = &canteen, .number = i};
		threads[i] = start(names[i], cook, &cooks[i], THR_DAEMON_NO);
	}
	see_off(start("waiter", waiter, &canteen, THR_DAEMON_NO));
	thr_queue_shutdown(canteen.orders, false);
	for (int i = 0; i < COOKS; i++) {
		see_off(threads[i]);
		served += canteen.served[i];
	}
	thr_queue_unref(canteen.orders);
	printf("%d orders served by %d cooks\n", served, COOKS);
	return served != ORDERS;
}
