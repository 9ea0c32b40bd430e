/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* ExceptHookTests, and those of ThreadingExceptionTests that print: a failure is thr_thread_fail(). */
#include <fcntl.h>
#include <signal.h>

#include "support.h"

/* Standard error goes to a file until it is asked for. */
static int captured = -1, kept = -1;

static void capture(void)
{
	char path[] = "/tmp/thrace-stderr-XXXXXX";

	captured = mkstemp(path);
	assert_true(captured >= 0);
	unlink(path);
	fflush(stderr);
	kept = dup(STDERR_FILENO);
	dup2(captured, STDERR_FILENO);
}

static const char *captured_text(void)
{
	static char text[2048];
	ssize_t n;

	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	n = pread(captured, text, sizeof(text) - 1, 0);
	close(captured);
	text[n > 0 ? n : 0] = 0;
	return text;
}

static int run_and_fail(thr_thread *thread)
{
	(void)thread;
	thr_thread_fail(-EBADF, "run %s", "failed");
}

static const struct thr_thread_ops fails = { .class_name = "ThreadRunFail", .run = run_and_fail };

static void run_thread(const struct thr_thread_ops *ops, const char *name, thr_thread **kept_thread)
{
	thr_thread *thread;

	assert_int_equal(thr_thread_new(&thread, &(thr_thread_opts){ .ops = ops, .name = name }), 0);
	assert_int_equal(thr_thread_start(thread), 0);
	assert_int_equal(thr_thread_join(thread, LONG), 0);
	if (kept_thread)
		*kept_thread = thread;
	else
		thr_thread_unref(thread);
}

ROW(ExceptHookTests, test_excepthook)
{
	const char *text, *message;
	thr_thread *thread;
	thr_exit how;
	int code;

	capture();
	run_thread(&fails, "excepthook thread", &thread);
	text = captured_text();
	assert_non_null(strstr(text, "Exception in thread excepthook thread:\n"));
	assert_non_null(strstr(text, "run failed"));
	/* And what Python has not: the failure can be asked for. */
	assert_int_equal(thr_thread_result(thread, NULL, &how), 0);
	assert_int_equal(how, THR_EXIT_FAILED);
	assert_int_equal(thr_thread_failure(thread, &code, &message), 0);
	assert_int_equal(code, -EBADF);
	assert_string_equal(message, "run failed");
	thr_thread_unref(thread);
}

ROW(ExceptHookTests, test_excepthook_thread_None)
{
	char expected[64];
	const char *text;

	snprintf(expected, sizeof(expected), "Exception in thread %lu:\n", (unsigned long)pthread_self());
	capture();
	assert_int_equal(thr_default_excepthook(&(thr_excepthook_args){ .code = -EBADF, .message = "bug" }), 0);
	text = captured_text();
	assert_non_null(strstr(text, expected));
	assert_non_null(strstr(text, "bug"));
}

static int run_and_exit(thr_thread *thread)
{
	(void)thread;
	thr_thread_exit((void *)1);
}

ROW(ExceptHookTests, test_system_exit)
{
	const struct thr_thread_ops exits = { .class_name = "ThreadExit", .run = run_and_exit };
	thr_thread *thread;
	void *value;
	thr_exit how;

	capture();
	run_thread(&exits, NULL, &thread);
	assert_string_equal(captured_text(), "");
	assert_int_equal(thr_thread_result(thread, &value, &how), 0);
	assert_int_equal(how, THR_EXIT_EXITED);
	assert_ptr_equal(value, (void *)1);
	thr_thread_unref(thread);
}

static struct {
	int code;
	char message[32];
	thr_thread *thread;
} seen;

static int note_args(const thr_excepthook_args *args)
{
	seen.code = args->code;
	seen.thread = args->thread;
	snprintf(seen.message, sizeof(seen.message), "%s", args->message);
	return 0;
}

ROW(ExceptHookTests, test_custom_excepthook)
{
	thr_thread *thread;

	assert_ptr_equal(thr_set_excepthook(note_args), thr_default_excepthook);
	capture();
	run_thread(&fails, NULL, &thread);
	assert_string_equal(captured_text(), "");
	assert_ptr_equal(thr_set_excepthook(NULL), note_args);
	assert_int_equal(seen.code, -EBADF);
	assert_string_equal(seen.message, "run failed");
	assert_ptr_equal(seen.thread, thread);
	thr_thread_unref(thread);
}

static int fail_in_hook(const thr_excepthook_args *args)
{
	(void)args;
	thr_thread_fail(-EBADFD, "threading_hook failed");
}

static int return_failure(const thr_excepthook_args *args)
{
	(void)args;
	return -EBADFD;
}

ROW(ExceptHookTests, test_custom_excepthook_fail)
{
	const char *text;

	thr_set_excepthook(fail_in_hook);
	capture();
	run_thread(&fails, NULL, NULL);
	text = captured_text();
	assert_int_equal(strncmp(text, "Exception in thr_excepthook:\n", 29), 0);
	assert_non_null(strstr(text, "threading_hook failed"));

	thr_set_excepthook(return_failure);
	capture();
	run_thread(&fails, NULL, NULL);
	assert_non_null(strstr(captured_text(), "Exception in thr_excepthook:\n"));
	thr_set_excepthook(NULL);
}

static int say_so(const thr_excepthook_args *args)
{
	(void)args;
	fprintf(stderr, "Running a thread failed\n");
	return 0;
}

ROW(ExceptHookTests, test_original_excepthook)
{
	char texts[3][256];
	const thr_excepthook hooks[] = { thr_default_excepthook, say_so, thr_default_excepthook };

	for (int i = 0; i < 3; i++) {
		thr_set_excepthook(hooks[i]);
		capture();
		run_thread(&fails, "excepthook thread", NULL);
		snprintf(texts[i], sizeof(texts[i]), "%s", captured_text());
	}
	assert_string_equal(texts[0], texts[2]);
	assert_string_not_equal(texts[0], texts[1]);
	assert_string_equal(texts[1], "Running a thread failed\n");
}

/* --- scenes: a thread runs, then fails, while standard error is there or not --- */

static uint32_t running;

static void *run_then_fail(void *arg)
{
	(void)arg;
	__atomic_store_n(&running, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&running, __ATOMIC_SEQ_CST))
		thr_sleep(THR_MS(1));
	thr_thread_fail(-EDOM, "division by zero");
}

static int fail_in_thread(bool closed_before, bool closed_after)
{
	thr_thread *thread;

	if (closed_before)
		close(STDERR_FILENO);
	if (thr_thread_go(&thread, run_then_fail, NULL))
		return 1;
	while (!__atomic_load_n(&running, __ATOMIC_SEQ_CST))
		thr_sleep(THR_MS(1));
	if (closed_after)
		close(STDERR_FILENO);
	__atomic_store_n(&running, 0, __ATOMIC_SEQ_CST);
	thr_thread_join(thread, THR_FOREVER);
	thr_thread_unref(thread);
	return 0;
}

static int print_exception(void)
{
	return fail_in_thread(false, false);
}

static int no_stderr_later(void)
{
	return fail_in_thread(false, true);
}

static int no_stderr_ever(void)
{
	return fail_in_thread(true, false);
}

ROW(ThreadingExceptionTests, test_print_exception)
{
	struct outcome outcome;

	play("print_exception", &outcome);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.out, "");
	assert_non_null(strstr(outcome.err, "Exception in thread Thread-1"));
	assert_non_null(strstr(outcome.err, "division by zero"));
}

/* A C thread has no standard error of its own: closed means that nobody can be told. The process goes on. */
ROW(ThreadingExceptionTests, test_print_exception_stderr_is_none_1)
{
	play_ok("no_stderr_later", "");
}

ROW(ThreadingExceptionTests, test_print_exception_stderr_is_none_2)
{
	play_ok("no_stderr_ever", "");
}

static int too_deep(void)
{
	thr_thread_fail(-ELOOP, "too deep");
}

static int (*volatile at_the_bottom)(void) = too_deep;

static __attribute__((noinline)) int recurse(int depth)
{
	volatile char frame[256] = { (char)depth };

	return depth ? recurse(depth - 1) + frame[0] : at_the_bottom();
}

static int recurse_in_hook(const thr_excepthook_args *args)
{
	(void)args;
	return recurse(2000);
}

static void interrupted(int signal)
{
	(void)signal;
	thr_shutdown_abandon();
}

static void *interrupt_main(void *arg)
{
	(void)arg;
	thr_sleep(THR_MS(50));
	kill(getpid(), SIGINT);
	thr_sleep(LONG);
	return NULL;
}

/* main fails deep down, its hook fails deep down too, and the wait at the end is interrupted. */
static int fail_while_failing(void)
{
	thr_thread *thread;

	signal(SIGINT, interrupted);
	thr_set_excepthook(recurse_in_hook);
	if (thr_thread_go(&thread, interrupt_main, NULL))
		return 126;
	return recurse(2000);
}

ROW(ThreadingExceptionTests, test_print_exception_gh_102056)
{
	struct outcome outcome;

	play("fail_while_failing", &outcome);
	assert_int_equal(outcome.status, 1);
	assert_non_null(strstr(outcome.err, "Exception in thr_excepthook:\nError"));
}

int main(int argc, char **argv)
{
	const struct scene scenes[] = {
		{ "print_exception", print_exception },
		{ "no_stderr_later", no_stderr_later },
		{ "no_stderr_ever", no_stderr_ever },
		{ "fail_while_failing", fail_while_failing },
		{ NULL, NULL },
	};
	const struct CMUnitTest rows[] = {
		RUN(ExceptHookTests, test_excepthook),
		RUN(ExceptHookTests, test_excepthook_thread_None),
		RUN(ExceptHookTests, test_system_exit),
		RUN(ExceptHookTests, test_custom_excepthook),
		RUN(ExceptHookTests, test_custom_excepthook_fail),
		RUN(ExceptHookTests, test_original_excepthook),
		RUN(ThreadingExceptionTests, test_print_exception),
		RUN(ThreadingExceptionTests, test_print_exception_stderr_is_none_1),
		RUN(ThreadingExceptionTests, test_print_exception_stderr_is_none_2),
		RUN(ThreadingExceptionTests, test_print_exception_gh_102056),
	};
	int status = scene_of(argc, argv, scenes);

	return status >= 0 ? status : cmocka_run_group_tests(rows, NULL, NULL);
}
