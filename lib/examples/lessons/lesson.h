/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the lessons' programs share: seconds that a test can shorten, and the choice of a
 * variant. Everything that a lesson is about stands in its own program.
 */
#ifndef LESSON_H
#define LESSON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* the program's short name */
#endif
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thrace/thrace.h>

/* A lesson's seconds: THRACE_LESSON_SPEED=10 makes them pass ten times as fast. */
static inline thr_ns lesson_seconds(double seconds)
{
	const char *word = getenv("THRACE_LESSON_SPEED");
	const double speed = word ? atof(word) : 1;

	return thr_seconds(speed > 0 ? seconds / speed : seconds);
}

static inline void lesson_sleep(double seconds)
{
	thr_sleep(lesson_seconds(seconds));
}

/* A lesson has nothing to do once the library refuses. */
static inline void must(int error)
{
	if (error >= 0)
		return;
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, thr_strerror(error));
	exit(1);
}

/*
 * Comes first in main. The variants are whole words, as "--daemon" or "--end=raise", closed by
 * NULL: returns the number of the one that was given, from 1, or 0 when none was. Lines come
 * out as they are written, also into a pipe.
 */
__attribute__((sentinel)) static inline int lesson_begin(int argc, char **argv, ...)
{
	const char *given = argc > 1 ? argv[1] : NULL, *variant;
	int number = 0, chosen = 0;
	va_list variants;

	setvbuf(stdout, NULL, _IOLBF, 0);
	va_start(variants, argv);
	while ((variant = va_arg(variants, const char *))) {
		number++;
		if (given && !strcmp(given, variant))
			chosen = number;
	}
	va_end(variants);
	if (!given || (chosen && argc == 2))
		return chosen;

	fprintf(stderr, "usage: %s", program_invocation_short_name);
	va_start(variants, argv);
	for (number = 0; (variant = va_arg(variants, const char *)); number++)
		fprintf(stderr, "%s%s", number ? " | " : " [", variant);
	va_end(variants);
	fputs(number ? "]\n" : "\n", stderr);
	exit(2);
}

/* Python's print(threading.enumerate()) */
static inline void lesson_print_threads(void)
{
	thr_thread *threads[16];
	size_t count = thr_enumerate(threads, 16);
	char repr[128];

	putchar('[');
	for (size_t i = 0; i < count && i < 16; i++) {
		thr_thread_repr(threads[i], repr, sizeof(repr));
		printf("%s%s", i ? ", " : "", repr);
		thr_thread_unref(threads[i]);
	}
	puts("]");
}

#endif
