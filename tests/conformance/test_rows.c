/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Rows of CPython's tests, each under its own name: <class>_<test>. Threads record, the main thread asserts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <thrace/thrace.h>

static void *nothing(void *arg)
{
	return arg;
}

static void join_and_drop(thr_thread *thread)
{
	assert_int_equal(thr_thread_join(thread, THR_S(60)), 0);
	thr_thread_unref(thread);
}

static void ThreadingExceptionTests_test_start_thread_again(void **state)
{
	thr_thread *thread;

	(void)state;
	assert_int_equal(thr_thread_go(&thread, nothing, NULL), 0);
	assert_int_equal(thr_thread_start(thread), -EALREADY);
	join_and_drop(thread);
}

static void ThreadingExceptionTests_test_joining_current_thread(void **state)
{
	(void)state;
	assert_int_equal(thr_thread_join(thr_current(), THR_FOREVER), -EDEADLK);
}

static void ThreadingExceptionTests_test_joining_inactive_thread(void **state)
{
	thr_thread *thread;

	(void)state;
	assert_int_equal(thr_thread_new(&thread, NULL), 0);
	assert_int_equal(thr_thread_join(thread, THR_FOREVER), -ESRCH);
	thr_thread_unref(thread);
}

static void ThreadingExceptionTests_test_daemonize_active_thread(void **state)
{
	thr_thread *thread;

	(void)state;
	assert_int_equal(thr_thread_go(&thread, nothing, NULL), 0);
	assert_int_equal(thr_thread_set_daemon(thread, true), -EBUSY);
	join_and_drop(thread);
}

static void ThreadingExceptionTests_test_releasing_unacquired_lock(void **state)
{
	thr_lock lock = { 0 };

	(void)state;
	assert_int_equal(thr_lock_release(&lock), -ENOLCK);
}

static void ThreadTests_test_daemon_param(void **state)
{
	static const struct {
		thr_daemon asked;
		bool daemon;
	} cases[] = { { THR_DAEMON_INHERIT, false }, { THR_DAEMON_NO, false }, { THR_DAEMON_YES, true } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		thr_thread_opts opts = { .daemon = cases[i].asked };
		thr_thread *thread;

		assert_int_equal(thr_thread_new(&thread, &opts), 0);
		assert_int_equal(thr_thread_daemon(thread), cases[i].daemon);
		thr_thread_unref(thread);
	}
}

static void ThreadTests_test_enumerate_after_join(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		thr_thread *thread, *all[8];
		size_t n;

		assert_int_equal(thr_thread_go(&thread, nothing, NULL), 0);
		assert_int_equal(thr_thread_join(thread, THR_FOREVER), 0);
		n = thr_enumerate(all, 8);
		assert_in_range(n, 1, 8);
		for (size_t j = 0; j < n; j++) {
			assert_ptr_not_equal(all[j], thread);
			thr_thread_unref(all[j]);
		}
		thr_thread_unref(thread);
	}
}

static void *take_lock(void *lock)
{
	thr_lock_acquire(lock, THR_FOREVER);
	return NULL;
}

static void ThreadTests_test_join_with_timeout(void **state)
{
	thr_lock lock = { 0 };
	thr_thread *thread;

	(void)state;
	assert_int_equal(thr_lock_acquire(&lock, THR_FOREVER), 0);
	assert_int_equal(thr_thread_go(&thread, take_lock, &lock), 0);
	assert_int_equal(thr_thread_join(thread, THR_MS(10)), -ETIMEDOUT);
	assert_true(thr_thread_is_alive(thread));
	assert_int_equal(thr_lock_release(&lock), 0);
	assert_int_equal(thr_thread_join(thread, THR_FOREVER), 0);
	assert_false(thr_thread_is_alive(thread));
	thr_thread_unref(thread);
}

static void LockTests_test_state_after_timeout(void **state)
{
	thr_lock lock = { 0 };

	(void)state;
	thr_lock_acquire(&lock, THR_FOREVER);
	assert_int_equal(thr_lock_acquire(&lock, THR_MS(10)), -ETIMEDOUT);
	assert_int_equal(thr_lock_release(&lock), 0);
	assert_false(thr_lock_locked(&lock));
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), 0);
}

static void BoundedSemaphoreTests_test_release_unacquired(void **state)
{
	thr_sem sem;

	(void)state;
	assert_int_equal(thr_bounded_sem_init(&sem, 1), 0);
	assert_int_equal(thr_sem_release(&sem, 1), -EOVERFLOW);
	assert_int_equal(thr_sem_acquire(&sem, THR_FOREVER), 0);
	assert_int_equal(thr_sem_release(&sem, 1), 0);
	assert_int_equal(thr_sem_release(&sem, 1), -EOVERFLOW);
}

static void BaseQueueTestMixin_test_queue_task_done(void **state)
{
	thr_queue *queue;

	(void)state;
	assert_int_equal(thr_queue_new(&queue, NULL), 0);
	assert_int_equal(thr_queue_task_done(queue), -ERANGE);
	thr_queue_unref(queue);
}

static void BaseQueueTestMixin_test_shutdown_nonempty(void **state)
{
	thr_queue *queue;
	void *item;

	(void)state;
	assert_int_equal(thr_queue_new(&queue, NULL), 0);
	assert_int_equal(thr_queue_put(queue, queue, THR_FOREVER), 0);
	assert_int_equal(thr_queue_shutdown(queue, false), 0);
	assert_int_equal(thr_queue_get(queue, &item, THR_FOREVER), 0);
	assert_ptr_equal(item, queue);
	assert_int_equal(thr_queue_get(queue, &item, THR_FOREVER), -EPIPE);
	thr_queue_unref(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ThreadingExceptionTests_test_start_thread_again),
		cmocka_unit_test(ThreadingExceptionTests_test_joining_current_thread),
		cmocka_unit_test(ThreadingExceptionTests_test_joining_inactive_thread),
		cmocka_unit_test(ThreadingExceptionTests_test_daemonize_active_thread),
		cmocka_unit_test(ThreadingExceptionTests_test_releasing_unacquired_lock),
		cmocka_unit_test(ThreadTests_test_daemon_param),
		cmocka_unit_test(ThreadTests_test_enumerate_after_join),
		cmocka_unit_test(ThreadTests_test_join_with_timeout),
		cmocka_unit_test(LockTests_test_state_after_timeout),
		cmocka_unit_test(BoundedSemaphoreTests_test_release_unacquired),
		cmocka_unit_test(BaseQueueTestMixin_test_queue_task_done),
		cmocka_unit_test(BaseQueueTestMixin_test_shutdown_nonempty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
