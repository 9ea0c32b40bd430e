/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The rows about fork. A child never asserts: it tells by its exit status, or a scene by what it prints. */
#include "support.h"

enum { YES = 50, NO = 51 };

static int in_child(bool (*question)(void *), void *arg)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(question(arg) ? YES : NO);
	return wait_for_child(pid);
}

struct dummy_test {
	thr_event attached, leave;
	thr_thread *dummy;
};

static void *be_foreign(void *arg)
{
	struct dummy_test *test = arg;

	test->dummy = thr_thread_ref(thr_current());
	thr_event_set(&test->attached);
	CHECK(thr_event_wait(&test->leave, LONG) == 0);
	return NULL;
}

static bool alone(void *arg)
{
	struct dummy_test *test = arg;

	return thr_active_count() == 1 && !thr_thread_is_alive(test->dummy) &&
	       thr_thread_join(test->dummy, THR_FOREVER) == 0;
}

ROW(ThreadTests, test_dummy_thread_after_fork)
{
	struct dummy_test test = { .dummy = NULL };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, be_foreign, &test), 0);
	assert_int_equal(thr_event_wait(&test.attached, LONG), 0);
	assert_int_equal(thr_active_count(), 2);
	assert_int_equal(in_child(alone, &test), YES);
	thr_event_set(&test.leave);
	pthread_join(thread, NULL);
	thr_thread_unref(test.dummy);
	no_thread_failed();
}

static bool has_ended(void *thread)
{
	return !thr_thread_is_alive(thread) && thr_thread_join(thread, THR_FOREVER) == 0;
}

ROW(ThreadTests, test_is_alive_after_fork)
{
	for (int i = 0; i < 20; i++) {
		thr_thread *thread = go(do_nothing, NULL);

		assert_int_equal(in_child(has_ended, thread), YES);
		join_and_drop(thread);
	}
}

/* --- scenes --- */

static void tell(const char *what, bool answer)
{
	printf("%s %s\n", what, answer ? "True" : "False");
}

static void tell_of_main(pthread_t ident, thr_thread *self)
{
	char name[64], text[128];

	thr_thread_name(thr_main(), name, sizeof(name));
	thr_thread_repr(thr_main(), text, sizeof(text));
	tell("current ident", pthread_equal(pthread_self(), ident));
	printf("main %s %.*s\n", name, (int)strcspn(text, "("), text);
	tell("main ident", pthread_equal(thr_thread_ident(thr_main()), ident));
	tell("native id", thr_thread_native_id(thr_main()) == (uint32_t)getpid());
	tell("current is main", thr_current() == thr_main() && (!self || self == thr_main()));
	tell("alone", thr_active_count() == 1);
	fflush(stdout);
}

/* Both sides go on; the parent waits. */
static bool forked_child(void)
{
	pid_t pid = fork();

	if (pid)
		CHECK(wait_for_child(pid) == 0);
	return pid == 0;
}

static int fork_in_main(void)
{
	pthread_t ident = pthread_self();
	thr_thread *self = thr_current();

	if (forked_child())
		tell_of_main(ident, self);
	return 0;
}

/* The child's thread returns, as a main: the child ends with it, and with status 0. */
static void *fork_in_worker(void *arg)
{
	pthread_t ident = pthread_self();
	thr_thread *self = thr_current();

	(void)arg;
	if (forked_child())
		tell_of_main(ident, self);
	return NULL;
}

static int run_and_join(void *(*target)(void *))
{
	thr_thread *thread;

	if (thr_thread_new(&thread, &(thr_thread_opts){ .target = target, .target_name = "func" }) ||
	    thr_thread_start(thread))
		return 1;
	thr_thread_join(thread, THR_FOREVER);
	thr_thread_unref(thread);
	return 0;
}

static int fork_from_nonmain(void)
{
	return run_and_join(fork_in_worker);
}

static void *fork_in_foreign(void *create_dummy)
{
	pthread_t ident = pthread_self();
	char name[64];

	if (create_dummy) {
		thr_thread_name(thr_current(), name, sizeof(name));
		printf("current %s\n", name);
		fflush(stdout);
	}
	if (forked_child()) {
		tell_of_main(ident, NULL);
		_exit(thr_shutdown());
	}
	return NULL;
}

static int fork_from_foreign_or_dummy(void *create_dummy)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, fork_in_foreign, create_dummy))
		return 1;
	return pthread_join(thread, NULL);
}

static int fork_from_foreign(void)
{
	return fork_from_foreign_or_dummy(NULL);
}

static int fork_from_dummy(void)
{
	return fork_from_foreign_or_dummy("yes");
}

#define TOLD(main)                                                                                           \
	"current ident True\nmain " main "\nmain ident True\nnative id True\ncurrent is main True\nalone True\n"

ROW(ThreadTests, test_main_thread_after_fork)
{
	play_ok("fork_in_main", TOLD("MainThread <MainThread"));
}

ROW(ThreadTests, test_main_thread_after_fork_from_nonmain_thread)
{
	play_ok("fork_from_nonmain", TOLD("Thread-1 (func) <Thread"));
}

ROW(ThreadTests, test_main_thread_after_fork_from_foreign_thread)
{
	play_ok("fork_from_foreign", TOLD("MainThread <MainThread"));
}

ROW(ThreadTests, test_main_thread_after_fork_from_dummy_thread)
{
	play_ok("fork_from_dummy", "current Dummy-1\n" TOLD("MainThread <MainThread"));
}

static void *join_and_tell(void *main_thread)
{
	CHECK(thr_thread_join(main_thread, THR_FOREVER) == 0);
	printf("end of thread\n");
	fflush(stdout);
	return NULL;
}

static int join_in_child(void)
{
	thr_thread *thread;

	if (!forked_child())
		return 0;
	if (thr_thread_go(&thread, join_and_tell, thr_main()))
		return 1;
	thr_thread_unref(thread);
	printf("end of main\n");
	fflush(stdout);
	return 0;
}

static void *fork_and_join_old_main(void *old_main)
{
	thr_thread *thread;

	if (!forked_child())
		return NULL;
	printf("end of main\n");
	fflush(stdout);
	/* It does not block: in the child that main is stopped. */
	if (thr_thread_go(&thread, join_and_tell, old_main))
		_exit(1);
	CHECK(thr_thread_join(thread, LONG) == 0);
	thr_thread_unref(thread);
	return NULL;
}

static int join_in_child_of_thread(void)
{
	thr_thread *thread;

	if (thr_thread_go(&thread, fork_and_join_old_main, thr_main()))
		return 1;
	thr_thread_unref(thread);
	return 0;
}

ROW(ThreadJoinOnShutdown, test_2_join_in_forked_process)
{
	play_ok("join_in_child", "end of main\nend of thread\n");
}

ROW(ThreadJoinOnShutdown, test_3_join_in_forked_from_thread)
{
	play_ok("join_in_child_of_thread", "end of main\nend of thread\n");
}

static void *fork_and_wait(void *local)
{
	pid_t pid;

	CHECK(thr_local_set(local, local) == 0);
	pid = fork();
	if (pid == 0) {
		void *value = NULL;

		thr_local_get(local, &value);
		_exit(value == local ? YES : NO);
	}
	CHECK(wait_for_child(pid) == YES);
	return NULL;
}

/* Sixteen threads fork at once; each child finds its thread's locals. */
ROW(ThreadJoinOnShutdown, test_reinit_tls_after_fork)
{
	thr_local *local;

	assert_int_equal(thr_local_new(&local, NULL, NULL, NULL), 0);
	bunch_run(16, fork_and_wait, local);
	thr_local_free(local);
	no_thread_failed();
}

static void *wait_for_event(void *event)
{
	CHECK(thr_event_wait(event, LONG) == 0);
	return NULL;
}

static bool all_forgotten(void *event)
{
	thr_thread *all[4];

	/* Neither enumerated nor waiting: nobody is there to be woken. */
	return thr_enumerate(all, 4) == 1 && all[0] == thr_current() && waiters() == 0 &&
	       (thr_event_set(event), true);
}

ROW(ThreadJoinOnShutdown, test_clear_threads_states_after_fork)
{
	thr_event event = { 0 };
	struct bunch bunch;

	bunch_start(&bunch, 16, wait_for_event, &event);
	wait_for_waiters(16);
	assert_int_equal(in_child(all_forgotten, &event), YES);
	thr_event_set(&event);
	bunch_join(&bunch);
	no_thread_failed();
}

int main(int argc, char **argv)
{
	const struct scene scenes[] = {
		{ "fork_in_main", fork_in_main },
		{ "fork_from_nonmain", fork_from_nonmain },
		{ "fork_from_foreign", fork_from_foreign },
		{ "fork_from_dummy", fork_from_dummy },
		{ "join_in_child", join_in_child },
		{ "join_in_child_of_thread", join_in_child_of_thread },
		{ NULL, NULL },
	};
	const struct CMUnitTest rows[] = {
		RUN(ThreadTests, test_dummy_thread_after_fork),
		RUN(ThreadTests, test_is_alive_after_fork),
		RUN(ThreadTests, test_main_thread_after_fork),
		RUN(ThreadTests, test_main_thread_after_fork_from_nonmain_thread),
		RUN(ThreadTests, test_main_thread_after_fork_from_foreign_thread),
		RUN(ThreadTests, test_main_thread_after_fork_from_dummy_thread),
		RUN(ThreadJoinOnShutdown, test_2_join_in_forked_process),
		RUN(ThreadJoinOnShutdown, test_3_join_in_forked_from_thread),
		RUN(ThreadJoinOnShutdown, test_reinit_tls_after_fork),
		RUN(ThreadJoinOnShutdown, test_clear_threads_states_after_fork),
	};
	int status = scene_of(argc, argv, scenes);

	return status >= 0 ? status : cmocka_run_group_tests(rows, NULL, NULL);
}
