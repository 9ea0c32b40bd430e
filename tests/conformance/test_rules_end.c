/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* In which order a process ends, whichever way, and for whom it waits. */
#include <signal.h>
#include <sys/wait.h>

#include "support.h"

#define TEST(name) static void name(void **unused __attribute__((unused)))

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(99);
}

static void say_it(void *text)
{
	say(text);
}

static void at_exit(void)
{
	say("atexit\n");
}

static void *work_late(void *arg)
{
	thr_sleep(THR_MS(30));
	say("worker\n");
	return arg;
}

static void start_worker(void *(*target)(void *), thr_daemon daemon)
{
	thr_thread *thread;

	if (thr_thread_new(&thread, &(thr_thread_opts){ .target = target, .daemon = daemon }) || thr_thread_start(thread))
		_exit(97);
	thr_thread_unref(thread);
}

static int body(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	if (thr_at_shutdown(say_it, "first\n") || thr_at_shutdown(say_it, "last\n"))
		return 1;
	start_worker(work_late, THR_DAEMON_NO);
	atexit(at_exit); /* after the first start: only the exact ways have it after the join */
	say("main\n");
	return 3;
}

static int by_main_run(void)
{
	return thr_main_run(body, 0, NULL, NULL);
}

static int by_shutdown(void)
{
	int status = body(0, NULL, NULL);

	return thr_shutdown() ? 1 : status;
}

static void *sleep_for_ever(void *arg)
{
	thr_sleep(LONG);
	return arg;
}

static int by_pthread_exit(void)
{
	body(0, NULL, NULL);
	start_worker(sleep_for_ever, THR_DAEMON_YES);
	pthread_exit(NULL);
}

static void *exit_in_worker(void *arg)
{
	(void)arg;
	exit(5);
}

static int by_exit_in_worker(void)
{
	start_worker(work_late, THR_DAEMON_NO);
	start_worker(exit_in_worker, THR_DAEMON_NO);
	thr_sleep(LONG);
	return 1;
}

static int by_failure_in_main(void)
{
	start_worker(work_late, THR_DAEMON_NO);
	thr_thread_fail(-EBADF, "main fails");
}

static void abandon(int signal)
{
	(void)signal;
	thr_shutdown_abandon();
}

static int by_interrupt(void)
{
	signal(SIGALRM, abandon);
	start_worker(sleep_for_ever, THR_DAEMON_NO);
	alarm(1);
	return thr_shutdown() == -EINTR ? 6 : 1;
}

/* --- ... and its waiting: for a thread until it has left, which the destructor of a key of ours holds up --- */

static pthread_key_t hold_up;

static void leave_slowly(void *unused)
{
	(void)unused;
	usleep(50000);
	say("left\n");
}

static void *be_held_up(void *arg)
{
	pthread_setspecific(hold_up, &hold_up);
	return arg;
}

static void wait_until_done(const thr_thread *thread)
{
	while (thr_thread_is_alive(thread))
		thr_sleep(THR_US(100));
}

static void prepare_hold_up(void)
{
	if (pthread_key_create(&hold_up, leave_slowly))
		_exit(97);
}

static int end_of_the_given_up(void)
{
	prepare_hold_up();
	start_worker(be_held_up, THR_DAEMON_NO);
	start_worker(be_held_up, THR_DAEMON_NO);
	return 0;
}

static int end_of_the_done(void)
{
	static thr_thread *thread;

	prepare_hold_up();
	if (thr_thread_go(&thread, be_held_up, NULL))
		return 97;
	wait_until_done(thread);
	return 0;
}

static int end_of_the_done_and_given_up(void)
{
	thr_thread *thread;

	prepare_hold_up();
	if (thr_thread_go(&thread, be_held_up, NULL))
		return 97;
	wait_until_done(thread);
	thr_thread_unref(thread);
	return 0;
}

static void *join_it(void *thread)
{
	thr_thread_join(thread, THR_FOREVER);
	return NULL;
}

/* The system's join is taken by one who is not waited for. */
static int end_of_what_a_daemon_joins(void)
{
	static thr_thread *thread, *joiner;

	prepare_hold_up();
	if (thr_thread_go(&thread, be_held_up, NULL))
		return 97;
	if (thr_thread_new(&joiner, &(thr_thread_opts){ .target = join_it, .arg = thread, .daemon = THR_DAEMON_YES }) ||
	    thr_thread_start(joiner))
		return 98;
	wait_until_done(thread);
	thr_sleep(THR_MS(10));
	return 0;
}

/* The wait for one that never leaves can be abandoned as well. */
static void never_leave(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

static int end_of_who_never_leaves(void)
{
	if (pthread_key_create(&hold_up, never_leave))
		return 97;
	signal(SIGALRM, abandon);
	start_worker(be_held_up, THR_DAEMON_NO);
	alarm(1);
	return thr_shutdown() == -EINTR ? 6 : 1;
}

/* A child has no part in its parent's threads, whatever they did when it was made. */
static int end_of_a_child(void)
{
	static thr_thread *thread;
	int status;
	pid_t child;

	prepare_hold_up();
	start_worker(be_held_up, THR_DAEMON_NO);
	if (thr_thread_go(&thread, be_held_up, NULL))
		return 97;
	wait_until_done(thread);
	child = fork();
	if (!child) {
		thr_thread_unref(thread);
		exit(4);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 98;
	return WEXITSTATUS(status);
}

static bool asked_to_end;

static void exit_here(int number)
{
	(void)number;
	__atomic_store_n(&asked_to_end, true, __ATOMIC_SEQ_CST);
	exit(7);
}

static void *until_asked(void *arg)
{
	while (!__atomic_load_n(&asked_to_end, __ATOMIC_SEQ_CST))
		thr_sleep(THR_MS(1));
	return arg;
}

/* The thread is joined by what the handler interrupted, which never goes on. */
static int end_within_a_join(void)
{
	thr_thread *thread;

	signal(SIGALRM, exit_here);
	if (thr_thread_go(&thread, until_asked, NULL))
		return 97;
	ualarm(100000, 0);
	thr_thread_join(thread, THR_FOREVER);
	return 98;
}

static void has_outcome(const char *scene, int status, const char *out)
{
	struct outcome outcome;

	play(scene, &outcome);
	assert_string_equal(outcome.out, out);
	assert_int_equal(outcome.status, status);
}

TEST(the_end_keeps_its_order_and_its_status)
{
	has_outcome("by_main_run", 3, "main\nlast\nfirst\nworker\natexit\n");
	has_outcome("by_shutdown", 3, "main\nlast\nfirst\nworker\natexit\n");
	has_outcome("by_pthread_exit", 0, "main\nlast\nfirst\nworker\natexit\n");
	has_outcome("by_exit_in_worker", 5, "worker\n");
	has_outcome("by_failure_in_main", 1, "worker\n");
	has_outcome("by_interrupt", 6, "");
}

TEST(the_end_waits_until_threads_have_left)
{
	has_outcome("end_of_the_given_up", 0, "left\nleft\n");
	has_outcome("end_of_the_done", 0, "left\n");
	has_outcome("end_of_the_done_and_given_up", 0, "left\n");
	has_outcome("end_of_what_a_daemon_joins", 0, "left\n");
	has_outcome("end_of_who_never_leaves", 6, "");
	has_outcome("end_of_a_child", 4, "left\nleft\n");
	has_outcome("end_within_a_join", 7, "");
}

int main(int argc, char **argv)
{
	const struct scene scenes[] = {
		{ "by_main_run", by_main_run },
		{ "by_shutdown", by_shutdown },
		{ "by_pthread_exit", by_pthread_exit },
		{ "by_exit_in_worker", by_exit_in_worker },
		{ "by_failure_in_main", by_failure_in_main },
		{ "by_interrupt", by_interrupt },
		{ "end_of_the_given_up", end_of_the_given_up },
		{ "end_of_the_done", end_of_the_done },
		{ "end_of_the_done_and_given_up", end_of_the_done_and_given_up },
		{ "end_of_what_a_daemon_joins", end_of_what_a_daemon_joins },
		{ "end_of_who_never_leaves", end_of_who_never_leaves },
		{ "end_of_a_child", end_of_a_child },
		{ "end_within_a_join", end_within_a_join },
		{ NULL, NULL },
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_keeps_its_order_and_its_status),
		cmocka_unit_test(the_end_waits_until_threads_have_left),
	};
	int status = scene_of(argc, argv, scenes);

	return status >= 0 ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
