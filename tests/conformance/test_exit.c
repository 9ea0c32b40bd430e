/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The rows about the end of a process. Built twice: as any program is, and with the exact order linked in
 * (test_exit_exact). What a scene prints goes through write(2): nothing depends on who flushes standard output.
 */
#include <fcntl.h>

#include "support.h"

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(99);
}

static void scene_fails(const char *what)
{
	fprintf(stderr, "%s\n", what);
	_exit(98);
}

static thr_thread *start(void *(*target)(void *), void *arg, thr_daemon daemon)
{
	thr_thread *thread;

	if (thr_thread_new(&thread, &(thr_thread_opts){ .target = target, .arg = arg, .daemon = daemon }) ||
	    thr_thread_start(thread))
		scene_fails("a thread cannot be started");
	return thread;
}

static void let_run(void *(*target)(void *), void *arg, thr_daemon daemon)
{
	thr_thread_unref(start(target, arg, daemon));
}

static void *sleep_long(void *ready)
{
	thr_current();
	thr_event_set(ready);
	thr_sleep(LONG);
	return NULL;
}

/* A foreign thread that the library knows, and one of its daemons, sleep while the process ends. */
static int end_with_running_threads(void)
{
	static thr_event ready[2];
	pthread_t thread;

	if (pthread_create(&thread, NULL, sleep_long, &ready[0]))
		scene_fails("no foreign thread");
	let_run(sleep_long, &ready[1], THR_DAEMON_YES);
	thr_event_wait(&ready[0], LONG);
	thr_event_wait(&ready[1], LONG);
	exit(42);
}

ROW(ThreadTests, test_finalize_running_thread)
{
	struct outcome outcome;

	play("end_with_running_threads", &outcome);
	assert_int_equal(outcome.status, 42);
	assert_string_equal(outcome.err, "");
}

static void *wake_up_late(void *arg)
{
	thr_sleep(THR_MS(100));
	say("woke up\n");
	return arg;
}

static int exit_with_nondaemon(void)
{
	let_run(wake_up_late, NULL, THR_DAEMON_NO);
	thr_thread_exit(NULL);
}

/* thr_thread_exit() in main is SystemExit: the join is not skipped. */
ROW(ThreadTests, test_join_nondaemon_on_shutdown)
{
	play_ok("exit_with_nondaemon", "woke up\n");
}

static void look_at_main(void)
{
	thr_thread *all[2];

	say(thr_current() == thr_main() && thr_enumerate(all, 2) == 1 && all[0] == thr_main() &&
			    thr_thread_native_id(thr_main()) == (uint32_t)getpid() ?
		    "main is main\n" :
		    "main is somebody else\n");
}

static bool look_in_destructor;

__attribute__((destructor)) static void look_at_the_end(void)
{
	if (look_in_destructor)
		look_at_main();
}

static int look_during_shutdown(void)
{
	atexit(look_at_main);
	look_in_destructor = true;
	thr_thread_unref(start(do_nothing, NULL, THR_DAEMON_NO));
	return 0;
}

ROW(ThreadTests, test_main_thread_during_shutdown)
{
	play_ok("look_during_shutdown", "main is main\nmain is main\n");
}

static void random_sleep(void)
{
	thr_sleep(THR_US(getpid() * 7919 % 5000 + 1));
}

static void destroy_slowly(void *value)
{
	(void)value;
	thr_sleep(THR_MS(20));
	say("destroyed\n");
}

static void *leave_a_local(void *local)
{
	random_sleep();
	thr_local_set(local, local);
	random_sleep();
	return NULL;
}

/* There when the exact order is linked in. */
extern int __wrap_main(int argc, char **argv, char **envp) __attribute__((weak));

static void after_the_join(void)
{
	say("atexit\n");
}

static int end_during_destruction(void)
{
	static thr_local *local;

	if (thr_local_new(&local, NULL, NULL, destroy_slowly))
		return 1;
	/* Without the exact order, only handlers from before the first start come after the join. */
	if (!__wrap_main)
		atexit(after_the_join);
	let_run(leave_a_local, local, THR_DAEMON_NO);
	if (__wrap_main)
		atexit(after_the_join);
	random_sleep();
	return 0;
}

/* The end waits for threads whose thread-locals are still being destroyed, not only for their targets. */
ROW(ThreadTests, test_finalization_shutdown)
{
	for (int i = 0; i < 10; i++)
		play_ok("end_during_destruction", "destroyed\natexit\n");
}

static thr_local *kept_local;

static void read_local(void)
{
	void *value = NULL;

	say(thr_local_get(kept_local, &value) == 0 && value ? value : "no value\n");
}

static int locals_at_exit(void)
{
	if (thr_local_new(&kept_local, NULL, NULL, NULL) || thr_local_set(kept_local, "value\n"))
		return 1;
	atexit(read_local);
	return 0;
}

ROW(ThreadTests, test_locals_at_exit)
{
	play_ok("locals_at_exit", "value\n");
}

/* tests/conformance/loader.c: the library is first loaded by a thread other than main. */
ROW(ThreadTests, test_import_from_another_thread)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl(LOADER, "loader", LIBTHRACE, NULL);
		_exit(127);
	}
	assert_int_equal(wait_for_child(pid), 0);
}

static bool start_in_destructor;

static void *be_printed(void *arg)
{
	say("shouldn't be printed\n");
	return arg;
}

__attribute__((destructor)) static void start_at_finalization(void)
{
	thr_thread *thread;
	int error;

	if (!start_in_destructor)
		return;
	error = thr_thread_go(&thread, be_printed, NULL);
	say(error == -ESHUTDOWN ? "OK\n" : "it may be started\n");
	fprintf(stderr, "%s\n", thr_strerror(error));
}

static int start_too_late(void)
{
	start_in_destructor = true;
	thr_thread_unref(start(do_nothing, NULL, THR_DAEMON_NO));
	return 0;
}

ROW(ThreadTests, test_start_new_thread_at_finalization)
{
	struct outcome outcome;

	play("start_too_late", &outcome);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.out, "OK\n");
	assert_non_null(strstr(outcome.err, "create new thread after shutdown"));
}

static void *join_main(void *main_thread)
{
	if (thr_thread_join(main_thread, THR_FOREVER))
		scene_fails("main cannot be joined");
	say("end of thread\n");
	return NULL;
}

static int join_on_shutdown(void)
{
	let_run(join_main, thr_current(), THR_DAEMON_NO);
	thr_sleep(THR_MS(50));
	say("end of main\n");
	return 0;
}

ROW(ThreadJoinOnShutdown, test_1_join_on_shutdown)
{
	play_ok("join_on_shutdown", "end of main\nend of thread\n");
}

static uint32_t have_run;

static void *random_io(void *arg)
{
	char name[32], line[200];
	unsigned seed = (unsigned)(uintptr_t)arg;
	bool first = true;

	for (;;) {
		FILE *in = fopen("/proc/self/maps", "r");
		FILE *out = fopen("/dev/null", "w");

		if (in && out && fgets(line, sizeof(line), in))
			fputs(line, out);
		if (in)
			fclose(in);
		if (out)
			fclose(out);
		thr_thread_name(thr_current(), name, sizeof(name));
		thr_sleep(THR_US(rand_r(&seed) % 500));
		if (first)
			__atomic_fetch_add(&have_run, 1, __ATOMIC_SEQ_CST);
		first = false;
	}
	return NULL;
}

static int end_with_daemons(void)
{
	for (uintptr_t i = 0; i < 40; i++)
		let_run(random_io, (void *)i, THR_DAEMON_YES);
	while (__atomic_load_n(&have_run, __ATOMIC_SEQ_CST) < 40)
		thr_sleep(THR_MS(1));
	exit(0);
}

/* tests/stress/daemons does this a thousand times. */
ROW(ThreadJoinOnShutdown, test_4_daemon_threads)
{
	for (int i = 0; i < 5; i++)
		play_ok("end_with_daemons", "");
}

static void *second(void *arg)
{
	thr_sleep(THR_MS(50));
	say("OK\n");
	return arg;
}

static void *first(void *arg)
{
	thr_sleep(THR_MS(50));
	let_run(second, NULL, THR_DAEMON_INHERIT);
	return arg;
}

static int start_during_the_join(void)
{
	let_run(first, NULL, THR_DAEMON_NO);
	return 0;
}

ROW(ThreadJoinOnShutdown, test_thread_from_thread)
{
	play_ok("start_during_the_join", "OK\n");
}

static void say_it(void *text)
{
	say(text);
}

static void say_if_main_is_alive(void *arg)
{
	(void)arg;
	say(thr_thread_is_alive(thr_main()) ? "main alive\n" : "main dead\n");
}

static int register_callbacks(void)
{
	return thr_at_shutdown(say_it, "parrot\n") || thr_at_shutdown(say_if_main_is_alive, NULL);
}

/* Last first, main still alive. */
ROW(AtexitTests, test_atexit_output)
{
	play_ok("register_callbacks", "main alive\nparrot\n");
}

static int shut_down_early(void)
{
	if (thr_at_shutdown(say_it, "once\n") || thr_shutdown())
		return 1;
	say("then\n");
	return thr_shutdown() != -EALREADY;
}

ROW(AtexitTests, test_atexit_called_once)
{
	play_ok("shut_down_early", "once\nthen\n");
}

static void register_another(void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", thr_strerror(thr_at_shutdown(say_it, "too late\n")));
}

static int register_too_late(void)
{
	return thr_at_shutdown(register_another, NULL);
}

ROW(AtexitTests, test_atexit_after_shutdown)
{
	struct outcome outcome;

	play("register_too_late", &outcome);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.out, "");
	assert_non_null(strstr(outcome.err, "can't register atexit"));
}

int main(int argc, char **argv)
{
	const struct scene scenes[] = {
		{ "end_with_running_threads", end_with_running_threads },
		{ "exit_with_nondaemon", exit_with_nondaemon },
		{ "look_during_shutdown", look_during_shutdown },
		{ "end_during_destruction", end_during_destruction },
		{ "locals_at_exit", locals_at_exit },
		{ "start_too_late", start_too_late },
		{ "join_on_shutdown", join_on_shutdown },
		{ "end_with_daemons", end_with_daemons },
		{ "start_during_the_join", start_during_the_join },
		{ "register_callbacks", register_callbacks },
		{ "shut_down_early", shut_down_early },
		{ "register_too_late", register_too_late },
		{ NULL, NULL },
	};
	const struct CMUnitTest rows[] = {
		RUN(ThreadTests, test_finalize_running_thread),
		RUN(ThreadTests, test_join_nondaemon_on_shutdown),
		RUN(ThreadTests, test_main_thread_during_shutdown),
		RUN(ThreadTests, test_finalization_shutdown),
		RUN(ThreadTests, test_locals_at_exit),
		RUN(ThreadTests, test_import_from_another_thread),
		RUN(ThreadTests, test_start_new_thread_at_finalization),
		RUN(ThreadJoinOnShutdown, test_1_join_on_shutdown),
		RUN(ThreadJoinOnShutdown, test_4_daemon_threads),
		RUN(ThreadJoinOnShutdown, test_thread_from_thread),
		RUN(AtexitTests, test_atexit_output),
		RUN(AtexitTests, test_atexit_called_once),
		RUN(AtexitTests, test_atexit_after_shutdown),
	};
	int status = scene_of(argc, argv, scenes);

	return status >= 0 ? status : cmocka_run_group_tests(rows, NULL, NULL);
}
