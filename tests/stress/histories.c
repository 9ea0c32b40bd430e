/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * histories [MILLISECONDS [SEED]]: a few threads call one object at the same time; each call's beginning, end and result
 * are noted. Then an order is looked for in which the calls, one after the other, would have given these results, each at
 * a moment between its beginning and its end (Herlihy and Wing, "Linearizability", 1990). There must be one.
 * A barrier is no such object: there the rounds are checked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thrace/thrace.h>

enum { THREADS = 3, CALLS = 4, HISTORY = THREADS * CALLS, PLACES = 2, UNITS = 2 };

enum what { PUT, GET, SIZE, SHUTDOWN, ACQUIRE, RELEASE, LOOK };

struct call {
	uint64_t begun, ended; /* by one counter for all: who ended before another began is certain */
	enum what what;
	thr_ns timeout;
	int64_t argument, value; /* what went in, what came out */
	int result;
};

/* What an object is: how to call it, and what a call may have given in a state that nobody else changes meanwhile. */
struct state {
	int64_t items[HISTORY];
	int64_t count; /* of items, of units, or 1: free */
	bool shut;
};

struct kind {
	const char *name;
	void (*begin)(void);
	void (*end)(void);
	void (*choose)(struct call *call, unsigned *seed);
	void (*make)(struct call *call);
	struct state first;
	bool (*allowed)(struct state *state, const struct call *call);
};

static uint64_t counter;

static uint64_t moment(void)
{
	return __atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST);
}

/* --- queues --------------------------------------------------------------------------------------------------- */

static thr_queue *queue;
static thr_queue_kind order;

static void queue_begin(void)
{
	const thr_queue_opts opts = {.kind = order, .maxsize = PLACES};

	if (thr_queue_new(&queue, &opts))
		abort();
}

static void queue_end(void)
{
	thr_queue_unref(queue);
}

static void queue_choose(struct call *call, unsigned *seed)
{
	static const enum what often[] = {PUT, PUT, PUT, PUT, PUT, GET, GET, GET, GET, GET, GET, SIZE};

	call->what = often[(unsigned)rand_r(seed) % (sizeof(often) / sizeof(*often))];
	if (rand_r(seed) % 64 == 0)
		call->what = SHUTDOWN;
	call->timeout = rand_r(seed) % 2 ? THR_POLL : THR_US(rand_r(seed) % 80);
	call->argument = 1 + rand_r(seed) % 1000;
}

static void queue_make(struct call *call)
{
	void *item = NULL;

	switch (call->what) {
	case PUT: call->result = thr_queue_put(queue, (void *)(intptr_t)call->argument, call->timeout); break;
	case GET:
		call->result = thr_queue_get(queue, &item, call->timeout);
		call->value = (intptr_t)item;
		break;
	case SIZE: call->value = (int64_t)thr_queue_size(queue); break;
	default: call->result = thr_queue_shutdown(queue, false); break;
	}
}

/* The item that a get takes. */
static int64_t next_of(const struct state *state)
{
	int64_t next = order == THR_LIFO ? state->count - 1 : 0;

	for (int64_t i = 0; order == THR_PRIORITY && i < state->count; i++)
		if (state->items[i] < state->items[next])
			next = i;
	return next;
}

static bool may_put(struct state *state, const struct call *call)
{
	if (call->result == -EPIPE)
		return state->shut;
	if (call->result == -EAGAIN)
		return state->count == PLACES && !state->shut;
	if (call->result || state->shut || state->count == PLACES)
		return false;
	state->items[state->count++] = call->argument;
	return true;
}

static bool may_get(struct state *state, const struct call *call)
{
	int64_t next = next_of(state);

	if (call->result == -EPIPE)
		return state->shut && !state->count;
	if (call->result == -EAGAIN)
		return !state->count && !state->shut;
	if (call->result || !state->count || state->items[next] != call->value)
		return false;
	state->count--;
	memmove(&state->items[next], &state->items[next + 1], (size_t)(state->count - next) * sizeof(*state->items));
	return true;
}

static bool queue_allowed(struct state *state, const struct call *call)
{
	switch (call->what) {
	case PUT: return may_put(state, call);
	case GET: return may_get(state, call);
	case SIZE: return call->value == state->count;
	default: state->shut = true; return !call->result;
	}
}

/* --- locks and semaphores --------------------------------------------------------------------------------------- */

static thr_lock lock;
static thr_sem sem;

static void lock_begin(void)
{
	lock = (thr_lock){0};
}

static void sem_begin(void)
{
	if (thr_bounded_sem_init(&sem, UNITS))
		abort();
}

static void nothing(void)
{
}

static void units_choose(struct call *call, unsigned *seed)
{
	static const enum what often[] = {ACQUIRE, ACQUIRE, ACQUIRE, RELEASE, RELEASE, LOOK};

	call->what = often[(unsigned)rand_r(seed) % (sizeof(often) / sizeof(*often))];
	call->timeout = rand_r(seed) % 2 ? THR_POLL : THR_US(rand_r(seed) % 80);
}

static void lock_make(struct call *call)
{
	switch (call->what) {
	case ACQUIRE: call->result = thr_lock_acquire(&lock, call->timeout); break;
	case RELEASE: call->result = thr_lock_release(&lock); break;
	default: call->value = !thr_lock_locked(&lock); break;
	}
}

static void sem_make(struct call *call)
{
	switch (call->what) {
	case ACQUIRE: call->result = thr_sem_acquire(&sem, call->timeout); break;
	case RELEASE: call->result = thr_sem_release(&sem, 1); break;
	default: call->value = thr_sem_value(&sem); break;
	}
}

/* A lock is one unit; both refuse a release beyond what there was at first. */
static bool units_allowed(struct state *state, const struct call *call, int64_t most, int refusal)
{
	switch (call->what) {
	case ACQUIRE:
		if (call->result == -ETIMEDOUT)
			return !state->count;
		return !call->result && state->count-- > 0;
	case RELEASE:
		if (call->result == refusal)
			return state->count == most;
		return !call->result && state->count++ < most;
	default: return call->value == state->count;
	}
}

static bool lock_allowed(struct state *state, const struct call *call)
{
	return units_allowed(state, call, 1, -ENOLCK);
}

static bool sem_allowed(struct state *state, const struct call *call)
{
	return units_allowed(state, call, UNITS, -EOVERFLOW);
}

static const struct kind kind_queue = {"queue", queue_begin, queue_end, queue_choose, queue_make, {.count = 0}, queue_allowed};
static const struct kind kind_lock = {"lock", lock_begin, nothing, units_choose, lock_make, {.count = 1}, lock_allowed};
static const struct kind kind_sem = {"semaphore", sem_begin, nothing, units_choose, sem_make, {.count = UNITS}, sem_allowed};

/* --- the search ------------------------------------------------------------------------------------------------- */

/* May it come next? Not when another one that is still to come had ended before it began. */
static bool may_be_next(const struct call *calls, size_t count, unsigned placed, size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (!(placed >> i & 1) && calls[i].ended < calls[at].begun)
			return false;
	return true;
}

static bool has_order(const struct kind *kind, const struct call *calls, size_t count, unsigned placed, const struct state *state)
{
	if (placed == (1u << count) - 1)
		return true;
	for (size_t i = 0; i < count; i++) {
		struct state after = *state;

		if (placed >> i & 1 || !may_be_next(calls, count, placed, i) || !kind->allowed(&after, &calls[i]))
			continue;
		if (has_order(kind, calls, count, placed | 1u << i, &after))
			return true;
	}
	return false;
}

static void print(const struct kind *kind, const struct call *calls, size_t count)
{
	static const char *const words[] = {"put", "get", "size", "shutdown", "acquire", "release", "look"};

	fprintf(stderr, "%s (order %d): no order explains these calls:\n", kind->name, order);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  thread %zu %4llu-%4llu %s timeout %lld argument %lld: %d, value %lld\n", i / CALLS,
			(unsigned long long)calls[i].begun, (unsigned long long)calls[i].ended, words[calls[i].what],
			(long long)calls[i].timeout, (long long)calls[i].argument, calls[i].result,
			(long long)calls[i].value);
}

/* --- rounds ----------------------------------------------------------------------------------------------------- */

static struct call history[HISTORY];
static const struct kind *present;
static unsigned present_seed;
static thr_barrier barrier;

/* Everybody begins together: apart, there would be nothing to find. */
static void gather(uint32_t *waiting)
{
	__atomic_sub_fetch(waiting, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(waiting, __ATOMIC_SEQ_CST))
		sched_yield();
}

static uint32_t to_come;

static void *caller(void *arg)
{
	size_t number = (size_t)(uintptr_t)arg;
	unsigned seed = present_seed + (unsigned)number * 7919;
	struct call *own = &history[number * CALLS];

	for (int i = 0; i < CALLS; i++)
		present->choose(&own[i], &seed);
	gather(&to_come);
	for (int i = 0; i < CALLS; i++) {
		own[i].begun = moment();
		present->make(&own[i]);
		own[i].ended = moment();
	}
	return NULL;
}

static void *passer(void *arg)
{
	struct call *own = &history[(size_t)(uintptr_t)arg * CALLS];

	gather(&to_come);
	for (int i = 0; i < CALLS; i++) {
		own[i].begun = moment();
		own[i].result = thr_barrier_wait_timeout(&barrier, THR_S(20));
		own[i].ended = moment();
	}
	return NULL;
}

static void in_threads(void *(*run)(void *))
{
	thr_thread *threads[THREADS];

	memset(history, 0, sizeof(history));
	counter = 0;
	to_come = THREADS;
	for (size_t i = 0; i < THREADS; i++)
		if (thr_thread_go(&threads[i], run, (void *)(uintptr_t)i))
			abort();
	for (size_t i = 0; i < THREADS; i++) {
		if (thr_thread_join(threads[i], THR_FOREVER))
			abort();
		thr_thread_unref(threads[i]);
	}
}

static unsigned long tried, overlapped;

/* Were calls of different threads under way at once? Only then was something found out. */
static bool has_overlap(void)
{
	for (int i = 0; i < HISTORY; i++)
		for (int j = i + 1; j < HISTORY; j++)
			if (i / CALLS != j / CALLS && history[i].begun < history[j].ended && history[j].begun < history[i].ended)
				return true;
	return false;
}

static bool try_kind(const struct kind *kind, unsigned seed)
{
	present = kind;
	present_seed = seed;
	kind->begin();
	in_threads(caller);
	kind->end();
	tried++;
	overlapped += has_overlap();
	if (has_order(kind, history, HISTORY, 0, &kind->first))
		return true;
	print(kind, history, HISTORY);
	return false;
}

/* In each round everybody gets another number, and nobody leaves before all have come. */
static bool try_barrier(void)
{
	if (thr_barrier_init(&barrier, THREADS, NULL, NULL, THR_FOREVER))
		abort();
	in_threads(passer);
	for (int round = 0; round < CALLS; round++) {
		uint64_t last_come = 0, first_gone = UINT64_MAX;
		unsigned numbers = 0;

		for (int i = 0; i < THREADS; i++) {
			const struct call *call = &history[i * CALLS + round];

			if (call->result >= 0 && call->result < THREADS)
				numbers |= 1u << call->result;
			last_come = call->begun > last_come ? call->begun : last_come;
			first_gone = call->ended < first_gone ? call->ended : first_gone;
		}
		if (numbers == (1u << THREADS) - 1 && last_come < first_gone)
			continue;
		fprintf(stderr, "barrier, round %d: numbers %#x, the last came at %llu, the first left at %llu\n", round, numbers,
			(unsigned long long)last_come, (unsigned long long)first_gone);
		return false;
	}
	return true;
}

/* --- that the search can fail ----------------------------------------------------------------------------------- */

static bool judge(const struct kind *kind, const struct call *calls, size_t count, bool expected, const char *what)
{
	if (has_order(kind, calls, count, 0, &kind->first) == expected)
		return true;
	fprintf(stderr, "%s: the search says that there is %s order\n", what, expected ? "no" : "an");
	return false;
}

static bool judges_rightly(void)
{
	const struct call overtaken[] = {{.begun = 0, .ended = 1, .what = PUT, .argument = 5}, {.begun = 2, .ended = 3, .what = PUT, .argument = 6}, {.begun = 4, .ended = 5, .what = GET, .value = 6}};
	const struct call either[] = {{.begun = 0, .ended = 3, .what = PUT, .argument = 5}, {.begun = 1, .ended = 2, .what = PUT, .argument = 6}, {.begun = 4, .ended = 5, .what = GET, .value = 6}};
	const struct call full[] = {{.begun = 0, .ended = 1, .what = PUT, .argument = 5}, {.begun = 2, .ended = 3, .what = PUT, .result = -EAGAIN}};
	const struct call twice[] = {{.begun = 0, .ended = 1, .what = ACQUIRE}, {.begun = 2, .ended = 3, .what = ACQUIRE}};
	const struct call handed[] = {{.begun = 0, .ended = 1, .what = ACQUIRE}, {.begun = 2, .ended = 5, .what = ACQUIRE}, {.begun = 3, .ended = 4, .what = RELEASE}};

	order = THR_FIFO;
	return judge(&kind_queue, overtaken, 3, false, "one overtook another") &
	       judge(&kind_queue, either, 3, true, "two at once") & judge(&kind_queue, full, 2, false, "full with one of two") &
	       judge(&kind_lock, twice, 2, false, "taken twice") & judge(&kind_lock, handed, 3, true, "handed over");
}

int main(int argc, char **argv)
{
	thr_ns until = thr_monotonic() + THR_MS(argc > 1 ? atoi(argv[1]) : 1500);
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
	bool good = judges_rightly();

	for (; good && thr_monotonic() < until; seed += 104729) {
		order = (thr_queue_kind)(seed % 3);
		good = try_kind(&kind_queue, seed) && try_kind(&kind_lock, seed) && try_kind(&kind_sem, seed) && try_barrier();
	}
	printf("%lu histories, %lu with calls at once: %s\n", tried, overlapped, good ? "all explained" : "one is not");
	return !good || !overlapped;
}
