/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What no row of CPython's covers: misuse has its own errno and sentence, threads, forks. */
#include <signal.h>
#include <sys/wait.h>

#include "support.h"

#define TEST(name) static void name(void **unused __attribute__((unused)))

/* --- misuse --- */

TEST(each_error_has_a_sentence_of_its_own)
{
	static const int errors[] = { EFAULT, ENXIO,  EINVAL, EOVERFLOW, ETIMEDOUT, EINTR,  EALREADY,  ESRCH,	EDEADLK, ENOTSUP, EBUSY,
				      ENOLCK, EPERM, EAGAIN, EPIPE,     ERANGE,    ECANCELED, ENOENT, ESHUTDOWN, ENOBUFS, ENOMEM };
	size_t n = sizeof(errors) / sizeof(errors[0]);

	assert_string_equal(thr_strerror(-12345), "unknown error");
	for (size_t i = 0; i < n; i++) {
		assert_string_not_equal(thr_strerror(-errors[i]), "unknown error");
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(thr_strerror(-errors[i]), thr_strerror(-errors[j]));
	}
}

/* Every function that takes an object: null is -EFAULT, what was never constructed is -ENXIO, nothing crashes. */
static void refuse(void *none, int error)
{
	thr_any any = { .kind = THR_ANY_THREAD, .object = none };
	void *item;

	assert_int_equal(thr_thread_start(none), error);
	assert_int_equal(thr_thread_base_start(none), error);
	assert_int_equal(thr_thread_run(none), error);
	assert_int_equal(thr_thread_base_run(none), error);
	assert_int_equal(thr_thread_join(none, THR_FOREVER), error);
	assert_int_equal(thr_thread_result(none, NULL, NULL), error);
	assert_int_equal(thr_thread_failure(none, NULL, NULL), error);
	assert_int_equal(thr_thread_set_name(none, "x"), error);
	assert_int_equal(thr_thread_set_daemon(none, true), error);
	assert_false(thr_thread_is_alive(none));
	assert_int_equal(thr_thread_native_id(none), 0);
	assert_null(thr_thread_arg(none));
	thr_thread_unref(none);
	assert_int_equal(thr_queue_put(none, NULL, THR_POLL), error);
	assert_int_equal(thr_queue_get(none, &item, THR_POLL), error);
	assert_int_equal(thr_queue_task_done(none), error);
	assert_int_equal(thr_queue_join(none, THR_POLL), error);
	assert_int_equal(thr_queue_shutdown(none, true), error);
	assert_int_equal(thr_queue_set_maxsize(none, 1), error);
	assert_int_equal(thr_queue_size(none), 0);
	thr_queue_unref(none);
	assert_int_equal(thr_simple_queue_put(none, NULL), error);
	assert_int_equal(thr_simple_queue_get(none, &item, THR_POLL), error);
	thr_simple_queue_free(none);
	assert_int_equal(thr_timer_start(none), error);
	assert_int_equal(thr_timer_join(none, THR_POLL), error);
	thr_timer_cancel(none);
	thr_timer_free(none);
	assert_int_equal(thr_local_get(none, &item), error);
	assert_int_equal(thr_local_set(none, NULL), error);
	assert_int_equal(thr_local_del(none), error);
	thr_local_free(none);
	assert_int_equal(thr_barrier_wait(none), error);
	assert_int_equal(thr_barrier_abort(none), error);
	assert_int_equal(thr_barrier_reset(none), error);
	assert_int_equal(thr_group_wait(none, THR_POLL), error);
	assert_int_equal(thr_group_first_failure(none), error);
	assert_int_equal(thr_group_result(none, 0, NULL), error);
	assert_int_equal(thr_wait_any(&any, 1, THR_POLL), error);
}

TEST(null_and_never_constructed_objects_are_refused)
{
	static uint64_t zeroed[64];

	refuse(NULL, -EFAULT);
	refuse(zeroed, -ENXIO);
	assert_int_equal(thr_lock_acquire(NULL, THR_FOREVER), -EFAULT);
	assert_int_equal(thr_lock_release(NULL), -EFAULT);
	assert_int_equal(thr_rlock_acquire(NULL, THR_FOREVER), -EFAULT);
	assert_int_equal(thr_rlock_release(NULL), -EFAULT);
	assert_int_equal(thr_cond_wait(NULL, THR_FOREVER), -EFAULT);
	assert_int_equal(thr_cond_notify(NULL, 1), -EFAULT);
	assert_int_equal(thr_sem_acquire(NULL, THR_FOREVER), -EFAULT);
	assert_int_equal(thr_sem_release(NULL, 1), -EFAULT);
	assert_int_equal(thr_event_wait(NULL, THR_FOREVER), -EFAULT);
	assert_int_equal(thr_thread_new(NULL, NULL), -EFAULT);
	assert_int_equal(thr_thread_set_name(thr_current(), NULL), -EFAULT);
	assert_int_equal(thr_queue_new(NULL, NULL), -EFAULT);
	assert_int_equal(thr_group_new(NULL), -EFAULT);
	assert_int_equal(thr_group_free(NULL), 0);
	assert_int_equal(thr_at_shutdown(NULL, NULL), -EFAULT);
	assert_int_equal(thr_wait_any(NULL, 1, THR_POLL), -EFAULT);
	assert_int_equal(thr_log(THR_ERROR, NULL), -EFAULT);
}

TEST(values_out_of_range_are_refused)
{
	thr_thread_opts small = { .stack_size = 100 }, large = { .target = do_nothing, .stack_size = (size_t)1 << 60 };
	thr_any any = { .kind = (thr_any_kind)99, .object = &any };
	thr_lock lock = { 0 };
	thr_rlock rlock = { 0 };
	thr_event event = { 0 };
	thr_timer *timer;
	thr_thread *thread;
	thr_cond cond;

	assert_int_equal(thr_thread_new(&thread, &small), -EINVAL);
	assert_null(thread);
	assert_int_equal(thr_thread_new(&thread, &large), 0);
	assert_true(thr_thread_start(thread) < 0);
	assert_int_equal(thr_thread_state(thread), THR_INITIAL);
	thr_thread_unref(thread);
	assert_int_equal(thr_queue_new(&(thr_queue *){ NULL }, &(thr_queue_opts){ .kind = 7 }), -EINVAL);
	assert_int_equal(thr_cond_init(&cond, &lock, &rlock), -EINVAL);
	assert_int_equal(thr_wait_any(&any, 1, THR_POLL), -EINVAL);
	assert_int_equal(thr_wait_any(&any, 0, THR_POLL), -EINVAL);
	assert_int_equal(thr_wait_any(&any, THR_ANY_MAX + 1, THR_POLL), -EINVAL);
	assert_int_equal(thr_event_wait(&event, THR_TIMEOUT_MAX + 1), -EOVERFLOW);
	assert_int_equal(thr_event_wait(&event, THR_INVALID), -EINVAL);
	assert_int_equal(thr_sleep(THR_FOREVER), -EINVAL);
	assert_int_equal(thr_timer_new(&timer, THR_S(1), NULL, NULL), -EINVAL);
	assert_int_equal(thr_timer_new(&timer, thr_seconds(1e30), (void (*)(void *))abort, NULL), -EOVERFLOW);
	assert_int_equal(thr_log_config(&(thr_log_opts){ .format = "%(nonsense)s" }), -EINVAL);
	/* A hair below zero is a time that is over, not for ever. */
	assert_int_equal(thr_event_wait(&event, thr_seconds(-1e-9)), -ETIMEDOUT);
}

/* --- threads --- */

TEST(run_in_the_caller_consumes_the_target)
{
	thr_thread *thread;
	thr_exit how;

	assert_int_equal(thr_thread_new(&thread, &(thr_thread_opts){ .target = do_nothing }), 0);
	assert_int_equal(thr_thread_run(thread), 0);
	assert_int_equal(thr_thread_ident(thread), 0);
	assert_int_equal(thr_thread_run(thread), -EALREADY);
	/* It may still be started, and fails for want of a target, as in Python. */
	thr_set_excepthook(thr_default_excepthook);
	assert_int_equal(thr_thread_start(thread), 0);
	assert_int_equal(thr_thread_join(thread, LONG), 0);
	assert_int_equal(thr_thread_result(thread, NULL, &how), 0);
	assert_int_equal(how, THR_EXIT_FAILED);
	thr_thread_unref(thread);
}

static void *construct_unstarted(void *result)
{
	CHECK(thr_thread_new(result, NULL) == 0);
	return NULL;
}

/* At construction, not at start. */
TEST(daemons_make_daemons)
{
	thr_thread_opts opts = { .target = construct_unstarted, .daemon = THR_DAEMON_YES };
	thr_thread *daemon, *child = NULL;
	pthread_t foreign;

	opts.arg = &child;
	assert_int_equal(thr_thread_new(&daemon, &opts), 0);
	assert_int_equal(thr_thread_start(daemon), 0);
	join_and_drop(daemon);
	assert_true(thr_thread_daemon(child));
	assert_int_equal(thr_thread_set_daemon(child, false), 0);
	assert_int_equal(thr_thread_start(child), 0);
	join_and_drop(child);
	assert_int_equal(pthread_create(&foreign, NULL, construct_unstarted, &child), 0);
	pthread_join(foreign, NULL);
	assert_true(thr_thread_daemon(child));
	thr_thread_unref(child);
}

static void *exit_by_pthread(void *arg)
{
	pthread_exit(arg);
}

TEST(pthread_exit_ends_a_thread_properly)
{
	thr_thread *thread = go(exit_by_pthread, NULL);
	thr_exit how;

	assert_int_equal(thr_thread_join(thread, LONG), 0);
	assert_int_equal(thr_thread_result(thread, NULL, &how), 0);
	assert_int_equal(how, THR_EXIT_EXITED);
	thr_thread_unref(thread);
	assert_int_equal(thr_active_count(), 1);
}

static void *wait_in_vain(void *event)
{
	thr_ns begin = thr_monotonic();

	CHECK(thr_event_wait(event, THR_MS(100)) == -ETIMEDOUT);
	CHECK(thr_monotonic() - begin >= THR_MS(100));
	return NULL;
}

static void ignore(int signal)
{
	(void)signal;
}

TEST(signals_do_not_cut_waits_short)
{
	thr_event event = { 0 };
	thr_thread *thread;

	signal(SIGUSR1, ignore);
	thread = go(wait_in_vain, &event);
	for (int i = 0; i < 10; i++) {
		thr_sleep(THR_MS(3));
		pthread_kill(thr_thread_ident(thread), SIGUSR1);
	}
	join_and_drop(thread);
	no_thread_failed();
}

struct fifo_test {
	thr_cond cond;
	struct list order;
	int number;
};

static void *wait_in_turn(void *arg)
{
	struct fifo_test *test = arg;
	int number;

	thr_cond_acquire(&test->cond, THR_FOREVER);
	number = test->number++;
	CHECK(thr_cond_wait(&test->cond, THR_FOREVER) == 0);
	append(&test->order, number);
	thr_cond_release(&test->cond);
	return NULL;
}

TEST(conditions_wake_first_come_first_served)
{
	struct fifo_test test = { .number = 0 };
	struct bunch bunch;

	bunch_start(&bunch, 5, wait_in_turn, &test);
	wait_for_waiters(5);
	for (int i = 0; i < 5; i++) {
		thr_cond_acquire(&test.cond, THR_FOREVER);
		assert_int_equal(thr_cond_notify(&test.cond, 1), 0);
		thr_cond_release(&test.cond);
		WAIT_UNTIL(length(&test.order) == i + 1);
		assert_int_equal(test.order.values[i], i);
	}
	bunch_join(&bunch);
	no_thread_failed();
}

static void note_call(void *calls)
{
	__atomic_fetch_add((uint32_t *)calls, 1, __ATOMIC_SEQ_CST);
}

static uint32_t run_timer(thr_ns interval, bool cancel_before, bool cancel_during)
{
	uint32_t calls = 0;
	thr_timer *timer;

	assert_int_equal(thr_timer_new(&timer, interval, note_call, &calls), 0);
	if (cancel_before)
		thr_timer_cancel(timer);
	assert_int_equal(thr_timer_start(timer), 0);
	if (cancel_during) {
		wait_for_waiters(1);
		thr_timer_cancel(timer);
	}
	assert_int_equal(thr_timer_join(timer, LONG), 0);
	thr_timer_cancel(timer);
	thr_timer_free(timer);
	return calls;
}

TEST(timers_cancel_at_any_time)
{
	assert_int_equal(run_timer(THR_S(1000), true, false), 0);
	assert_int_equal(run_timer(THR_S(1000), false, true), 0);
	assert_int_equal(run_timer(THR_MS(1), false, false), 1);
	assert_int_equal(run_timer(-THR_S(1), false, false), 1);
	assert_int_equal(run_timer(-1, false, false), 1);
}

/* --- forks --- */

static void *leave_late(void *event)
{
	thr_event_wait(event, LONG);
	return NULL;
}

static int frees;

static void count_free(void *arg)
{
	(void)arg;
	frees++;
}

static bool child_is_right(thr_lock *held, thr_thread *running, thr_thread *unstarted)
{
	thr_exit how;

	if (thr_lock_acquire(held, THR_POLL) != -ETIMEDOUT || frees)
		return false;
	if (thr_thread_result(running, NULL, &how) || how != THR_EXIT_FORKED)
		return false;
	thr_thread_unref(running);
	if (frees)
		return false;
#ifdef __SANITIZE_THREAD__
	return thr_thread_state(unstarted) == THR_INITIAL; /* it cannot follow a thread made after such a fork */
#else
	return thr_thread_start(unstarted) == 0 && thr_thread_join(unstarted, LONG) == 0;
#endif
}

TEST(a_child_has_held_locks_and_may_start_the_unstarted)
{
	thr_event leave = { 0 };
	thr_lock held = { 0 };
	thr_thread *running, *unstarted;
	pid_t pid;

	frees = 0;
	thr_lock_acquire(&held, THR_FOREVER);
	assert_int_equal(thr_thread_new(&running, &(thr_thread_opts){ .target = leave_late, .arg = &leave, .arg_free = count_free }),
			 0);
	assert_int_equal(thr_thread_start(running), 0);
	assert_int_equal(thr_thread_new(&unstarted, &(thr_thread_opts){ .target = do_nothing }), 0);
	wait_for_waiters(1);
	pid = fork();
	if (pid == 0)
		_exit(child_is_right(&held, running, unstarted) ? 0 : 1);
	assert_int_equal(wait_for_child(pid), 0);
	thr_event_set(&leave);
	join_and_drop(running);
	assert_int_equal(frees, 1);
	thr_thread_unref(unstarted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_has_a_sentence_of_its_own),
		cmocka_unit_test(null_and_never_constructed_objects_are_refused),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(run_in_the_caller_consumes_the_target),
		cmocka_unit_test(daemons_make_daemons),
		cmocka_unit_test(pthread_exit_ends_a_thread_properly),
		cmocka_unit_test(signals_do_not_cut_waits_short),
		cmocka_unit_test(conditions_wake_first_come_first_served),
		cmocka_unit_test(timers_cancel_at_any_time),
		cmocka_unit_test(a_child_has_held_locks_and_may_start_the_unstarted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
