// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Workers at a bounded queue: main puts tasks, waits until all are done, then closes the shop.
 *
 *   cc workers.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <stdio.h>
#include <thrace/thrace.h>

enum { WORKERS = 3, TASKS = 12 };

static thr_queue *tasks;
static thr_lock print_lock;

static void *work(void *arg)
{
	char name[32];
	void *task;

	thr_thread_name(thr_current(), name, sizeof(name));
	while (thr_queue_get(tasks, &task, THR_FOREVER) == 0) {
		thr_sleep(THR_MS(2));
		{
			THR_WITH_LOCK(&print_lock);
			printf("%s did task %ld\n", name, (long)task);
		}
		thr_queue_task_done(tasks);
	}
	return arg; /* -EPIPE: the queue is shut down and empty */
}

int main(void)
{
	thr_thread *workers[WORKERS];

	if (thr_queue_new(&tasks, &(thr_queue_opts){.maxsize = 4}))
		return 1;
	for (int i = 0; i < WORKERS; i++) {
		if (thr_thread_go(&workers[i], work, NULL))
			return 1;
	}
	for (long task = 1; task <= TASKS; task++)
		thr_queue_put(tasks, (void *)task, THR_FOREVER);
	thr_queue_join(tasks, THR_FOREVER);
	printf("all done\n");
	thr_queue_shutdown(tasks, false);
	for (int i = 0; i < WORKERS; i++) {
		thr_thread_join(workers[i], THR_FOREVER);
		thr_thread_unref(workers[i]);
	}
	thr_queue_unref(tasks);
	return 0;
}
