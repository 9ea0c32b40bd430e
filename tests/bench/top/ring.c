/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A load to be looked at: ring THREADS SWITCHES_PER_S. A token goes round through all threads, one wakes the next and sleeps
 * again: two switches a step at most, one as a rule, as all share a CPU. SWITCHES_PER_S 0: all of them only sleep. Says
 * "ready" once all are there, and on SIGTERM how often the token was passed on.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint32_t *tokens; /* a word for each thread: 1 when it is its turn */
static unsigned int threads, rate;
static volatile uint64_t passed;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Keeps to the rate: rests when it is a millisecond ahead. */
static void pace(void)
{
	static uint64_t begin_ns, begin_passed;
	uint64_t due_ns, at_ns;
	struct timespec rest = {0};

	if (passed % 64)
		return;
	at_ns = now_ns();
	if (!begin_ns || at_ns > begin_ns + 1000000000) {
		begin_ns = at_ns;
		begin_passed = passed;
	}
	due_ns = begin_ns + (passed - begin_passed) * 1000000000 / rate;
	if (due_ns < at_ns + 1000000)
		return;
	rest.tv_nsec = (long)(due_ns - at_ns);
	if (rest.tv_nsec < 1000000000)
		nanosleep(&rest, NULL);
}

static void *pass_on(void *context)
{
	unsigned int self = (unsigned int)(uintptr_t)context, next = (self + 1) % threads;

	for (;;) {
		while (!__atomic_load_n(&tokens[self], __ATOMIC_ACQUIRE))
			syscall(SYS_futex, &tokens[self], FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
		tokens[self] = 0;
		passed++;
		pace();
		__atomic_store_n(&tokens[next], 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, &tokens[next], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return NULL;
}

static void tell(int number)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%llu\n", (unsigned long long)passed);

	(void)number;
	_exit(write(STDOUT_FILENO, line, (size_t)length) != length);
}

int main(int argc, char **argv)
{
	pthread_attr_t small;
	pthread_t thread;
	cpu_set_t one;

	threads = argc > 1 ? (unsigned int)atoi(argv[1]) : 50;
	rate = argc > 2 ? (unsigned int)atoi(argv[2]) : 0;
	tokens = calloc(threads, sizeof(*tokens));
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (!tokens || sched_setaffinity(0, sizeof(one), &one))
		return 1;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	for (unsigned int i = 0; i < threads; i++) {
		int error = pthread_create(&thread, &small, pass_on, (void *)(uintptr_t)i);

		if (error) {
			fprintf(stderr, "thread %u: error %d\n", i, error);
			return 1;
		}
	}
	signal(SIGTERM, tell);
	puts("ready");
	fflush(stdout);
	if (rate) {
		tokens[0] = 1;
		syscall(SYS_futex, &tokens[0], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	for (;;)
		pause();
}
