/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Programs that know their own state. A case arranges threads that wait in a known way, prints one line of JSON that
 * says how, and stays so until it is killed:
 *
 *	{"deadlock": [NAME...] or null, "facts": [{"who": NAME, "kind": KIND, "on": NAME or null}...]}
 */
#ifndef THRACE_TESTS_TRUTH_H
#define THRACE_TESTS_TRUTH_H

#include <pthread.h>

struct truth {
	const char *name;
	void (*run)(void); /* does not come back */
};

extern const struct truth truth_locks[], truth_waits[], truth_processes[]; /* each closed by a NULL name */

/* Ends the program when error is not 0. */
void check(int error, const char *what);
void name_self(const char *name);
pthread_t start(void *(*run)(void *), void *arg);
__attribute__((noreturn)) void stay(void);
/* The line; the waits that it tells of come a moment later. */
void say(const char *deadlock, const char *facts, ...) __attribute__((format(printf, 2, 3)));

#define FACT "{\"who\": \"%s\", \"kind\": \"%s\", \"on\": \"%s\"}"
#define FACT_NOBODY "{\"who\": \"%s\", \"kind\": \"%s\", \"on\": null}"

#endif
