/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads that stand in known functions, with known stacks. Prints "name tid stack_low stack_size guard tls mask" of each,
 * then "ready", then waits until it is killed. With an argument one thread spins.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t told;
static volatile int sink;

static void tell(const char *name)
{
	pthread_attr_t attributes;
	void *low;
	size_t size, guard;
	sigset_t mask;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &low, &size);
	pthread_attr_getguardsize(&attributes, &guard);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	printf("%s %ld %lu %zu %zu %lu %d\n", name, syscall(SYS_gettid), (unsigned long)low, size, guard,
	       (unsigned long)pthread_self(), sigismember(&mask, SIGUSR2));
	fflush(stdout);
	pthread_barrier_wait(&told);
}

NOINLINE static int in_lock(int depth)
{
	if (depth)
		return in_lock(depth - 1) + sink;
	tell("in_lock");
	pthread_mutex_lock(&mutex);
	return sink++;
}

NOINLINE static int in_condition(void)
{
	pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;

	tell("in_condition");
	pthread_mutex_lock(&own);
	pthread_cond_wait(&condition, &own);
	return sink++;
}

/* A large array on the stack moves the stack pointer far, and no register keeps where it was. */
NOINLINE static int in_semaphore(void)
{
	volatile char room[20000];
	sem_t never;

	room[sink] = 1;
	sem_init(&never, 0, 0);
	tell("in_semaphore");
	sem_wait(&never);
	return room[sink + 1];
}

NOINLINE static int compare(const void *one, const void *other)
{
	if (sink++ == 0) {
		tell("in_sort");
		for (;;)
			pause();
	}
	return *(const int *)one - *(const int *)other;
}

/* Through a library's function and back into this program. */
NOINLINE static int in_sort(void)
{
	int numbers[] = {3, 1, 2};

	qsort(numbers, 3, sizeof(*numbers), compare);
	return numbers[sink];
}

static void *run_lock(void *unused)
{
	sink += in_lock(3);
	return unused;
}

static void *run_condition(void *unused)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &mask, NULL);
	sink += in_condition();
	return unused;
}

static void *run_semaphore(void *unused)
{
	sink += in_semaphore();
	return unused;
}

static void *run_sort(void *unused)
{
	sink += in_sort();
	return unused;
}

static void *run_spin(void *unused)
{
	printf("spin %ld 0 0 0 0 0\n", syscall(SYS_gettid));
	fflush(stdout);
	pthread_barrier_wait(&told);
	for (;;)
		__asm__ volatile("pause");
	return unused;
}

int main(int argc, char **argv)
{
	void *(*const runs[])(void *) = {run_lock, run_condition, run_semaphore, run_sort, run_spin};
	pthread_t threads[5];
	int count = argc > 1 ? 5 : 4;

	(void)argv;
	pthread_mutex_lock(&mutex);
	pthread_barrier_init(&told, NULL, (unsigned int)count + 1);
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, runs[i], NULL);
	pthread_barrier_wait(&told);
	usleep(50000); /* from the barrier into their waits */
	printf("main %d 0 0 0 0 0\nready\n", getpid());
	fflush(stdout);
	pthread_join(threads[0], NULL);
	return sink;
}
