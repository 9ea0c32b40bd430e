// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One token ends every kind of wait: a lock's, a queue's, a join, a sleep; and main waits for whichever thread ends first.
 *
 *   cc cancel.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <stdio.h>
#include <thrace/thrace.h>

static thr_cancel enough;
static thr_lock lock;
static thr_queue *queue;

static void *wait_for_lock(void *arg)
{
	(void)arg;
	return (void *)(long)thr_lock_acquire_cancel(&lock, THR_FOREVER, &enough);
}

static void *wait_for_item(void *arg)
{
	void *item;

	(void)arg;
	return (void *)(long)thr_queue_get_cancel(queue, &item, THR_FOREVER, &enough);
}

static void *wait_for_main(void *arg)
{
	(void)arg;
	return (void *)(long)thr_thread_join_cancel(thr_main(), THR_FOREVER, &enough);
}

static void *sleep_long(void *arg)
{
	(void)arg;
	return (void *)(long)thr_sleep_cancel(THR_S(1000), &enough);
}

int main(void)
{
	void *(*const targets[])(void *) = {wait_for_lock, wait_for_item, wait_for_main, sleep_long};
	thr_any any[4];
	int first;

	if (thr_queue_new(&queue, NULL) || thr_lock_acquire(&lock, THR_FOREVER))
		return 1;
	for (int i = 0; i < 4; i++) {
		thr_thread *thread;

		if (thr_thread_go(&thread, targets[i], NULL))
			return 1;
		any[i] = (thr_any){.kind = THR_ANY_THREAD, .object = thread};
	}
	printf("nobody ends by himself: %s\n", thr_strerror(thr_wait_any(any, 4, THR_MS(50))));
	thr_cancel_set(&enough);
	first = thr_wait_any(any, 4, THR_FOREVER);
	for (int i = 0; i < 4; i++) {
		void *value;

		thr_thread_join(any[i].object, THR_FOREVER);
		thr_thread_result(any[i].object, &value, NULL);
		printf("thread %d%s: %s\n", i, i == first ? ", the first," : "", thr_strerror((int)(long)value));
		thr_thread_unref(any[i].object);
	}
	thr_queue_unref(queue);
	return 0;
}
