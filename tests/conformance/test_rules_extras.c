/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What Python's threading has not: waiting for any, hooks, groups, lines of a log. */
#include <sys/wait.h>

#include "support.h"

#define TEST(name) static void name(void **unused __attribute__((unused)))

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait_any_takes_the_one_that_is_ready),
		cmocka_unit_test(a_hook_that_refuses_ends_the_call),
		cmocka_unit_test(who_waits_beside_one_that_is_refused_is_asked_next),
		cmocka_unit_test(groups_hand_back_results_and_cancel_the_rest),
		cmocka_unit_test(log_lines_do_not_tear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
