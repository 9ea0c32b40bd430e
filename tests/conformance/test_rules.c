/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What no row of CPython's covers: misuse has its own errno and sentence, the orders of the end, forks, the extras. */
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

/* --- the extras --- */

static void *set_later(void *event)
{
	wait_for_waiters(1);
	thr_event_set(event);
	return NULL;
}

TEST(wait_any_takes_the_one_that_is_ready)
{
	thr_event event = { 0 };
	thr_lock lock = { 0 };
	thr_cancel cancel = { 0 };
	thr_queue *queue;
	thr_sem sem;
	thr_any any[4] = {
		{ .kind = THR_ANY_LOCK, .object = &lock },
		{ .kind = THR_ANY_SEM, .object = &sem },
		{ .kind = THR_ANY_QUEUE },
		{ .kind = THR_ANY_EVENT, .object = &event },
	};
	thr_thread *setter;

	assert_int_equal(thr_sem_init(&sem, 0), 0);
	assert_int_equal(thr_queue_new(&queue, NULL), 0);
	any[2].object = queue;
	thr_lock_acquire(&lock, THR_FOREVER);
	assert_int_equal(thr_wait_any(any, 4, THR_POLL), -ETIMEDOUT);
	assert_int_equal(thr_wait_any(any, 4, THR_MS(5)), -ETIMEDOUT);
	setter = go(set_later, &event);
	assert_int_equal(thr_wait_any(any, 4, LONG), 3);
	join_and_drop(setter);
	thr_queue_put(queue, &sem, THR_POLL);
	assert_int_equal(thr_wait_any(any, 4, LONG), 2);
	assert_ptr_equal(any[2].item, &sem);
	thr_sem_release(&sem, 1);
	assert_int_equal(thr_wait_any(any, 4, LONG), 1);
	assert_int_equal(thr_sem_value(&sem), 0);
	thr_lock_release(&lock);
	assert_int_equal(thr_wait_any(any, 4, LONG), 0);
	assert_int_equal(thr_lock_acquire(&lock, THR_POLL), -ETIMEDOUT);
	thr_event_clear(&event);
	thr_queue_shutdown(queue, false);
	assert_int_equal(thr_wait_any(any, 4, LONG), 2);
	assert_int_equal(any[2].error, -EPIPE);
	thr_cancel_set(&cancel);
	assert_int_equal(thr_wait_any_cancel(any, 2, LONG, &cancel), -EINTR);
	thr_queue_unref(queue);
	no_thread_failed();
}

/* A hook that refuses with what full and empty are called as well; not for ever, so that who asks again is seen. */
#define ASKED_MAX 1000

struct refusal {
	int asked, from, error;
	thr_queue *queue;
};

static int refuse_for(struct refusal *refusal)
{
	int asked = refusal->asked++;

	return asked >= refusal->from && asked < refusal->from + ASKED_MAX ? refusal->error : 0;
}

static int refuse_put(void *user, void *item)
{
	(void)item;
	return refuse_for(user);
}

static int refuse_get(void *user)
{
	return refuse_for(user);
}

static thr_queue *refusing(const thr_queue_opts *opts)
{
	thr_queue *queue;

	assert_int_equal(thr_queue_new(&queue, opts), 0);
	return queue;
}

TEST(a_hook_that_refuses_ends_the_call)
{
	static const int errors[] = { -EAGAIN, -EPIPE, -ETIMEDOUT, -EBADF, 5 };
	static const thr_ns times[] = { THR_POLL, THR_MS(100), THR_FOREVER };

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors) * 3; i++) {
		struct refusal put = { .error = errors[i / 3] }, get = put;
		thr_queue *puts = refusing(&(thr_queue_opts){ .before_put = refuse_put, .user = &put });
		thr_queue *gets = refusing(&(thr_queue_opts){ .before_get = refuse_get, .user = &get });
		thr_any any = { .kind = THR_ANY_QUEUE, .object = gets };
		void *item;

		assert_int_equal(thr_queue_put(puts, &put, times[i % 3]), put.error);
		assert_int_equal(put.asked, 1);
		assert_int_equal(thr_queue_size(puts), 0);
		assert_int_equal(thr_queue_put(gets, &get, THR_POLL), 0);
		assert_int_equal(thr_queue_get(gets, &item, times[i % 3]), get.error);
		assert_int_equal(get.asked, 1);
		assert_int_equal(thr_wait_any(&any, 1, times[i % 3]), 0);
		assert_int_equal(any.error, get.error);
		assert_int_equal(get.asked, 2);
		assert_int_equal(thr_queue_size(gets), 1);
		thr_queue_unref(puts);
		thr_queue_unref(gets);
	}
}

static void *get_refused_or_not(void *arg)
{
	struct refusal *refusal = arg;
	void *item = NULL;
	int error = thr_queue_get(refusal->queue, &item, LONG);

	CHECK(error ? error == -EAGAIN : item == refusal);
	return error ? NULL : refusal;
}

/* Who sleeps first is asked first and refused; the item is then the next one's. */
TEST(who_waits_beside_one_that_is_refused_is_asked_next)
{
	struct refusal refusal = { .error = -EAGAIN };
	thr_thread *threads[2];
	void *results[2];

	refusal.from = 1 - ASKED_MAX; /* the first call alone is refused */
	refusal.queue = refusing(&(thr_queue_opts){ .before_get = refuse_get, .user = &refusal });
	for (int i = 0; i < 2; i++)
		threads[i] = go(get_refused_or_not, &refusal);
	wait_for_waiters(2);
	assert_int_equal(thr_queue_put(refusal.queue, &refusal, THR_POLL), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(thr_thread_join(threads[i], LONG), 0);
		assert_int_equal(thr_thread_result(threads[i], &results[i], NULL), 0);
		thr_thread_unref(threads[i]);
	}
	assert_true(!results[0] != !results[1]);
	assert_int_equal(refusal.asked, 2);
	thr_queue_unref(refusal.queue);
	no_thread_failed();
}

static int return_number(thr_cancel *cancel, void *arg, void **result)
{
	(void)cancel;
	*result = arg;
	return 0;
}

static int fail_in_group(thr_cancel *cancel, void *arg, void **result)
{
	(void)cancel, (void)arg, (void)result;
	thr_thread_fail(-EBADF, "in a group");
}

static int wait_for_cancel(thr_cancel *cancel, void *arg, void **result)
{
	(void)arg, (void)result;
	return thr_sleep_cancel(THR_FOREVER, cancel);
}

static int free_own_group(thr_cancel *cancel, void *group, void **result)
{
	(void)cancel, (void)result;
	return thr_group_free(group) == -EDEADLK ? 0 : -EPROTO;
}

TEST(groups_hand_back_results_and_cancel_the_rest)
{
	thr_group *group;
	void *result;

	assert_int_equal(thr_group_new(&group), 0);
	for (intptr_t i = 0; i < 10; i++)
		assert_int_equal(thr_group_start(group, return_number, (void *)i, NULL), i);
	assert_int_equal(thr_group_wait(group, LONG), 0);
	assert_int_equal(thr_group_first_failure(group), -ENOENT);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(thr_group_result(group, i, &result), 0);
		assert_int_equal((intptr_t)result, i);
	}
	assert_int_equal(thr_group_result(group, 10, &result), -EINVAL);
	assert_int_equal(thr_group_start(group, wait_for_cancel, NULL, "waits"), 10);
	assert_int_equal(thr_group_wait(group, THR_MS(5)), -ETIMEDOUT);
	assert_int_equal(thr_group_result(group, 10, NULL), -EAGAIN);
	assert_int_equal(thr_group_start(group, fail_in_group, NULL, NULL), 11);
	assert_int_equal(thr_group_wait(group, LONG), -EBADF);
	assert_int_equal(thr_group_first_failure(group), 11);
	assert_int_equal(thr_group_result(group, 10, NULL), -EINTR);
	assert_int_equal(thr_group_start(group, return_number, NULL, NULL), -EINTR);
	assert_int_equal(thr_group_size(group), 12);
	assert_int_equal(thr_group_free(group), 0);

	assert_int_equal(thr_group_new(&group), 0);
	assert_int_equal(thr_group_start(group, free_own_group, group, NULL), 0);
	assert_true(thr_group_wait(group, LONG) <= 0);
	assert_int_equal(thr_group_result(group, 0, NULL), 0);
	assert_int_equal(thr_group_free(group), 0);
}

static void *log_lines(void *fd)
{
	(void)fd;
	for (int i = 0; i < 50; i++)
		CHECK(thr_log_info("number %d of a line that must not tear", i) == 0);
	return NULL;
}

TEST(log_lines_do_not_tear)
{
	char path[] = "/tmp/thrace-log-XXXXXX", line[256], end[64];
	int fd = mkstemp(path), lines = 0;
	FILE *file;

	assert_int_equal(thr_log_config(&(thr_log_opts){
				 .fd = fd,
				 .level = THR_INFO,
				 .format = "%(asctime)s %(threadName)-12s %(thread)d %(message)s" }),
			 0);
	bunch_run(4, log_lines, NULL);
	assert_int_equal(thr_log_debug("below the level"), 0);
	assert_int_equal(thr_log_config(NULL), 0);
	file = fdopen(fd, "r");
	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		int number;
		unsigned long ident;

		assert_int_equal(sscanf(line, "%*d-%*d-%*d %*d:%*d:%*d,%*d Thread-%*d %lu number %d of %63[^\n]", &ident, &number, end),
				 3);
		assert_string_equal(end, "a line that must not tear");
		lines++;
	}
	fclose(file);
	unlink(path);
	assert_int_equal(lines, 200);
	no_thread_failed();
}

/* --- scenes: orders at the end --- */

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
		cmocka_unit_test(wait_any_takes_the_one_that_is_ready),
		cmocka_unit_test(a_hook_that_refuses_ends_the_call),
		cmocka_unit_test(who_waits_beside_one_that_is_refused_is_asked_next),
		cmocka_unit_test(groups_hand_back_results_and_cancel_the_rest),
		cmocka_unit_test(log_lines_do_not_tear),
		cmocka_unit_test(the_end_keeps_its_order_and_its_status),
		cmocka_unit_test(the_end_waits_until_threads_have_left),
	};
	int status = scene_of(argc, argv, scenes);

	return status >= 0 ? status : cmocka_run_group_tests(tests, NULL, NULL);
}
