/* SPDX-License-Identifier: GPL-2.0-only
 *
 * truth CASE: arranges it and stays. truth: lists the cases.
 */
#include "tests/live/waits/truth.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void check(int error, const char *what)
{
	if (!error)
		return;
	fprintf(stderr, "truth: %s: %s\n", what, strerror(error));
	exit(1);
}

void name_self(const char *name)
{
	prctl(PR_SET_NAME, name);
}

pthread_t start(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	check(pthread_create(&thread, NULL, run, arg), "pthread_create");
	return thread;
}

void stay(void)
{
	while (1)
		pause();
}

void say(const char *deadlock, const char *facts, ...)
{
	va_list args;

	printf("{\"deadlock\": %s, \"facts\": [", deadlock ? deadlock : "null");
	va_start(args, facts);
	vprintf(facts, args);
	va_end(args);
	puts("]}");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct truth *const lists[] = {truth_locks, truth_waits, truth_processes};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct truth *truth = lists[i]; truth->name; truth++) {
			if (argc < 2)
				puts(truth->name);
			else if (!strcmp(argv[1], truth->name))
				truth->run();
		}
	return argc < 2 ? 0 : 2;
}
