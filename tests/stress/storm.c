/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * storm [MILLISECONDS [SEED]]: threads are made, joined by several, left behind, cancelled in every kind of wait; items
 * race through queues that are shut down under way; locks are fought over with tokens and timeouts; barriers break.
 * Beside them somebody reads the registry as an inspector does. What must hold throughout is checked: nobody is in two
 * critical sections at once, units and items are conserved, a copy that the registry's protocol calls whole is whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thrace/registry.h>
#include <thrace/thrace.h>

enum { STORMERS = 6, UNITS = 3, ROUND_ITEMS = 64 };

extern struct thr_registry thr_registry;

static thr_ns until;
static uint32_t failures, operations, copies, torn;

#define HOLDS(condition)                                                                                     \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                      \
			__atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);                                  \
		}                                                                                            \
	} while (0)

/* What everybody fights over. */
static thr_lock lock;
static thr_rlock rlock;
static thr_cond cond;
static thr_sem units;
static thr_event event;
static thr_barrier barrier;
static thr_local *local;
static int in_lock, in_rlock; /* plain: guarded by the locks, as a race detector may verify */
static uint32_t units_taken;

static bool over(void)
{
	return thr_monotonic() >= until || __atomic_load_n(&failures, __ATOMIC_RELAXED);
}

static thr_ns some_time(unsigned *seed)
{
	return THR_US(rand_r(seed) % 300);
}

static void in_critical_section(int *inside)
{
	HOLDS((*inside)++ == 0);
	HOLDS(--*inside == 0);
}

static void fight_for_locks(unsigned *seed, thr_cancel *cancel)
{
	if (thr_lock_acquire_cancel(&lock, some_time(seed), cancel) == 0) {
		in_critical_section(&in_lock);
		thr_lock_release(&lock);
	}
	if (thr_rlock_acquire_cancel(&rlock, some_time(seed), cancel) == 0) {
		if (thr_rlock_acquire(&rlock, THR_POLL) == 0) {
			in_critical_section(&in_rlock);
			HOLDS(thr_rlock_release(&rlock) == 0);
		}
		HOLDS(thr_rlock_release(&rlock) == 0);
	}
	if (thr_sem_acquire_cancel(&units, some_time(seed), cancel) == 0) {
		HOLDS(__atomic_add_fetch(&units_taken, 1, __ATOMIC_SEQ_CST) <= UNITS);
		__atomic_fetch_sub(&units_taken, 1, __ATOMIC_SEQ_CST);
		HOLDS(thr_sem_release(&units, 1) == 0);
	}
}

static void signal_each_other(unsigned *seed, thr_cancel *cancel)
{
	int error;

	thr_cond_acquire(&cond, THR_FOREVER);
	error = thr_cond_wait_cancel(&cond, some_time(seed), cancel);
	HOLDS(error == 0 || error == -ETIMEDOUT || error == -EINTR);
	HOLDS(thr_cond_notify(&cond, rand_r(seed) % 3) == 0);
	HOLDS(thr_cond_release(&cond) == 0);
	if (rand_r(seed) % 2)
		thr_event_set(&event);
	else
		thr_event_clear(&event);
	thr_event_wait_cancel(&event, some_time(seed), cancel);
	error = thr_barrier_wait_cancel(&barrier, some_time(seed), cancel);
	HOLDS((error >= 0 && error < 2) || error == -ECANCELED || error == -EINTR);
	if (error < 0)
		HOLDS(thr_barrier_reset(&barrier) == 0);
}

/* --- victims: threads that wait for ever, each in another way, until their token is set --- */

struct victim {
	int kind;
	thr_cancel cancel;
	thr_thread *other;
};

static int wait_for_ever(struct victim *victim)
{
	thr_cancel *cancel = &victim->cancel;
	thr_event never = { 0 };
	thr_sem none;
	thr_any any[2] = { { .kind = THR_ANY_EVENT, .object = &never }, { .kind = THR_ANY_SEM, .object = &none } };
	thr_queue *queue;
	void *item;
	int error;

	thr_sem_init(&none, 0);
	switch (victim->kind) {
	case 0: return thr_event_wait_cancel(&never, THR_FOREVER, cancel);
	case 1: return thr_sem_acquire_cancel(&none, THR_FOREVER, cancel);
	case 2: return thr_sleep_cancel(THR_FOREVER, cancel);
	case 3: return thr_thread_join_cancel(victim->other, THR_FOREVER, cancel);
	case 4: return thr_wait_any_cancel(any, 2, THR_FOREVER, cancel);
	}
	if (thr_queue_new(&queue, NULL))
		return -ENOMEM;
	error = victim->kind == 5 ? thr_queue_get_cancel(queue, &item, THR_FOREVER, cancel) :
				    (thr_queue_put(queue, queue, THR_POLL), thr_queue_join_cancel(queue, THR_FOREVER, cancel));
	thr_queue_unref(queue);
	return error;
}

static void *be_victim(void *arg)
{
	struct victim *victim = arg;
	char name[40];

	/* What the registry's reader looks for: both halves alike. */
	snprintf(name, sizeof(name), "victim-%d|victim-%d", victim->kind, victim->kind);
	thr_thread_set_name(thr_current(), name);
	thr_local_set(local, victim);
	return (void *)(intptr_t)wait_for_ever(victim);
}

static void cancel_victims(unsigned *seed, thr_thread *self)
{
	struct victim victims[7];
	thr_thread *threads[7];
	void *result;

	for (int i = 0; i < 7; i++) {
		victims[i] = (struct victim){ .kind = i, .other = self };
		HOLDS(thr_thread_go(&threads[i], be_victim, &victims[i]) == 0);
	}
	if (rand_r(seed) % 2)
		thr_sleep(some_time(seed));
	for (int i = 7; i-- > 0;)
		thr_cancel_set(&victims[i].cancel);
	for (int i = 0; i < 7; i++) {
		HOLDS(thr_thread_join(threads[i], THR_FOREVER) == 0);
		HOLDS(thr_thread_result(threads[i], &result, NULL) == 0 && (intptr_t)result == -EINTR);
		thr_thread_unref(threads[i]);
	}
}

/* --- queues: what was put was got, dropped by the shutdown, or refused --- */

static void count_drop(void *item)
{
	__atomic_fetch_add((uint32_t *)item, 1, __ATOMIC_SEQ_CST);
}

struct pipeline {
	thr_queue *queue;
	uint32_t seen; /* by item_free: every item is its address */
};

static void *drain(void *arg)
{
	struct pipeline *pipeline = arg;
	uintptr_t n = 0;
	void *item;

	while (thr_queue_get(pipeline->queue, &item, THR_FOREVER) == 0) {
		n++;
		thr_queue_task_done(pipeline->queue);
	}
	return (void *)n;
}

static void race_through_queue(unsigned *seed)
{
	thr_queue_opts opts = {
		.kind = rand_r(seed) % 3,
		.maxsize = rand_r(seed) % 5,
		.item_free = count_drop,
	};
	struct pipeline pipeline = { .seen = 0 };
	thr_thread *getters[2];
	uintptr_t put = 0, got = 0;
	void *result;

	HOLDS(thr_queue_new(&pipeline.queue, &opts) == 0);
	for (int i = 0; i < 2; i++)
		HOLDS(thr_thread_go(&getters[i], drain, &pipeline) == 0);
	for (int i = 0; i < ROUND_ITEMS; i++)
		put += thr_queue_put(pipeline.queue, &pipeline.seen, some_time(seed)) == 0;
	HOLDS(thr_queue_shutdown(pipeline.queue, rand_r(seed) % 2) == 0);
	for (int i = 0; i < 2; i++) {
		HOLDS(thr_thread_join(getters[i], THR_FOREVER) == 0);
		thr_thread_result(getters[i], &result, NULL);
		got += (uintptr_t)result;
		thr_thread_unref(getters[i]);
	}
	HOLDS(thr_queue_join(pipeline.queue, THR_FOREVER) == 0);
	HOLDS(put == got + pipeline.seen);
	thr_queue_unref(pipeline.queue);
}

/* --- threads that nobody joins, or two do; groups of which one fails --- */

static void *nothing(void *arg)
{
	return arg;
}

static void *join_other(void *thread)
{
	HOLDS(thr_thread_join(thread, THR_FOREVER) == 0);
	thr_thread_unref(thread);
	return NULL;
}

static int fail_or_wait(thr_cancel *cancel, void *arg, void **result)
{
	*result = arg;
	return arg ? -EBADF : thr_sleep_cancel(THR_FOREVER, cancel);
}

static void make_and_leave(unsigned *seed)
{
	thr_thread *thread, *joiner;
	thr_group *group;

	HOLDS(thr_thread_go(&thread, nothing, NULL) == 0);
	if (rand_r(seed) % 2) {
		HOLDS(thr_thread_go(&joiner, join_other, thr_thread_ref(thread)) == 0);
		HOLDS(thr_thread_join(thread, THR_FOREVER) == 0);
		HOLDS(thr_thread_join(joiner, THR_FOREVER) == 0);
		thr_thread_unref(joiner);
	}
	thr_thread_unref(thread);
	HOLDS(thr_group_new(&group) == 0);
	for (intptr_t i = 0; i < 3; i++) {
		int number = thr_group_start(group, fail_or_wait, (void *)(i == 2 ? i : 0), NULL);

		HOLDS(number == i);
	}
	HOLDS(thr_group_wait(group, THR_FOREVER) == -EBADF);
	HOLDS(thr_group_first_failure(group) == 2);
	HOLDS(thr_group_free(group) == 0);
}

static void *storm(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;
	thr_cancel unset = { 0 };

	while (!over()) {
		fight_for_locks(&seed, &unset);
		signal_each_other(&seed, &unset);
		if (rand_r(&seed) % 4 == 0)
			cancel_victims(&seed, thr_current());
		race_through_queue(&seed);
		make_and_leave(&seed);
		__atomic_fetch_add(&operations, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* --- the inspector, in the same process: it may read what others are writing, and must notice --- */

__attribute__((no_sanitize_thread)) static bool copy_slot(const struct thr_slot *slot, struct thr_slot *copy)
{
	uint32_t before = __atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE);
	const volatile uint64_t *from = (const volatile uint64_t *)slot;
	uint64_t *to = (uint64_t *)copy;

	if (before & 1)
		return false;
	for (size_t i = 0; i < sizeof(*copy) / sizeof(*to); i++)
		to[i] = from[i];
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) == before;
}

static void check_copy(const struct thr_slot *copy)
{
	const char *bar = strchr(copy->name, '|');

	HOLDS(copy->state <= THR_SLOT_STOPPED && copy->wait_kind <= THR_WAIT_group);
	HOLDS(memchr(copy->name, 0, sizeof(copy->name)));
	HOLDS((copy->state == THR_SLOT_FREE) == (copy->uid == 0));
	if (bar && copy->uid)
		HOLDS(!strncmp(copy->name, bar + 1, (size_t)(bar - copy->name)));
}

static struct thr_chunk *chunk_at(uint64_t address)
{
	return (struct thr_chunk *)(uintptr_t)address;
}

static void *inspect(void *arg)
{
	struct thr_slot copy;

	while (!over()) {
		struct thr_chunk *chunk = chunk_at(__atomic_load_n(&thr_registry.first_chunk, __ATOMIC_ACQUIRE));

		for (; chunk; chunk = chunk_at(__atomic_load_n(&chunk->next, __ATOMIC_ACQUIRE))) {
			for (uint32_t i = 0; i < chunk->n_slots; i++) {
				if (copy_slot(&chunk->slots[i], &copy)) {
					check_copy(&copy);
					copies++;
				} else {
					torn++;
				}
			}
		}
		thr_sleep(THR_US(50));
	}
	return arg;
}

int main(int argc, char **argv)
{
	uintptr_t seed = argc > 2 ? (uintptr_t)atol(argv[2]) : 1;
	thr_thread *threads[STORMERS + 1];

	until = thr_monotonic() + THR_MS(argc > 1 ? atol(argv[1]) : 2000);
	if (thr_bounded_sem_init(&units, UNITS) || thr_barrier_init(&barrier, 2, NULL, NULL, THR_FOREVER) ||
	    thr_local_new(&local, NULL, NULL, NULL))
		return 2;
	HOLDS(thr_thread_go(&threads[STORMERS], inspect, NULL) == 0);
	for (uintptr_t i = 0; i < STORMERS; i++)
		HOLDS(thr_thread_go(&threads[i], storm, (void *)(seed * 1000 + i)) == 0);
	for (int i = 0; i <= STORMERS; i++) {
		HOLDS(thr_thread_join(threads[i], THR_FOREVER) == 0);
		thr_thread_unref(threads[i]);
	}
	/* Those left behind may be on their way out. */
	for (int i = 0; i < 5000 && thr_active_count() > 1; i++)
		thr_sleep(THR_MS(1));
	HOLDS(thr_active_count() == 1);
	HOLDS(thr_sem_value(&units) == UNITS);
	thr_local_free(local);
	printf("seed %lu: %u rounds, %lu threads, %u whole copies of slots, %u torn ones noticed, %u failures\n",
	       (unsigned long)seed, operations, (unsigned long)thr_registry.last_uid, copies, torn, failures);
	return failures != 0;
}
