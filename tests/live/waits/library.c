/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A program of libthrace that knows what its threads wait for: one thread for each kind of wait that has no end, two in a
 * deadlock of its locks, one with a name longer than the kernel keeps. Prints the facts as truth.c does, and stays. With
 * an argument it leaves the deadlock out and ends after a moment, with daemons in all of the other waits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thrace/thrace.h>
#include <unistd.h>

static thr_lock locks[2];
static thr_event event, both_have[2];
static thr_sem semaphore;
static thr_cond condition;
static thr_barrier barrier;
static thr_queue *empty, *full;
static thr_thread *joined;

static void must(int error)
{
	if (!error)
		return;
	fprintf(stderr, "library: %s\n", strerror(-error));
	exit(1);
}

static void *deadlocked(void *arg)
{
	int self = arg != NULL;

	must(thr_lock_acquire(&locks[self], THR_FOREVER));
	thr_event_set(&both_have[self]);
	must(thr_event_wait(&both_have[!self], THR_FOREVER));
	must(thr_lock_acquire(&locks[!self], THR_FOREVER));
	return NULL;
}

static void *wait_event(void *arg)
{
	thr_event_wait(&event, THR_FOREVER);
	return arg;
}

static void *wait_semaphore(void *arg)
{
	thr_sem_acquire(&semaphore, THR_FOREVER);
	return arg;
}

static void *wait_condition(void *arg)
{
	thr_cond_acquire(&condition, THR_FOREVER);
	thr_cond_wait(&condition, THR_FOREVER);
	return arg;
}

static void *wait_barrier(void *arg)
{
	thr_barrier_wait(&barrier);
	return arg;
}

static void *wait_get(void *arg)
{
	void *item;

	thr_queue_get(empty, &item, THR_FOREVER);
	return arg;
}

static void *wait_put(void *arg)
{
	thr_queue_put(full, &arg, THR_FOREVER);
	thr_queue_put(full, &arg, THR_FOREVER);
	return arg;
}

static void *wait_join(void *arg)
{
	thr_thread_join(joined, THR_FOREVER);
	return arg;
}

static thr_thread *begin(const char *name, void *(*target)(void *), void *arg, thr_daemon daemon)
{
	const thr_thread_opts opts = {.target = target, .arg = arg, .name = name, .daemon = daemon};
	thr_thread *thread;

	must(thr_thread_new(&thread, &opts));
	must(thr_thread_start(thread));
	return thread;
}

int main(int argc, char **argv)
{
	const thr_queue_opts one = {.maxsize = 1};

	must(thr_sem_init(&semaphore, 0));
	must(thr_barrier_init(&barrier, 2, NULL, NULL, THR_FOREVER));
	must(thr_queue_new(&empty, NULL));
	must(thr_queue_new(&full, &one));
	(void)argv;
	if (argc == 1) {
		begin("a thread with a long name", deadlocked, NULL, THR_DAEMON_NO);
		begin("two", deadlocked, "two", THR_DAEMON_YES);
	}
	joined = begin("event", wait_event, NULL, THR_DAEMON_YES);
	begin("semaphore", wait_semaphore, NULL, THR_DAEMON_YES);
	begin("condition", wait_condition, NULL, THR_DAEMON_YES);
	begin("barrier", wait_barrier, NULL, THR_DAEMON_YES);
	begin("get", wait_get, NULL, THR_DAEMON_YES);
	begin("put", wait_put, NULL, THR_DAEMON_YES);
	begin("join", wait_join, NULL, THR_DAEMON_YES);
	if (argc > 1) {
		usleep(600000); /* longer than between two looks at the registry */
		return 0;
	}
	puts("{\"deadlock\": [\"a thread with a long name\", \"two\"], \"facts\": ["
	     "{\"who\": \"a thread with a long name\", \"kind\": \"lock\", \"on\": \"two\"},"
	     "{\"who\": \"two\", \"kind\": \"lock\", \"on\": \"a thread with a long name\"},"
	     "{\"who\": \"event\", \"kind\": \"event\", \"on\": null},"
	     "{\"who\": \"semaphore\", \"kind\": \"semaphore\", \"on\": null},"
	     "{\"who\": \"condition\", \"kind\": \"condition\", \"on\": null},"
	     "{\"who\": \"barrier\", \"kind\": \"barrier\", \"on\": null},"
	     "{\"who\": \"get\", \"kind\": \"queue_get\", \"on\": null},"
	     "{\"who\": \"put\", \"kind\": \"queue_put\", \"on\": null},"
	     "{\"who\": \"join\", \"kind\": \"join\", \"on\": \"event\"}]}");
	fflush(stdout);
	while (1)
		pause();
}
