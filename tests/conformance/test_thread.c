/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* ThreadTests, but for forks (test_fork.c) and ends of processes (test_exit.c): construction, identity, join. */
#include <regex.h>

#include "support.h"

/* Linked with --wrap=pthread_create. */
static int creation_fails;
int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	return creation_fails ? EAGAIN : __real_pthread_create(thread, attr, start, arg);
}

static bool matches(const char *text, const char *pattern)
{
	regex_t regex;
	bool found;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

static thr_thread *make(const thr_thread_opts *opts)
{
	thr_thread *thread;

	assert_int_equal(thr_thread_new(&thread, opts), 0);
	return thread;
}

static const char *name_of(thr_thread *thread)
{
	static char name[128];

	thr_thread_name(thread, name, sizeof(name));
	return name;
}

static const char *repr_of(thr_thread *thread)
{
	static char text[256];

	thr_thread_repr(thread, text, sizeof(text));
	return text;
}

static void has_name(const thr_thread_opts *opts, const char *name)
{
	thr_thread *thread = make(opts);

	assert_string_equal(name_of(thread), name);
	thr_thread_unref(thread);
}

ROW(ThreadTests, test_name)
{
	thr_thread *thread = make(NULL);
	char expected[64];
	int n;

	has_name(&(thr_thread_opts){ .name = "myname1" }, "myname1");
	has_name(&(thr_thread_opts){ .name = "123" }, "123");
	has_name(&(thr_thread_opts){ .name = "myname2", .target_name = "func" }, "myname2");

	assert_int_equal(sscanf(name_of(thread), "Thread-%d", &n), 1);
	thr_thread_unref(thread);
	snprintf(expected, sizeof(expected), "Thread-%d", n + 1);
	has_name(&(thr_thread_opts){ .name = "" }, expected);
	snprintf(expected, sizeof(expected), "Thread-%d", n + 2);
	has_name(NULL, expected);
	snprintf(expected, sizeof(expected), "Thread-%d (func)", n + 3);
	has_name(&(thr_thread_opts){ .target_name = "func" }, expected);
}

static void *same_arg(void *arg)
{
	return arg;
}

/* One argument: what a target is given is what its maker passed, whatever its type. */
ROW(ThreadTests, test_args_argument)
{
	static const char *const text = "str";
	static const void *const nested[] = { &text };
	void *args[] = { (void *)1, (void *)text, (void *)nested, NULL };

	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		thr_thread *thread = go(same_arg, args[i]);
		void *result = args;

		assert_int_equal(thr_thread_join(thread, LONG), 0);
		assert_int_equal(thr_thread_result(thread, &result, NULL), 0);
		assert_ptr_equal(result, args[i]);
		thr_thread_unref(thread);
	}
}

struct ops_test {
	thr_sem places; /* three at once */
	thr_rlock mutex;
	int running;
};

static int ops_run(thr_thread *thread)
{
	struct ops_test *test = thr_thread_arg(thread);

	thr_sem_acquire(&test->places, THR_FOREVER);
	thr_rlock_acquire(&test->mutex, THR_FOREVER);
	CHECK(++test->running <= 3);
	thr_rlock_release(&test->mutex);
	thr_sleep(THR_MS(1));
	thr_rlock_acquire(&test->mutex, THR_FOREVER);
	CHECK(--test->running >= 0);
	thr_rlock_release(&test->mutex);
	return thr_sem_release(&test->places, 1);
}

static const struct thr_thread_ops test_thread_ops = { .class_name = "TestThread", .run = ops_run };

static void various_ops(void)
{
	enum { TASKS = 10 };
	struct ops_test test = { .running = 0 };
	thr_thread *threads[TASKS];
	uint32_t ids[TASKS + 1] = { thr_thread_native_id(thr_current()) };

	assert_int_equal(thr_bounded_sem_init(&test.places, 3), 0);
	for (int i = 0; i < TASKS; i++) {
		threads[i] = make(&(thr_thread_opts){ .ops = &test_thread_ops, .arg = &test, .name = "<thread>" });
		assert_int_equal(thr_thread_ident(threads[i]), 0);
		assert_true(matches(repr_of(threads[i]), "^<TestThread\\(.*, initial\\)>$"));
		assert_int_equal(thr_thread_start(threads[i]), 0);
		ids[i + 1] = thr_thread_native_id(threads[i]);
		for (int j = 0; j <= i; j++)
			assert_int_not_equal(ids[j], ids[i + 1]);
	}
	for (int i = 0; i < TASKS; i++) {
		assert_int_equal(thr_thread_join(threads[i], LONG), 0);
		assert_false(thr_thread_is_alive(threads[i]));
		assert_int_not_equal(thr_thread_ident(threads[i]), 0);
		assert_true(matches(repr_of(threads[i]), "^<TestThread\\(.*, stopped [0-9]+\\)>$"));
		thr_thread_unref(threads[i]);
	}
	assert_int_equal(test.running, 0);
	no_thread_failed();
}

ROW(ThreadTests, test_various_ops)
{
	various_ops();
}

static void with_stack(int64_t bytes)
{
	assert_int_equal(thr_stack_size(bytes), 0);
	various_ops();
	assert_int_equal(thr_stack_size(0), bytes);
}

ROW(ThreadTests, test_various_ops_small_stack)
{
	with_stack(262144);
	with_stack(32768);
	assert_int_equal(thr_stack_size(32767), -EINVAL);
	assert_int_equal(thr_stack_size(-1), -EINVAL);
}

ROW(ThreadTests, test_various_ops_large_stack)
{
	with_stack(0x100000);
}

static void *ask_ident(void *arg)
{
	*(pthread_t *)arg = thr_thread_ident(thr_current());
	return NULL;
}

ROW(ThreadTests, test_ident_of_no_threading_threads)
{
	pthread_t thread, ident = 0;

	assert_int_not_equal(thr_thread_ident(thr_current()), 0);
	assert_int_equal(pthread_create(&thread, NULL, ask_ident, &ident), 0);
	pthread_join(thread, NULL);
	assert_true(pthread_equal(ident, thread));
}

static bool listed(thr_thread *thread)
{
	thr_thread *all[64];
	size_t n = thr_enumerate(all, 64);
	bool found = false;

	for (size_t i = 0; i < n && i < 64; i++) {
		found |= all[i] == thread;
		thr_thread_unref(all[i]);
	}
	return found;
}

struct foreign_test {
	thr_lock mutex;
	thr_thread *dummy;
	pthread_t ident;
};

static void *be_foreign(void *arg)
{
	struct foreign_test *test = arg;
	char text[256];

	test->dummy = thr_thread_ref(thr_current());
	test->ident = thr_thread_ident(test->dummy);
	CHECK(listed(test->dummy));
	CHECK(thr_thread_is_alive(test->dummy));
	CHECK(thr_thread_daemon(test->dummy));
	thr_thread_repr(test->dummy, text, sizeof(text));
	CHECK(strstr(text, "DummyThread(Dummy-"));
	CHECK(thr_thread_join(test->dummy, THR_POLL) == -EDEADLK);
	thr_lock_release(&test->mutex);
	return NULL;
}

ROW(ThreadTests, test_foreign_thread)
{
	struct foreign_test test = { .ident = 0 };
	pthread_t thread;

	thr_lock_acquire(&test.mutex, THR_FOREVER);
	assert_int_equal(pthread_create(&thread, NULL, be_foreign, &test), 0);
	assert_int_equal(thr_lock_acquire(&test.mutex, LONG), 0);
	assert_true(pthread_equal(thread, test.ident));
	assert_int_equal(thr_thread_join(test.dummy, THR_FOREVER), -ENOTSUP);
	assert_string_equal(thr_strerror(-ENOTSUP), "cannot join a dummy thread");
	pthread_join(thread, NULL);
	/* Reaped at its end, without anybody's help. */
	assert_false(listed(test.dummy));
	assert_false(thr_thread_is_alive(test.dummy));
	assert_int_equal(thr_thread_join(test.dummy, THR_POLL), -ENOTSUP);
	thr_thread_unref(test.dummy);
	no_thread_failed();
}

ROW(ThreadTests, test_limbo_cleanup)
{
	thr_thread *thread = make(&(thr_thread_opts){ .target = do_nothing });
	size_t before = thr_active_count();

	creation_fails = 1;
	assert_int_equal(thr_thread_start(thread), -ENOBUFS);
	creation_fails = 0;
	assert_false(listed(thread));
	assert_int_equal(thr_active_count(), before);
	assert_int_equal(thr_thread_state(thread), THR_INITIAL);
	assert_int_equal(thr_thread_join(thread, THR_POLL), -ESRCH);
	/* The library's own promise: it may be started again. */
	assert_int_equal(thr_thread_start(thread), 0);
	join_and_drop(thread);
}

ROW(ThreadTests, test_enumerate_after_join)
{
	for (int i = 0; i < 100; i++) {
		thr_thread *thread = go(do_nothing, NULL);

		assert_int_equal(thr_thread_join(thread, THR_FOREVER), 0);
		assert_false(listed(thread));
		thr_thread_unref(thread);
	}
}

static void *sleep_5ms(void *arg)
{
	thr_sleep(THR_MS(5));
	return arg;
}

static void *join_it(void *thread)
{
	CHECK(thr_thread_join(thread, THR_FOREVER) == 0);
	CHECK(thr_thread_join(thread, THR_POLL) == 0);
	return NULL;
}

ROW(ThreadTests, test_join_from_multiple_threads)
{
	for (int n = 2; n < 20; n++) {
		thr_thread *thread = go(sleep_5ms, NULL);

		bunch_run(n, join_it, thread);
		join_and_drop(thread);
	}
	no_thread_failed();
}

static void *take_lock(void *lock)
{
	thr_lock_acquire(lock, THR_FOREVER);
	return NULL;
}

ROW(ThreadTests, test_join_with_timeout)
{
	thr_lock lock = { 0 };
	thr_thread *thread;

	thr_lock_acquire(&lock, THR_FOREVER);
	thread = go(take_lock, &lock);
	assert_int_equal(thr_thread_join(thread, THR_MS(10)), -ETIMEDOUT);
	assert_int_equal(thr_thread_join(thread, THR_POLL), -ETIMEDOUT);
	assert_int_equal(thr_thread_join(thread, -THR_S(5)), -ETIMEDOUT);
	/* The failed join of 3.12 and before marked a live thread as stopped. */
	assert_int_equal(thr_thread_join(thread, THR_TIMEOUT_MAX + 1), -EOVERFLOW);
	assert_true(thr_thread_is_alive(thread));
	thr_lock_release(&lock);
	assert_int_equal(thr_thread_join(thread, THR_FOREVER), 0);
	assert_false(thr_thread_is_alive(thread));
	thr_thread_unref(thread);
}

struct cycle {
	bool exits, freed;
};

static void *run_in_cycle(void *arg)
{
	if (((struct cycle *)arg)->exits)
		thr_thread_exit(NULL);
	return NULL;
}

static void free_cycle(void *arg)
{
	((struct cycle *)arg)->freed = true;
}

/* Arguments are let go of as soon as the target has run, though the object lives on. */
ROW(ThreadTests, test_no_refcycle_through_target)
{
	for (int exits = 0; exits < 2; exits++) {
		struct cycle cycle = { .exits = exits };
		thr_thread *thread =
			make(&(thr_thread_opts){ .target = run_in_cycle, .arg = &cycle, .arg_free = free_cycle });

		assert_int_equal(thr_thread_start(thread), 0);
		assert_int_equal(thr_thread_join(thread, LONG), 0);
		assert_true(cycle.freed);
		assert_null(thr_thread_arg(thread));
		thr_thread_unref(thread);
	}
}

ROW(ThreadTests, test_repr_daemon)
{
	thr_thread *thread = make(NULL);

	assert_null(strstr(repr_of(thread), "daemon"));
	assert_int_equal(thr_thread_set_daemon(thread, true), 0);
	assert_non_null(strstr(repr_of(thread), "daemon"));
	thr_thread_unref(thread);
}

ROW(ThreadTests, test_daemon_param)
{
	static const struct {
		thr_daemon asked;
		bool daemon;
	} cases[] = { { THR_DAEMON_INHERIT, false }, { THR_DAEMON_NO, false }, { THR_DAEMON_YES, true } };

	for (size_t i = 0; i < 3; i++) {
		thr_thread *thread = make(&(thr_thread_opts){ .daemon = cases[i].asked });

		assert_int_equal(thr_thread_daemon(thread), cases[i].daemon);
		thr_thread_unref(thread);
	}
}

static void *differ_from_main(void *arg)
{
	CHECK(!pthread_equal(thr_thread_ident(thr_main()), thr_thread_ident(thr_current())));
	CHECK(thr_main() != thr_current());
	return arg;
}

ROW(ThreadTests, test_main_thread)
{
	assert_string_equal(name_of(thr_main()), "MainThread");
	assert_ptr_equal(thr_main(), thr_current());
	assert_true(pthread_equal(thr_thread_ident(thr_main()), pthread_self()));
	join_and_drop(go(differ_from_main, NULL));
	no_thread_failed();
}

struct stopped_test {
	thr_lock started, finish;
};

static void *start_and_finish(void *arg)
{
	struct stopped_test *test = arg;

	thr_lock_release(&test->started);
	thr_lock_acquire(&test->finish, THR_FOREVER);
	return NULL;
}

/* "stopped" shows up by itself, without a join. */
ROW(ThreadTests, test_repr_stopped)
{
	struct stopped_test test = { { 0 }, { 0 } };
	thr_thread *thread;

	thr_lock_acquire(&test.started, THR_FOREVER);
	thr_lock_acquire(&test.finish, THR_FOREVER);
	thread = go(start_and_finish, &test);
	thr_lock_acquire(&test.started, THR_FOREVER);
	assert_non_null(strstr(repr_of(thread), "started"));
	thr_lock_release(&test.finish);
	WAIT_UNTIL(strstr(repr_of(thread), "stopped"));
	no_thread_failed();
	join_and_drop(thread);
}

static void *acquire_unit(void *sem)
{
	CHECK(thr_sem_acquire(sem, THR_FOREVER) == 0);
	return NULL;
}

static void *release_unit(void *sem)
{
	CHECK(thr_sem_release(sem, 1) == 0);
	return NULL;
}

ROW(ThreadTests, test_BoundedSemaphore_limit)
{
	for (int limit = 1; limit < 10; limit++) {
		thr_sem sem;

		assert_int_equal(thr_bounded_sem_init(&sem, limit), 0);
		bunch_run(limit, acquire_unit, &sem);
		bunch_run(limit, release_unit, &sem);
		assert_int_equal(thr_sem_release(&sem, 1), -EOVERFLOW);
	}
	no_thread_failed();
}

static bool ran;

static void *set_ran(void *arg)
{
	ran = true;
	return arg;
}

/* A target is called if there is one, whatever else is null or zero; without one the thread does nothing. */
ROW(ThreadTests, test_boolean_target)
{
	join_and_drop(go(set_ran, NULL));
	assert_true(ran);
	join_and_drop(go(NULL, NULL));
}

ROW(ThreadTests, test_leak_without_join)
{
	size_t before = thr_active_count();

	for (int i = 0; i < 20; i++)
		thr_thread_unref(go(do_nothing, NULL));
	WAIT_UNTIL(thr_active_count() == before);
	no_thread_failed();
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(ThreadTests, test_name),
		RUN(ThreadTests, test_args_argument),
		RUN(ThreadTests, test_various_ops),
		RUN(ThreadTests, test_various_ops_small_stack),
		RUN(ThreadTests, test_various_ops_large_stack),
		RUN(ThreadTests, test_ident_of_no_threading_threads),
		RUN(ThreadTests, test_foreign_thread),
		RUN(ThreadTests, test_limbo_cleanup),
		RUN(ThreadTests, test_enumerate_after_join),
		RUN(ThreadTests, test_join_from_multiple_threads),
		RUN(ThreadTests, test_join_with_timeout),
		RUN(ThreadTests, test_no_refcycle_through_target),
		RUN(ThreadTests, test_repr_daemon),
		RUN(ThreadTests, test_daemon_param),
		RUN(ThreadTests, test_main_thread),
		RUN(ThreadTests, test_repr_stopped),
		RUN(ThreadTests, test_BoundedSemaphore_limit),
		RUN(ThreadTests, test_boolean_target),
		RUN(ThreadTests, test_leak_without_join),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
