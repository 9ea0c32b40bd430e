/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the rows share. A row is a CMocka test named <class>_<test> after CPython's. Assertions jump, so only the main
 * thread makes them: other threads CHECK(), which records, and the row ends with no_thread_failed().
 *
 * A row about the end of a process runs a scene: this very program, executed anew, with the scene's function as its
 * main.
 */
#ifndef CONFORMANCE_SUPPORT_H
#define CONFORMANCE_SUPPORT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <thrace/thrace.h>

#define ROW(class_name, test) static void class_name##_##test(void **unused __attribute__((unused)))
#define RUN(class_name, test) cmocka_unit_test(class_name##_##test)

/* Long enough for any machine: reached only by a test that fails. */
#define LONG THR_S(60)

#define CHECK(condition) check((condition), __FILE__, __LINE__, #condition)
bool check(bool condition, const char *file, int line, const char *text);
void no_thread_failed(void); /* and forgets */

/* Polls; a timeout is a failure of the calling thread. */
#define WAIT_UNTIL(condition)                                                                                \
	do {                                                                                                 \
		thr_ns until_ = thr_monotonic() + LONG;                                                      \
		while (!(condition) && thr_monotonic() < until_)                                             \
			thr_sleep(THR_US(200));                                                              \
		CHECK(condition);                                                                            \
	} while (0)

/* Numbers that several threads append to. */
#define LIST_MAX 512
struct list {
	thr_lock lock;
	int n, values[LIST_MAX];
};
void append(struct list *list, int value);
int length(struct list *list);
int count(struct list *list, int value);

/* n threads that run function(arg) at once. */
struct bunch {
	int n;
	thr_thread *threads[64];
};
void bunch_start(struct bunch *bunch, int n, void *(*function)(void *), void *arg);
void bunch_join(struct bunch *bunch);
void bunch_run(int n, void *(*function)(void *), void *arg);

/* Until so many threads wait in the library, and how many do: as the registry has it. */
void wait_for_waiters(int n);
int waiters(void);

thr_thread *go(void *(*target)(void *), void *arg);
void join_and_drop(thr_thread *thread);
void *do_nothing(void *arg);

/* What a scene did. */
struct outcome {
	int status; /* exit status; 128 + the signal that killed it */
	char out[4096], err[4096];
};
struct scene {
	const char *name;
	int (*run)(void);
};
void play(const char *name, struct outcome *outcome);
void play_ok(const char *name, const char *out); /* status 0, nothing on standard error */
int wait_for_child(pid_t pid);                   /* as outcome.status */

/* main(): the scene that argv[1] names, or nothing (-1), and the rows are to be run. */
int scene_of(int argc, char **argv, const struct scene *scenes);

#endif
