/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads that take and give back many locks, always the lower one first: there is never a circle, but hardly a moment
 * without somebody waiting. Prints a line once all are at it, and goes on until it is killed.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define THREADS 12
#define LOCKS 4

static pthread_mutex_t locks[LOCKS];

static void *work(void *arg)
{
	uint32_t dice = (uint32_t)(uintptr_t)arg * 2654435761u + 1;
	const struct timespec moment = {.tv_nsec = 20000};

	while (1) {
		unsigned int low, high;

		dice = dice * 1664525 + 1013904223;
		low = dice >> 16 & (LOCKS - 1);
		high = low + 1 + (dice >> 24 & 1);
		pthread_mutex_lock(&locks[low]);
		if (high < LOCKS)
			pthread_mutex_lock(&locks[high]);
		if (!(dice & 0x700))
			nanosleep(&moment, NULL);
		if (high < LOCKS)
			pthread_mutex_unlock(&locks[high]);
		pthread_mutex_unlock(&locks[low]);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread;

	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_init(&locks[i], NULL);
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, work, (void *)i))
			return 1;
	puts("busy");
	fflush(stdout);
	while (1)
		pause();
}
