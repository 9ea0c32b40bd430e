/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BaseSemaphoreTests (each on both types), SemaphoreTests, BoundedSemaphoreTests. */
#include "support.h"

typedef int (*constructor)(thr_sem *sem, int64_t value);
static const constructor types[] = { thr_sem_init, thr_bounded_sem_init };

#define for_each_type(make) for (const constructor *make = types; make < types + 2; make++)

static void acquire(thr_sem *sem)
{
	assert_int_equal(thr_sem_acquire(sem, LONG), 0);
}

static void release(thr_sem *sem, int64_t n)
{
	assert_int_equal(thr_sem_release(sem, n), 0);
}

ROW(BaseSemaphoreTests, test_constructor)
{
	thr_sem sem;

	for_each_type(make) {
		assert_int_equal((*make)(&sem, -1), -EINVAL);
		assert_int_equal((*make)(&sem, INT64_MIN), -EINVAL);
	}
}

ROW(BaseSemaphoreTests, test_acquire)
{
	for_each_type(make) {
		for (int value = 1; value <= 2; value++) {
			thr_sem sem;

			assert_int_equal((*make)(&sem, value), 0);
			for (int i = 0; i < value; i++)
				acquire(&sem);
			for (int i = 0; i < value; i++)
				release(&sem, 1);
		}
	}
}

ROW(BaseSemaphoreTests, test_acquire_destroy)
{
	for_each_type(make) {
		thr_sem *sem = calloc(1, sizeof(*sem));

		assert_int_equal((*make)(sem, 1), 0);
		acquire(sem);
		free(sem);
	}
}

struct contended_test {
	thr_sem sem;
	struct list results, passed;
	uint32_t phase;
};

static void *acquire_twice(void *arg)
{
	struct contended_test *test = arg;

	for (int i = 0; i < 2; i++) {
		append(&test->results, thr_sem_acquire(&test->sem, THR_FOREVER));
		append(&test->passed, (int)__atomic_load_n(&test->phase, __ATOMIC_SEQ_CST));
	}
	return NULL;
}

static void next_phase(struct contended_test *test, int units, bool at_once)
{
	__atomic_fetch_add(&test->phase, 1, __ATOMIC_SEQ_CST);
	if (at_once)
		release(&test->sem, units);
	for (int i = 0; i < units && !at_once; i++)
		release(&test->sem, 1);
}

/* Ten threads want two units each; there are seven, and main has one of them. */
static void contend(constructor make, bool at_once)
{
	enum { VALUE = 7, N = 10 };
	struct contended_test test = { .phase = 0 };
	struct bunch bunch;

	assert_int_equal(make(&test.sem, VALUE), 0);
	acquire(&test.sem);
	bunch_start(&bunch, N, acquire_twice, &test);
	WAIT_UNTIL(length(&test.passed) == VALUE - 1);
	assert_int_equal(count(&test.passed, 0), VALUE - 1);
	next_phase(&test, VALUE, at_once);
	WAIT_UNTIL(length(&test.passed) == VALUE - 1 + VALUE);
	assert_int_equal(count(&test.passed, 1), VALUE);
	next_phase(&test, VALUE - 1, at_once);
	WAIT_UNTIL(length(&test.passed) == 3 * VALUE - 2);
	assert_int_equal(count(&test.passed, 2), VALUE - 1);
	assert_int_equal(thr_sem_acquire(&test.sem, THR_POLL), -ETIMEDOUT);
	release(&test.sem, 1);
	bunch_join(&bunch);
	assert_int_equal(count(&test.results, 0), 2 * N);
	no_thread_failed();
}

ROW(BaseSemaphoreTests, test_acquire_contended)
{
	for_each_type(make)
		contend(*make, false);
}

ROW(BaseSemaphoreTests, test_multirelease)
{
	for_each_type(make)
		contend(*make, true);
}

ROW(BaseSemaphoreTests, test_try_acquire)
{
	for_each_type(make) {
		thr_sem sem;

		assert_int_equal((*make)(&sem, 2), 0);
		assert_int_equal(thr_sem_acquire(&sem, THR_POLL), 0);
		assert_int_equal(thr_sem_acquire(&sem, THR_POLL), 0);
		assert_int_equal(thr_sem_acquire(&sem, THR_POLL), -ETIMEDOUT);
		release(&sem, 1);
		assert_int_equal(thr_sem_acquire(&sem, THR_POLL), 0);
	}
}

static void *try_twice(void *arg)
{
	struct contended_test *test = arg;

	append(&test->results, thr_sem_acquire(&test->sem, THR_POLL));
	append(&test->results, thr_sem_acquire(&test->sem, THR_POLL));
	return NULL;
}

ROW(BaseSemaphoreTests, test_try_acquire_contended)
{
	for_each_type(make) {
		struct contended_test test = { .phase = 0 };

		assert_int_equal((*make)(&test.sem, 4), 0);
		acquire(&test.sem);
		bunch_run(5, try_twice, &test);
		assert_int_equal(count(&test.results, 0), 3);
		assert_int_equal(count(&test.results, -ETIMEDOUT), 7);
	}
}

ROW(BaseSemaphoreTests, test_acquire_timeout)
{
	for_each_type(make) {
		thr_sem sem;
		thr_ns begin;

		assert_int_equal((*make)(&sem, 2), 0);
		assert_int_equal(thr_sem_acquire(&sem, thr_blocking(false, THR_S(1))), -EINVAL);
		assert_int_equal(thr_sem_acquire(&sem, THR_MS(5)), 0);
		assert_int_equal(thr_sem_acquire(&sem, THR_MS(5)), 0);
		assert_int_equal(thr_sem_acquire(&sem, THR_MS(5)), -ETIMEDOUT);
		release(&sem, 1);
		assert_int_equal(thr_sem_acquire(&sem, THR_MS(5)), 0);
		begin = thr_monotonic();
		assert_int_equal(thr_sem_acquire(&sem, THR_MS(50)), -ETIMEDOUT);
		assert_true(thr_monotonic() - begin >= THR_MS(50));
		assert_int_equal(thr_sem_acquire(&sem, THR_TIMEOUT_MAX + 1), -EOVERFLOW);
	}
}

static void *take_and_give(void *arg)
{
	struct contended_test *test = arg;

	CHECK(thr_sem_acquire(&test->sem, THR_FOREVER) == 0);
	CHECK(thr_sem_release(&test->sem, 1) == 0);
	append(&test->passed, 1);
	return NULL;
}

/* Without a constructor, zeroed, the value is 1. */
ROW(BaseSemaphoreTests, test_default_value)
{
	struct contended_test test = { .sem = { 0 } };
	struct bunch bunch;

	assert_int_equal(thr_sem_value(&test.sem), 1);
	acquire(&test.sem);
	bunch_start(&bunch, 1, take_and_give, &test);
	wait_for_waiters(1);
	assert_int_equal(length(&test.passed), 0);
	release(&test.sem, 1);
	bunch_join(&bunch);
	no_thread_failed();
}

static int with(thr_sem *sem, bool leave_early)
{
	THR_WITH_SEM(sem);
	assert_int_equal(thr_sem_acquire(sem, THR_POLL), 0);
	release(sem, 1);
	{
		THR_WITH_SEM(sem);
		assert_int_equal(thr_sem_acquire(sem, THR_POLL), -ETIMEDOUT);
		if (leave_early)
			return 1;
	}
	return 0;
}

ROW(BaseSemaphoreTests, test_with)
{
	for_each_type(make) {
		thr_sem sem;

		assert_int_equal((*make)(&sem, 2), 0);
		for (int early = 0; early < 2; early++) {
			assert_int_equal(with(&sem, early), early);
			assert_int_equal(thr_sem_value(&sem), 2);
		}
	}
}

/* Releases without an acquire raise the value. */
ROW(SemaphoreTests, test_release_unacquired)
{
	thr_sem sem;

	assert_int_equal(thr_sem_init(&sem, 1), 0);
	release(&sem, 1);
	acquire(&sem);
	acquire(&sem);
	release(&sem, 1);
	assert_int_equal(thr_sem_release(&sem, 0), -EINVAL);
	assert_int_equal(thr_sem_release(&sem, -1), -EINVAL);
}

static bool repr_is(const thr_sem *sem, const char *begin, const char *end)
{
	char text[96];
	int n = thr_sem_repr(sem, text, sizeof(text));

	return !strncmp(text, begin, strlen(begin)) && !strcmp(text + n - strlen(end), end);
}

ROW(SemaphoreTests, test_repr)
{
	thr_sem sem;

	assert_int_equal(thr_sem_init(&sem, 3), 0);
	assert_true(repr_is(&sem, "<thr.Semaphore at 0x", ": value=3>"));
	acquire(&sem);
	assert_true(repr_is(&sem, "<thr.Semaphore at 0x", ": value=2>"));
	release(&sem, 2);
	assert_true(repr_is(&sem, "<thr.Semaphore at 0x", ": value=4>"));
}

ROW(BoundedSemaphoreTests, test_release_unacquired)
{
	thr_sem sem;

	assert_int_equal(thr_bounded_sem_init(&sem, 1), 0);
	assert_int_equal(thr_sem_release(&sem, 1), -EOVERFLOW);
	acquire(&sem);
	/* All or none. */
	assert_int_equal(thr_sem_release(&sem, 2), -EOVERFLOW);
	assert_int_equal(thr_sem_value(&sem), 0);
	release(&sem, 1);
	assert_int_equal(thr_sem_release(&sem, 1), -EOVERFLOW);
}

ROW(BoundedSemaphoreTests, test_repr)
{
	thr_sem sem;

	assert_int_equal(thr_bounded_sem_init(&sem, 3), 0);
	assert_true(repr_is(&sem, "<thr.BoundedSemaphore at 0x", ": value=3/3>"));
	acquire(&sem);
	assert_true(repr_is(&sem, "<thr.BoundedSemaphore at 0x", ": value=2/3>"));
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseSemaphoreTests, test_constructor),
		RUN(BaseSemaphoreTests, test_acquire),
		RUN(BaseSemaphoreTests, test_acquire_destroy),
		RUN(BaseSemaphoreTests, test_acquire_contended),
		RUN(BaseSemaphoreTests, test_multirelease),
		RUN(BaseSemaphoreTests, test_try_acquire),
		RUN(BaseSemaphoreTests, test_try_acquire_contended),
		RUN(BaseSemaphoreTests, test_acquire_timeout),
		RUN(BaseSemaphoreTests, test_default_value),
		RUN(BaseSemaphoreTests, test_with),
		RUN(SemaphoreTests, test_release_unacquired),
		RUN(SemaphoreTests, test_repr),
		RUN(BoundedSemaphoreTests, test_release_unacquired),
		RUN(BoundedSemaphoreTests, test_repr),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
