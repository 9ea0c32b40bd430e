/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* ConditionTests: with the lock of its own, and where it matters with one that it was given. */
#include "support.h"

enum { N = 5 };

ROW(ConditionTests, test_acquire)
{
	thr_cond cond = { 0 };
	thr_lock lock = { 0 };

	assert_int_equal(thr_cond_acquire(&cond, THR_FOREVER), 0);
	assert_int_equal(thr_cond_acquire(&cond, THR_FOREVER), 0);
	assert_int_equal(thr_cond_release(&cond), 0);
	assert_int_equal(thr_cond_release(&cond), 0);
	assert_int_equal(thr_cond_release(&cond), -EPERM);

	assert_int_equal(thr_cond_init(&cond, &lock, NULL), 0);
	assert_int_equal(thr_cond_acquire(&cond, THR_FOREVER), 0);
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), -ETIMEDOUT);
	assert_int_equal(thr_cond_release(&cond), 0);
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
	assert_int_equal(thr_cond_acquire(&cond, THR_POLL), -ETIMEDOUT);
	assert_int_equal(thr_lock_release(&lock), 0);
}

ROW(ConditionTests, test_unacquired_wait)
{
	thr_cond cond = { 0 };

	assert_int_equal(thr_cond_wait(&cond, THR_FOREVER), -EPERM);
}

ROW(ConditionTests, test_unacquired_notify)
{
	thr_cond cond = { 0 };

	assert_int_equal(thr_cond_notify(&cond, 1), -EPERM);
	assert_int_equal(thr_cond_notify_all(&cond), -EPERM);
}

struct notify_test {
	thr_cond cond;
	struct list ready, first, second;
	int phase; /* under the condition's lock */
};

static void wait_once(struct notify_test *test, struct list *results)
{
	CHECK(thr_cond_acquire(&test->cond, THR_FOREVER) == 0);
	append(&test->ready, test->phase);
	CHECK(thr_cond_wait(&test->cond, THR_FOREVER) == 0);
	append(results, test->phase);
	CHECK(thr_cond_release(&test->cond) == 0);
}

static void *wait_twice(void *arg)
{
	struct notify_test *test = arg;

	wait_once(test, &test->first);
	wait_once(test, &test->second);
	return NULL;
}

/* Whoever is woken sees the phase that the notifier sets before it lets the lock go. */
static void notify(struct notify_test *test, int n, int phase)
{
	assert_int_equal(thr_cond_acquire(&test->cond, THR_FOREVER), 0);
	assert_int_equal(n ? thr_cond_notify(&test->cond, n) : thr_cond_notify_all(&test->cond), 0);
	test->phase = phase;
	assert_int_equal(thr_cond_release(&test->cond), 0);
}

static void check_notify(thr_lock *lock)
{
	struct notify_test test = { .phase = 0 };
	struct bunch bunch;

	thr_cond_init(&test.cond, lock, NULL);
	bunch_start(&bunch, N, wait_twice, &test);
	WAIT_UNTIL(length(&test.ready) == N);
	notify(&test, 3, 1);
	/* Three wake, and hang themselves at the end of the line; two are still in their first wait. */
	WAIT_UNTIL(length(&test.ready) == N + 3);
	assert_int_equal(length(&test.first), 3);
	assert_int_equal(count(&test.first, 1), 3);
	assert_int_equal(length(&test.second), 0);
	notify(&test, 5, 2);
	WAIT_UNTIL(length(&test.ready) == 2 * N);
	WAIT_UNTIL(length(&test.second) == 3);
	assert_int_equal(count(&test.first, 2), 2);
	assert_int_equal(count(&test.second, 2), 3);
	notify(&test, 0, 3);
	bunch_join(&bunch);
	assert_int_equal(count(&test.second, 3), 2);
	assert_int_equal(length(&test.first), N);
	assert_int_equal(length(&test.second), N);
	no_thread_failed();
}

ROW(ConditionTests, test_notify)
{
	thr_lock lock = { 0 };

	check_notify(NULL);
	check_notify(&lock);
	check_notify(&lock);
}

static void *time_out(void *arg)
{
	struct notify_test *test = arg;
	thr_ns begin = thr_monotonic();

	thr_cond_acquire(&test->cond, THR_FOREVER);
	append(&test->first, thr_cond_wait(&test->cond, THR_MS(50)));
	thr_cond_release(&test->cond);
	CHECK(thr_monotonic() - begin >= THR_MS(50));
	return NULL;
}

ROW(ConditionTests, test_timeout)
{
	struct notify_test test = { .phase = 0 };

	bunch_run(N, time_out, &test);
	assert_int_equal(count(&test.first, -ETIMEDOUT), N);
	no_thread_failed();
}

static bool is_four(void *arg)
{
	return ((struct notify_test *)arg)->phase == 4;
}

static void *wait_for_four(void *arg)
{
	struct notify_test *test = arg;

	thr_cond_acquire(&test->cond, THR_FOREVER);
	CHECK(thr_cond_wait_for(&test->cond, is_four, test, THR_FOREVER) == 0);
	CHECK(test->phase == 4);
	thr_cond_release(&test->cond);
	return NULL;
}

static void count_up(struct notify_test *test, int times)
{
	for (int i = 0; i < times; i++) {
		thr_sleep(THR_MS(5));
		thr_cond_acquire(&test->cond, THR_FOREVER);
		test->phase++;
		thr_cond_notify(&test->cond, 1);
		thr_cond_release(&test->cond);
	}
}

ROW(ConditionTests, test_waitfor)
{
	struct notify_test test = { .phase = 0 };
	thr_thread *thread = go(wait_for_four, &test);

	count_up(&test, 4);
	join_and_drop(thread);
	no_thread_failed();
}

static void *wait_for_four_in_vain(void *arg)
{
	struct notify_test *test = arg;
	thr_ns begin;

	thr_cond_acquire(&test->cond, THR_FOREVER);
	begin = thr_monotonic();
	CHECK(thr_cond_wait_for(&test->cond, is_four, test, THR_MS(100)) == -ETIMEDOUT);
	CHECK(thr_monotonic() - begin >= THR_MS(100));
	thr_cond_release(&test->cond);
	return NULL;
}

/* Being notified in between does not begin the time anew. */
ROW(ConditionTests, test_waitfor_timeout)
{
	struct notify_test test = { .phase = 0 };
	thr_thread *thread = go(wait_for_four_in_vain, &test);

	count_up(&test, 3);
	join_and_drop(thread);
	no_thread_failed();
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(ConditionTests, test_acquire),
		RUN(ConditionTests, test_unacquired_wait),
		RUN(ConditionTests, test_unacquired_notify),
		RUN(ConditionTests, test_notify),
		RUN(ConditionTests, test_timeout),
		RUN(ConditionTests, test_waitfor),
		RUN(ConditionTests, test_waitfor_timeout),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
