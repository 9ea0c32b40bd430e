/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Mutexes of every kind: circles, chains, owners that are gone.
 */
#include "tests/live/waits/truth.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static pthread_barrier_t ready; /* everybody has what he is to hold */

struct link {
	const char *name;
	pthread_mutex_t *has, *wants;
};

static void *hold_and_want(void *arg)
{
	const struct link *link = arg;

	name_self(link->name);
	check(pthread_mutex_lock(link->has), "lock");
	pthread_barrier_wait(&ready);
	pthread_mutex_lock(link->wants);
	return NULL;
}

static void make_lock(pthread_mutex_t *lock, int type, int protocol, int robust)
{
	pthread_mutexattr_t how;

	pthread_mutexattr_init(&how);
	pthread_mutexattr_settype(&how, type);
	pthread_mutexattr_setprotocol(&how, protocol);
	pthread_mutexattr_setrobust(&how, robust);
	check(pthread_mutex_init(lock, &how), "pthread_mutex_init");
}

static void circle(int type, int robust, unsigned int count)
{
	static pthread_mutex_t locks[3];
	static struct link links[3] = {{.name = "one"}, {.name = "two"}, {.name = "three"}};

	pthread_barrier_init(&ready, NULL, count);
	for (unsigned int i = 0; i < count; i++)
		make_lock(&locks[i], type, PTHREAD_PRIO_NONE, robust);
	for (unsigned int i = 0; i < count; i++) {
		links[i].has = &locks[i];
		links[i].wants = &locks[(i + 1) % count];
		start(hold_and_want, &links[i]);
	}
	if (count == 2)
		say("[\"one\", \"two\"]", FACT "," FACT, "one", "mutex", "two", "two", "mutex", "one");
	else
		say("[\"one\", \"two\", \"three\"]", FACT "," FACT "," FACT, "one", "mutex", "two", "two", "mutex",
		    "three", "three", "mutex", "one");
	stay();
}

static void two_locks(void)
{
	circle(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, 2);
}

static void three_locks(void)
{
	circle(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, 3);
}

static void recursive(void)
{
	circle(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, 2);
}

static void errorcheck(void)
{
	circle(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, 2);
}

static void adaptive(void)
{
	circle(PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_MUTEX_STALLED, 2);
}

static void robust(void)
{
	circle(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, 2);
}

static void *lock_twice(void *arg)
{
	name_self("self");
	pthread_mutex_lock(arg);
	pthread_mutex_lock(arg);
	return NULL;
}

static void self(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	start(lock_twice, &lock);
	say("[\"self\"]", FACT, "self", "mutex", "self");
	stay();
}

static void *hold_and_time(void *arg)
{
	const struct link *link = arg;
	struct timespec end;

	name_self(link->name);
	check(pthread_mutex_lock(link->has), "lock");
	pthread_barrier_wait(&ready);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 3600;
	pthread_mutex_timedlock(link->wants, &end);
	return NULL;
}

/* A circle, but one of the two gives up after an hour: no deadlock. */
static void timed(void)
{
	static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
	static struct link links[2] = {{"one", &locks[0], &locks[1]}, {"two", &locks[1], &locks[0]}};

	pthread_barrier_init(&ready, NULL, 2);
	start(hold_and_want, &links[0]);
	start(hold_and_time, &links[1]);
	say(NULL, FACT "," FACT, "one", "mutex", "two", "two", "mutex", "one");
	stay();
}

/* --- chains -------------------------------------------------------------------------------------------------- */

static void *hold_and_sleep(void *arg)
{
	name_self("sleeper");
	check(pthread_mutex_lock(arg), "lock");
	pthread_barrier_wait(&ready);
	stay();
}

static void *want(void *arg)
{
	name_self("waiter");
	pthread_mutex_lock(arg);
	return NULL;
}

static void start_sleeper(pthread_mutex_t *lock)
{
	pthread_barrier_init(&ready, NULL, 2);
	start(hold_and_sleep, lock);
	pthread_barrier_wait(&ready);
}

static void sleeper_holds(int protocol, const char *kind)
{
	static pthread_mutex_t lock;

	make_lock(&lock, PTHREAD_MUTEX_NORMAL, protocol, PTHREAD_MUTEX_STALLED);
	start_sleeper(&lock);
	start(want, &lock);
	say(NULL, FACT "," FACT_NOBODY, "waiter", kind, "sleeper", "sleeper", "signal");
	stay();
}

static void sleeper(void)
{
	sleeper_holds(PTHREAD_PRIO_NONE, "mutex");
}

static void pi_mutex(void)
{
	sleeper_holds(PTHREAD_PRIO_INHERIT, "pi_mutex");
}

/* Joins a thread that waits for a lock that a sleeping thread holds. */
static void mixed_chain(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_t waiter;

	start_sleeper(&lock);
	waiter = start(want, &lock);
	name_self("main");
	say(NULL, FACT "," FACT, "waiter", "mutex", "sleeper", "main", "join", "waiter");
	pthread_join(waiter, NULL);
}

/* Joins a thread that waits for a lock of the joiner's. */
static void mixed_circle(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_t waiter;

	name_self("main");
	pthread_mutex_lock(&lock);
	waiter = start(want, &lock);
	say("[\"main\", \"waiter\"]", FACT "," FACT, "waiter", "mutex", "main", "main", "join", "waiter");
	pthread_join(waiter, NULL);
}

static void *hold_and_end(void *arg)
{
	pthread_mutex_lock(arg);
	return NULL;
}

static void dead_owner(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_join(start(hold_and_end, &lock), NULL);
	start(want, &lock);
	say(NULL, "{\"who\": \"waiter\", \"kind\": \"mutex\", \"on\": null, \"owner_ended\": true}");
	stay();
}

static void *hold_stream(void *arg)
{
	name_self("sleeper");
	flockfile(arg);
	pthread_barrier_wait(&ready);
	stay();
}

static void *want_stream(void *arg)
{
	name_self("waiter");
	putc('x', arg);
	return NULL;
}

static void stream(void)
{
	FILE *file = fopen("/dev/null", "w");

	pthread_barrier_init(&ready, NULL, 2);
	start(hold_stream, file);
	pthread_barrier_wait(&ready);
	start(want_stream, file);
	say(NULL, FACT, "waiter", "mutex", "sleeper");
	stay();
}

const struct truth truth_locks[] = {
	{"two_locks", two_locks},     {"three_locks", three_locks},   {"recursive", recursive},
	{"errorcheck", errorcheck},   {"adaptive", adaptive},	      {"robust", robust},
	{"self", self},		      {"timed", timed},		      {"sleeper", sleeper},
	{"pi_mutex", pi_mutex},	      {"mixed_chain", mixed_chain},   {"mixed_circle", mixed_circle},
	{"dead_owner", dead_owner},   {"stream", stream},	      {NULL, NULL},
};
