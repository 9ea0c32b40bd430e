/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Joins, read-write locks, and what has no owner: conditions, semaphores, barriers.
 */
#include "tests/live/waits/truth.h"

#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>

static pthread_barrier_t ready;

/* --- joins --------------------------------------------------------------------------------------------------- */

static pthread_t joiners[3];

static void *join_next(void *arg)
{
	static const char *const names[] = {"one", "two", "three"};
	long self = (long)arg;

	name_self(names[self]);
	pthread_barrier_wait(&ready);
	pthread_join(joiners[(self + 1) % 3], NULL);
	return NULL;
}

/* glibc refuses a circle of two joins, not one of three. */
static void join_circle(void)
{
	pthread_barrier_init(&ready, NULL, 4);
	for (long i = 0; i < 3; i++)
		joiners[i] = start(join_next, (void *)i);
	pthread_barrier_wait(&ready);
	say("[\"one\", \"two\", \"three\"]", FACT "," FACT "," FACT, "one", "join", "two", "two", "join", "three",
	    "three", "join", "one");
	stay();
}

/* --- read-write locks ---------------------------------------------------------------------------------------- */

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *write_and_sleep(void *arg)
{
	(void)arg;
	name_self("writer");
	pthread_rwlock_wrlock(&rwlock);
	pthread_barrier_wait(&ready);
	stay();
}

static void *want_read(void *arg)
{
	(void)arg;
	name_self("reader");
	pthread_rwlock_rdlock(&rwlock);
	return NULL;
}

static void *want_write(void *arg)
{
	(void)arg;
	name_self("second");
	pthread_rwlock_wrlock(&rwlock);
	return NULL;
}

static void written(void)
{
	pthread_barrier_init(&ready, NULL, 2);
	start(write_and_sleep, NULL);
	pthread_barrier_wait(&ready);
	start(want_read, NULL);
	start(want_write, NULL);
	say(NULL, FACT "," FACT, "reader", "rwlock", "writer", "second", "rwlock", "writer");
	stay();
}

static void *read_and_sleep(void *arg)
{
	(void)arg;
	name_self("reader");
	pthread_rwlock_rdlock(&rwlock);
	pthread_barrier_wait(&ready);
	stay();
}

static void being_read(void)
{
	pthread_barrier_init(&ready, NULL, 3);
	start(read_and_sleep, NULL);
	start(read_and_sleep, NULL);
	pthread_barrier_wait(&ready);
	start(want_write, NULL);
	say(NULL, "{\"who\": \"second\", \"kind\": \"rwlock\", \"on\": null, \"holders\": 2}");
	stay();
}

/* --- without an owner ---------------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *wait_condition(void *arg)
{
	(void)arg;
	name_self("waiter");
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&condition, &lock);
	return NULL;
}

static void nobody_signals(void)
{
	start(wait_condition, NULL);
	say(NULL, FACT_NOBODY, "waiter", "condition");
	stay();
}

#define ROUNDS 5

static int waiting; /* under the lock */

static void *answer(void *arg)
{
	(void)arg;
	for (int rounds = 0; rounds < ROUNDS;) {
		pthread_mutex_lock(&lock);
		rounds += waiting;
		if (waiting)
			pthread_cond_signal(&condition);
		waiting = 0;
		pthread_mutex_unlock(&lock);
		sched_yield();
	}
	stay();
}

/* After some rounds of signals, as real ones are: its groups have changed sides. */
static void used_condition(void)
{
	name_self("waiter");
	pthread_mutex_lock(&lock);
	start(answer, NULL);
	for (int round = 0; round < ROUNDS; round++)
		for (waiting = 1; waiting;)
			pthread_cond_wait(&condition, &lock);
	say(NULL, FACT_NOBODY, "waiter", "condition");
	pthread_cond_wait(&condition, &lock);
}

static void semaphore(void)
{
	static sem_t sem;

	name_self("waiter");
	sem_init(&sem, 0, 0);
	say(NULL, FACT_NOBODY, "waiter", "semaphore");
	sem_wait(&sem);
}

static void *arrive(void *arg)
{
	name_self("waiter");
	pthread_barrier_wait(arg);
	return NULL;
}

static void barrier(void)
{
	static pthread_barrier_t never;

	pthread_barrier_init(&never, NULL, 2);
	start(arrive, &never);
	say(NULL, "{\"who\": \"waiter\", \"kind\": \"barrier\", \"on\": null, \"holders\": 1}");
	stay();
}

const struct truth truth_waits[] = {
	{"join_circle", join_circle},
	{"written", written},
	{"being_read", being_read},
	{"nobody_signals", nobody_signals},
	{"used_condition", used_condition},
	{"semaphore", semaphore},
	{"barrier", barrier},
	{NULL, NULL},
};
