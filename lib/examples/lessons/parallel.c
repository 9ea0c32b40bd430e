// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Concurrency is not parallelism. Four threads count at once: on one CPU they take turns, on
 * two they run side by side. With --waiting they do not count but wait for a device, five times
 * a tenth of a second each: waits overlap on one CPU.
 */
#include <sched.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "lesson.h"

enum { ONE_CPU = 1, TWO_CPUS, WAITING };

#define THREADS 4
#define WAITS	5

/* Work for the CPU: a quarter of a second of its time, however long that takes by the clock. */
static void *count(void *arg)
{
	const thr_ns budget = lesson_seconds(0.25);
	struct timespec used;

	do {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	} while (THR_S(used.tv_sec) + used.tv_nsec < budget);
	return arg;
}

/* Work for a device: a timer stands for the disk or the network, and read(2) waits for it as it
 * would for them. */
static void *wait_for_device(void *arg)
{
	const thr_ns pause = lesson_seconds(0.1);
	const int device = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t times;

	for (int i = 0; i < WAITS; i++) {
		timerfd_settime(
		    device, 0,
		    &(struct itimerspec){.it_value = {pause / THR_S(1), pause % THR_S(1)}},
		    NULL);
		if (read(device, &times, sizeof(times)) < 0)
			break;
	}
	close(device);
	return arg;
}

/* Which CPUs the process may use; its threads inherit it. */
static void use_cpus(int most)
{
	cpu_set_t allowed, chosen;
	int count_chosen = 0;

	CPU_ZERO(&chosen);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE && count_chosen < most; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		CPU_SET(cpu, &chosen);
		count_chosen++;
	}
	sched_setaffinity(0, sizeof(chosen), &chosen);
	printf("%d threads on %d CPU%s\n", THREADS, count_chosen, count_chosen == 1 ? "" : "s");
}

int main(int argc, char **argv)
{
	const int variant =
	    lesson_begin(argc, argv, "--one-cpu", "--two-cpus", "--waiting", NULL);
	const thr_ns begin = thr_monotonic();
	thr_thread *threads[THREADS];

	use_cpus(variant == TWO_CPUS ? 2 : 1);
	for (int i = 0; i < THREADS; i++) {
		must(thr_thread_new(&threads[i],
				    &(thr_thread_opts){
					.target = variant == WAITING ? wait_for_device : count,
					.target_name = variant == WAITING ? "wait" : "count",
				    }));
		must(thr_thread_start(threads[i]));
	}
	for (int i = 0; i < THREADS; i++) {
		must(thr_thread_join(threads[i], THR_FOREVER));
		thr_thread_unref(threads[i]);
	}
	printf("done after %.2f s\n", (double)(thr_monotonic() - begin) / 1e9);
	return 0;
}
