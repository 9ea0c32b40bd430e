// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two pairs of threads hand a byte to and fro as fast as they can, until a line comes on standard input. When the storm
 * is over and told of, new threads ("after") sleep a known number of times.
 *
 *   storm
 */
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { PAIRS = 2, AFTER = 4, SLEEPS = 25, QUIET_US = 300000 };

static atomic_bool over;

struct pair {
	int there[2], back[2];
	pthread_t threads[2];
};

static void *serve(void *with)
{
	struct pair *pair = with;
	char byte = 0;

	while (!over)
		if (write(pair->there[1], &byte, 1) != 1 || read(pair->back[0], &byte, 1) != 1)
			break;
	close(pair->there[1]);
	return NULL;
}

static void *answer(void *with)
{
	struct pair *pair = with;
	char byte;

	while (read(pair->there[0], &byte, 1) == 1)
		if (write(pair->back[1], &byte, 1) != 1)
			break;
	return NULL;
}

static void *sleep_some(void *with)
{
	for (int i = 0; i < SLEEPS; i++)
		usleep(2000);
	return with;
}

static void start(pthread_t *thread, void *(*what)(void *), void *with, const char *name)
{
	if (pthread_create(thread, NULL, what, with))
		errx(1, "no thread");
	pthread_setname_np(*thread, name);
}

int main(void)
{
	struct pair pairs[PAIRS];
	pthread_t after[AFTER];
	char line[16];

	for (int i = 0; i < PAIRS; i++) {
		if (pipe(pairs[i].there) || pipe(pairs[i].back))
			err(1, "no pipe");
		start(&pairs[i].threads[0], serve, &pairs[i], "pair");
		start(&pairs[i].threads[1], answer, &pairs[i], "pair");
	}
	puts("storm");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	over = true;
	for (int i = 0; i < PAIRS; i++)
		for (int j = 0; j < 2; j++)
			pthread_join(pairs[i].threads[j], NULL);
	usleep(QUIET_US);
	for (int i = 0; i < AFTER; i++)
		start(&after[i], sleep_some, NULL, "after");
	for (int i = 0; i < AFTER; i++)
		pthread_join(after[i], NULL);
	return 0;
}
