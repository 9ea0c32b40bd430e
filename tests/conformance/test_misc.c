/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* ThreadingExceptionTests that print nothing, TimerTests, MiscTestCase, InterruptMainTests. */
#include "support.h"

ROW(ThreadingExceptionTests, test_start_thread_again)
{
	thr_thread *thread = go(do_nothing, NULL);

	assert_int_equal(thr_thread_start(thread), -EALREADY);
	assert_string_equal(thr_strerror(-EALREADY), "threads can only be started once");
	assert_int_equal(thr_thread_join(thread, LONG), 0);
	assert_int_equal(thr_thread_start(thread), -EALREADY);
	thr_thread_unref(thread);
}

ROW(ThreadingExceptionTests, test_joining_current_thread)
{
	assert_int_equal(thr_thread_join(thr_current(), THR_FOREVER), -EDEADLK);
	assert_string_equal(thr_strerror(-EDEADLK), "cannot join current thread");
}

ROW(ThreadingExceptionTests, test_joining_inactive_thread)
{
	thr_thread *thread;

	assert_int_equal(thr_thread_new(&thread, NULL), 0);
	assert_int_equal(thr_thread_join(thread, THR_FOREVER), -ESRCH);
	assert_string_equal(thr_strerror(-ESRCH), "cannot join thread before it is started");
	thr_thread_unref(thread);
}

ROW(ThreadingExceptionTests, test_daemonize_active_thread)
{
	thr_thread *thread = go(do_nothing, NULL);

	assert_int_equal(thr_thread_set_daemon(thread, true), -EBUSY);
	assert_string_equal(thr_strerror(-EBUSY), "cannot set daemon status of active thread");
	assert_int_equal(thr_thread_join(thread, LONG), 0);
	assert_int_equal(thr_thread_set_daemon(thread, true), -EBUSY);
	assert_int_equal(thr_thread_set_daemon(thr_main(), true), -EBUSY);
	thr_thread_unref(thread);
}

ROW(ThreadingExceptionTests, test_releasing_unacquired_lock)
{
	thr_lock lock = { 0 };

	assert_int_equal(thr_lock_release(&lock), -ENOLCK);
	assert_string_equal(thr_strerror(-ENOLCK), "release unlocked lock");
}

static void *ask_for_a_failure(void *arg)
{
	int code;
	const char *message;

	(void)arg;
	CHECK(thr_thread_failure(thr_current(), &code, &message) == -EAGAIN);
	CHECK(thr_thread_result(thr_current(), NULL, NULL) == -EAGAIN);
	return NULL;
}

/* A new thread has no failure, of its own or left over, that could be raised again. */
ROW(ThreadingExceptionTests, test_bare_raise_in_brand_new_thread)
{
	thr_thread *thread = go(ask_for_a_failure, NULL);

	assert_int_equal(thr_thread_join(thread, LONG), 0);
	assert_int_equal(thr_thread_failure(thread, NULL, NULL), -ENOENT);
	thr_thread_unref(thread);
	no_thread_failed();
}

static void *modify_file(void *path)
{
	FILE *file = fopen(path, "w");
	char repr[128];

	if (CHECK(file)) {
		thr_thread_repr(thr_current(), repr, sizeof(repr));
		CHECK(fprintf(file, "%s\n", repr) > 0);
		CHECK(fclose(file) == 0);
	}
	return NULL;
}

ROW(ThreadingExceptionTests, test_multithread_modify_file_noerror)
{
	char path[] = "/tmp/thrace-file-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	for (int i = 0; i < 100; i++)
		join_and_drop(go(modify_file, path));
	unlink(path);
	no_thread_failed();
}

struct spy {
	thr_event called;
	int argument, calls;
};

static void note_call(void *arg)
{
	struct spy *spy = arg;

	spy->calls++;
	spy->argument += 100;
	thr_event_set(&spy->called);
}

/* What one timer does to its argument is no other timer's business. */
ROW(TimerTests, test_init_immutable_default_args)
{
	struct spy spies[2] = { { .argument = 1 }, { .argument = 2 } };

	for (int i = 0; i < 2; i++) {
		thr_timer *timer;

		assert_int_equal(thr_timer_new(&timer, THR_MS(10), note_call, &spies[i]), 0);
		assert_int_equal(thr_timer_start(timer), 0);
		assert_int_equal(thr_event_wait(&spies[i].called, LONG), 0);
		assert_int_equal(thr_timer_join(timer, LONG), 0);
		thr_timer_free(timer);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(spies[i].calls, 1);
		assert_int_equal(spies[i].argument, i + 101);
	}
}

static void run_command(const char *command, char *text, size_t size)
{
	FILE *pipe = popen(command, "r");

	assert_non_null(pipe);
	text[fread(text, 1, size - 1, pipe)] = 0;
	assert_int_equal(pclose(pipe), 0);
}

/* What the headers declare is exactly what the shared object exports. (LIBTHRACE and the tree are given by make.) */
ROW(MiscTestCase, test__all__)
{
	static char declared[16384], exported[16384];

	run_command("cat " TREE "/lib/include/thrace/*.h | sed -nE 's,/[*].*,,; s/^THR_API .*[ *](thr_[a-z_]+)\\(.*/\\1/p' "
		    "| LC_ALL=C sort",
		    declared, sizeof(declared));
	run_command("nm -D --defined-only " LIBTHRACE " | sed -nE 's/.* [TW] ([a-z_]+)@@THRACE.*/\\1/p' | LC_ALL=C sort",
		    exported, sizeof(exported));
	assert_true(strlen(declared) > 1000);
	assert_string_equal(declared, exported);
	run_command("nm -D --defined-only " LIBTHRACE " | grep -vE ' (thr_|THRACE_)' | wc -l", exported,
		    sizeof(exported));
	assert_int_equal(atoi(exported), 0);
}

struct loop_test {
	uint32_t started, go_on, interrupted;
};

static void *loop(void *arg)
{
	struct loop_test *test = arg;

	__atomic_store_n(&test->started, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&test->go_on, __ATOMIC_RELAXED))
		;
	test->interrupted = 1;
	return NULL;
}

ROW(InterruptMainTests, test_can_interrupt_tight_loops)
{
	struct loop_test test = { .go_on = 1 };
	thr_thread *thread = go(loop, &test);

	while (!__atomic_load_n(&test.started, __ATOMIC_RELAXED))
		;
	__atomic_store_n(&test.go_on, 0, __ATOMIC_RELAXED);
	join_and_drop(thread);
	assert_int_equal(test.interrupted, 1);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(ThreadingExceptionTests, test_start_thread_again),
		RUN(ThreadingExceptionTests, test_joining_current_thread),
		RUN(ThreadingExceptionTests, test_joining_inactive_thread),
		RUN(ThreadingExceptionTests, test_daemonize_active_thread),
		RUN(ThreadingExceptionTests, test_releasing_unacquired_lock),
		RUN(ThreadingExceptionTests, test_bare_raise_in_brand_new_thread),
		RUN(ThreadingExceptionTests, test_multithread_modify_file_noerror),
		RUN(TimerTests, test_init_immutable_default_args),
		RUN(MiscTestCase, test__all__),
		RUN(InterruptMainTests, test_can_interrupt_tight_loops),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
