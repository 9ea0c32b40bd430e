/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BaseLockTests (each on both types), LockTests, RLockTests. */
#include "support.h"

/* What both types can do, so that each base row is written once. */
struct type {
	bool recursive;
	int (*acquire)(void *lock, thr_ns timeout);
	int (*release)(void *lock);
	int (*repr)(const void *lock, char *text, size_t size);
};

static int lock_acquire(void *lock, thr_ns timeout)
{
	return thr_lock_acquire(lock, timeout);
}

static int lock_release(void *lock)
{
	return thr_lock_release(lock);
}

static int lock_repr(const void *lock, char *text, size_t size)
{
	return thr_lock_repr(lock, text, size);
}

static int rlock_acquire(void *lock, thr_ns timeout)
{
	return thr_rlock_acquire(lock, timeout);
}

static int rlock_release(void *lock)
{
	return thr_rlock_release(lock);
}

static int rlock_repr(const void *lock, char *text, size_t size)
{
	return thr_rlock_repr(lock, text, size);
}

static const struct type types[] = {
	{ false, lock_acquire, lock_release, lock_repr },
	{ true, rlock_acquire, rlock_release, rlock_repr },
};

/* A lock of either type, and what its threads note. */
struct both {
	const struct type *type;
	union {
		thr_lock lock;
		thr_rlock rlock;
	} u;
	struct list finished, results;
	thr_ns waited;
};

#define for_each_type(both)                                                                                  \
	for (struct both both = { .type = types }; both.type < types + 2;                                    \
	     both = (struct both){ .type = both.type + 1 })

static int acquire(struct both *both, thr_ns timeout)
{
	return both->type->acquire(&both->u, timeout);
}

static int release(struct both *both)
{
	return both->type->release(&both->u);
}

static bool repr_begins(struct both *both, const char *begin)
{
	char text[128];

	both->type->repr(&both->u, text, sizeof(text));
	return !strncmp(text, begin, strlen(begin)) && strstr(text, " object at 0x");
}

static void *take_and_give(void *arg)
{
	struct both *both = arg;

	CHECK(acquire(both, THR_FOREVER) == 0);
	CHECK(release(both) == 0);
	append(&both->finished, 1);
	return NULL;
}

static void *try_it(void *arg)
{
	struct both *both = arg;

	append(&both->results, acquire(both, THR_POLL));
	return NULL;
}

/* Zeroed memory is a lock. */
ROW(BaseLockTests, test_constructor)
{
	for_each_type(both)
		assert_true(repr_begins(&both, "<unlocked"));
}

ROW(BaseLockTests, test_repr)
{
	for_each_type(both)
		assert_true(repr_begins(&both, both.type->recursive ? "<unlocked thr_rlock" : "<unlocked thr_lock"));
}

ROW(BaseLockTests, test_locked_repr)
{
	for_each_type(both) {
		assert_int_equal(acquire(&both, THR_FOREVER), 0);
		assert_true(repr_begins(&both, both.type->recursive ? "<locked thr_rlock" : "<locked thr_lock"));
	}
}

/* A held lock may cease to be: there is nothing to destroy. */
ROW(BaseLockTests, test_acquire_destroy)
{
	for_each_type(both) {
		void *lock = calloc(1, sizeof(both.u));

		assert_int_equal(both.type->acquire(lock, THR_FOREVER), 0);
		free(lock);
	}
}

ROW(BaseLockTests, test_acquire_release)
{
	for_each_type(both) {
		assert_int_equal(acquire(&both, THR_FOREVER), 0);
		assert_int_equal(release(&both), 0);
	}
}

ROW(BaseLockTests, test_try_acquire)
{
	for_each_type(both) {
		assert_int_equal(acquire(&both, THR_POLL), 0);
		assert_int_equal(release(&both), 0);
	}
}

ROW(BaseLockTests, test_try_acquire_contended)
{
	for_each_type(both) {
		assert_int_equal(acquire(&both, THR_FOREVER), 0);
		bunch_run(1, try_it, &both);
		assert_int_equal(both.results.values[0], -ETIMEDOUT);
		assert_int_equal(release(&both), 0);
	}
}

ROW(BaseLockTests, test_acquire_contended)
{
	enum { N = 5 };

	for_each_type(both) {
		struct bunch bunch;

		assert_int_equal(acquire(&both, THR_FOREVER), 0);
		bunch_start(&bunch, N, take_and_give, &both);
		wait_for_waiters(N);
		assert_int_equal(length(&both.finished), 0);
		assert_int_equal(release(&both), 0);
		bunch_join(&bunch);
		assert_int_equal(length(&both.finished), N);
	}
	no_thread_failed();
}

static int with(struct both *both, bool leave_early)
{
	if (both->type->recursive) {
		THR_WITH_RLOCK(&both->u.rlock);
		if (leave_early)
			return 1;
	} else {
		THR_WITH_LOCK(&both->u.lock);
		if (leave_early)
			return 1;
	}
	return 0;
}

/* Leaving the block early stands for the exception. */
ROW(BaseLockTests, test_with)
{
	for_each_type(both) {
		for (int early = 0; early < 2; early++) {
			assert_int_equal(with(&both, early), early);
			bunch_run(1, take_and_give, &both);
		}
	}
	no_thread_failed();
}

/* Taking a lock makes no Dummy of a foreign thread. */
ROW(BaseLockTests, test_thread_leak)
{
	for_each_type(both) {
		size_t before = thr_active_count();
		pthread_t threads[15];

		for (int i = 0; i < 15; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, &both), 0);
		for (int i = 0; i < 15; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(thr_active_count(), before);
		assert_int_equal(length(&both.finished), 15);
	}
	no_thread_failed();
}

static void *time_out(void *arg)
{
	struct both *both = arg;
	thr_ns begin = thr_monotonic();

	append(&both->results, acquire(both, THR_MS(50)));
	both->waited = thr_monotonic() - begin;
	return NULL;
}

ROW(BaseLockTests, test_timeout)
{
	for_each_type(both) {
		assert_int_equal(acquire(&both, thr_blocking(false, THR_S(1))), -EINVAL);
		assert_int_equal(acquire(&both, thr_seconds(-100)), -EINVAL);
		assert_int_equal(acquire(&both, thr_seconds(1e100)), -EOVERFLOW);
		assert_int_equal(acquire(&both, THR_TIMEOUT_MAX + 1), -EOVERFLOW);
		assert_int_equal(acquire(&both, thr_seconds(0.0 / 0.0)), -EINVAL);
		assert_int_equal(acquire(&both, THR_TIMEOUT_MAX), 0);
		assert_int_equal(release(&both), 0);
		assert_int_equal(acquire(&both, THR_S(5)), 0);
		bunch_run(1, time_out, &both);
		assert_int_equal(both.results.values[0], -ETIMEDOUT);
		assert_true(both.waited >= THR_MS(50));
		assert_int_equal(release(&both), 0);
	}
}

struct reacquire_test {
	thr_lock lock;
	struct list phase;
};

static void *take_twice(void *arg)
{
	struct reacquire_test *test = arg;

	thr_lock_acquire(&test->lock, THR_FOREVER);
	append(&test->phase, 1);
	thr_lock_acquire(&test->lock, THR_FOREVER);
	append(&test->phase, 2);
	return NULL;
}

ROW(LockTests, test_reacquire)
{
	struct reacquire_test test = { .phase = { .n = 0 } };
	thr_thread *thread = go(take_twice, &test);

	WAIT_UNTIL(length(&test.phase) == 1);
	wait_for_waiters(1);
	assert_int_equal(length(&test.phase), 1);
	assert_int_equal(thr_lock_release(&test.lock), 0);
	WAIT_UNTIL(length(&test.phase) == 2);
	join_and_drop(thread);
	no_thread_failed();
}

static void *release_lock(void *lock)
{
	CHECK(thr_lock_release(lock) == 0);
	return NULL;
}

ROW(LockTests, test_different_thread)
{
	thr_lock lock = { 0 };

	thr_lock_acquire(&lock, THR_FOREVER);
	bunch_run(1, release_lock, &lock);
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
	assert_int_equal(thr_lock_release(&lock), 0);
	no_thread_failed();
}

ROW(LockTests, test_state_after_timeout)
{
	thr_lock lock = { 0 };

	thr_lock_acquire(&lock, THR_FOREVER);
	assert_int_equal(thr_lock_acquire(&lock, THR_MS(10)), -ETIMEDOUT);
	assert_int_equal(thr_lock_release(&lock), 0);
	assert_false(thr_lock_locked(&lock));
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
}

ROW(LockTests, test_at_fork_reinit)
{
	thr_lock lock = { 0 };

	thr_lock_at_fork_reinit(&lock);
	for (int held = 0; held < 2; held++) {
		assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
		thr_lock_at_fork_reinit(&lock);
		assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
		assert_int_equal(thr_lock_release(&lock), 0);
	}
}

ROW(RLockTests, test_reacquire)
{
	thr_rlock lock = { 0 };

	assert_int_equal(thr_rlock_acquire(&lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_acquire(&lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_release(&lock), 0);
	assert_int_equal(thr_rlock_acquire(&lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_release(&lock), 0);
	assert_int_equal(thr_rlock_release(&lock), 0);
	assert_false(thr_rlock_locked(&lock));
}

static void take_and_give_some(thr_rlock *lock)
{
	assert_int_equal(thr_rlock_acquire(lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_acquire(lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_release(lock), 0);
	assert_int_equal(thr_rlock_acquire(lock, THR_FOREVER), 0);
	assert_int_equal(thr_rlock_release(lock), 0);
	assert_int_equal(thr_rlock_release(lock), 0);
}

ROW(RLockTests, test_release_unacquired)
{
	thr_rlock lock = { 0 };

	assert_int_equal(thr_rlock_release(&lock), -EPERM);
	take_and_give_some(&lock);
	assert_int_equal(thr_rlock_release(&lock), -EPERM);
	assert_non_null(strstr(thr_strerror(-EPERM), "cannot release un-acquired lock"));
}

ROW(RLockTests, test_release_save_unacquired)
{
	thr_rlock lock = { 0 };
	uint32_t n;

	assert_int_equal(thr_rlock_release_save(&lock, &n), -EPERM);
	take_and_give_some(&lock);
	assert_int_equal(thr_rlock_release_save(&lock, &n), -EPERM);
}

struct recursion_test {
	thr_rlock lock;
	thr_event held, go_on;
};

static void *hold_until_told(void *arg)
{
	struct recursion_test *test = arg;

	CHECK(thr_rlock_acquire(&test->lock, THR_FOREVER) == 0);
	thr_event_set(&test->held);
	CHECK(thr_event_wait(&test->go_on, LONG) == 0);
	CHECK(thr_rlock_release(&test->lock) == 0);
	return NULL;
}

ROW(RLockTests, test_recursion_count)
{
	struct recursion_test test = { .lock = { 0 } };
	thr_thread *thread;

	assert_int_equal(thr_rlock_recursion_count(&test.lock), 0);
	for (unsigned n = 1; n <= 3; n++) {
		thr_rlock_acquire(&test.lock, THR_FOREVER);
		assert_int_equal(thr_rlock_recursion_count(&test.lock), n);
	}
	for (unsigned n = 3; n-- > 0;) {
		thr_rlock_release(&test.lock);
		assert_int_equal(thr_rlock_recursion_count(&test.lock), n);
	}
	/* It counts the caller's own. */
	thread = go(hold_until_told, &test);
	assert_int_equal(thr_event_wait(&test.held, LONG), 0);
	assert_int_equal(thr_rlock_recursion_count(&test.lock), 0);
	thr_event_set(&test.go_on);
	join_and_drop(thread);
	assert_int_equal(thr_rlock_recursion_count(&test.lock), 0);
	no_thread_failed();
}

ROW(RLockTests, test_different_thread)
{
	struct recursion_test test = { .lock = { 0 } };
	thr_thread *thread = go(hold_until_told, &test);

	assert_int_equal(thr_event_wait(&test.held, LONG), 0);
	assert_int_equal(thr_rlock_release(&test.lock), -EPERM);
	thr_event_set(&test.go_on);
	join_and_drop(thread);
	no_thread_failed();
}

static void *ask_owned(void *lock)
{
	CHECK(!thr_rlock_is_owned(lock));
	return NULL;
}

ROW(RLockTests, test__is_owned)
{
	thr_rlock lock = { 0 };

	assert_false(thr_rlock_is_owned(&lock));
	thr_rlock_acquire(&lock, THR_FOREVER);
	assert_true(thr_rlock_is_owned(&lock));
	thr_rlock_acquire(&lock, THR_FOREVER);
	assert_true(thr_rlock_is_owned(&lock));
	bunch_run(1, ask_owned, &lock);
	thr_rlock_release(&lock);
	assert_true(thr_rlock_is_owned(&lock));
	thr_rlock_release(&lock);
	assert_false(thr_rlock_is_owned(&lock));
	no_thread_failed();
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseLockTests, test_constructor),
		RUN(BaseLockTests, test_repr),
		RUN(BaseLockTests, test_locked_repr),
		RUN(BaseLockTests, test_acquire_destroy),
		RUN(BaseLockTests, test_acquire_release),
		RUN(BaseLockTests, test_try_acquire),
		RUN(BaseLockTests, test_try_acquire_contended),
		RUN(BaseLockTests, test_acquire_contended),
		RUN(BaseLockTests, test_with),
		RUN(BaseLockTests, test_thread_leak),
		RUN(BaseLockTests, test_timeout),
		RUN(LockTests, test_reacquire),
		RUN(LockTests, test_different_thread),
		RUN(LockTests, test_state_after_timeout),
		RUN(LockTests, test_at_fork_reinit),
		RUN(RLockTests, test_reacquire),
		RUN(RLockTests, test_release_unacquired),
		RUN(RLockTests, test_release_save_unacquired),
		RUN(RLockTests, test_recursion_count),
		RUN(RLockTests, test_different_thread),
		RUN(RLockTests, test__is_owned),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
