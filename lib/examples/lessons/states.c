// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One thread through all its states: New, Ready, Running, Blocked (in a sleep, in I/O, at a
 * lock, in a join), Terminated. All threads are kept on one CPU, so that the student must wait
 * for it (Ready) while main keeps it busy.
 */
#include <sched.h>
#include <unistd.h>
#include "lesson.h"

static int ends[2]; /* of a pipe */
static thr_lock lock;
static thr_event ready_for_lock;

static void use_one_cpu(void)
{
	cpu_set_t chosen;

	CPU_ZERO(&chosen);
	CPU_SET(sched_getcpu(), &chosen);
	sched_setaffinity(0, sizeof(chosen), &chosen);
}

static void keep_cpu_busy(double seconds)
{
	const thr_ns until = thr_monotonic() + lesson_seconds(seconds);

	while (thr_monotonic() < until)
		;
}

static void *helper(void *arg)
{
	lesson_sleep(0.5);
	return arg;
}

static void *student(void *arg)
{
	thr_thread *friend_of_mine;
	char byte;

	puts("Running: I have a CPU");
	puts("Blocked: I sleep");
	lesson_sleep(0.5);

	puts("Blocked: I read from an empty pipe");
	if (read(ends[0], &byte, 1) != 1)
		return NULL;

	puts("Blocked: I want a lock that main holds");
	thr_event_set(&ready_for_lock);
	thr_lock_acquire(&lock, THR_FOREVER);
	thr_lock_release(&lock);

	puts("Blocked: I join another thread");
	must(thr_thread_new(&friend_of_mine,
			    &(thr_thread_opts){.target = helper, .name = "helper"}));
	must(thr_thread_start(friend_of_mine));
	must(thr_thread_join(friend_of_mine, THR_FOREVER));
	thr_thread_unref(friend_of_mine);

	puts("Running: I count");
	keep_cpu_busy(0.3);
	puts("Terminated: I return");
	return arg;
}

int main(int argc, char **argv)
{
	thr_thread *t;

	lesson_begin(argc, argv, NULL);
	if (pipe(ends))
		return 1;
	use_one_cpu();
	thr_lock_acquire(&lock, THR_FOREVER);
	must(thr_thread_new(&t, &(thr_thread_opts){.target = student, .name = "student"}));
	puts("New: the student is about to be created");
	must(thr_thread_start(t));
	puts("Ready: it could run, but main has the only CPU");
	keep_cpu_busy(0.3);

	lesson_sleep(1); /* it runs, sleeps, and reads */
	if (write(ends[1], "x", 1) != 1)
		return 1;
	thr_event_wait(&ready_for_lock, THR_FOREVER);
	lesson_sleep(0.5); /* it wants the lock */
	thr_lock_release(&lock);
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_unref(t);
	return 0;
}
