/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A program to be looked at: crowd THREADS [TICKERS]. Its threads sleep; one of them spins a little, one bears a name that
 * would clear the screen, and as many as TICKERS wake a thousand times a second. Says "ready" once all are there.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *sleeper(void *unused)
{
	pause();
	return unused;
}

static void *spinner(void *unused)
{
	pthread_setname_np(pthread_self(), "spinner");
	for (;;) {
		for (volatile int i = 0; i < 1000000; i++)
			;
		usleep(50000);
	}
	return unused;
}

static void *ticker(void *unused)
{
	pthread_setname_np(pthread_self(), "ticker");
	for (;;)
		usleep(1000);
	return unused;
}

static void *hostile(void *unused)
{
	pthread_setname_np(pthread_self(), "\033[2J\n\xff");
	return sleeper(unused);
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 3, tickers = argc > 2 ? atoi(argv[2]) : 0;
	void *(*const life[])(void *) = {NULL, spinner, hostile};
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread, &small, i < 3 ? life[i] : i < 3 + tickers ? ticker : sleeper, NULL))
			return 1;
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
