/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BaseQueueTestMixin but for its shutdowns (test_queue_shutdown.c), each row on all three kinds; FailingQueueTest. */
#include "support.h"

enum { QUEUE_SIZE = 5 };

static const thr_queue_kind kinds[] = { THR_FIFO, THR_LIFO, THR_PRIORITY };
#define for_each_kind(kind) for (const thr_queue_kind *kind = kinds; kind < kinds + 3; kind++)

static thr_queue *make(thr_queue_kind kind, int64_t maxsize)
{
	thr_queue *queue;

	assert_int_equal(thr_queue_new(&queue, &(thr_queue_opts){ .kind = kind, .maxsize = maxsize }), 0);
	return queue;
}

static void put(thr_queue *queue, intptr_t item)
{
	assert_int_equal(thr_queue_put(queue, (void *)item, LONG), 0);
}

static intptr_t get(thr_queue *queue)
{
	void *item = NULL;

	assert_int_equal(thr_queue_get(queue, &item, LONG), 0);
	return (intptr_t)item;
}

static int try_put(thr_queue *queue, thr_ns timeout)
{
	return thr_queue_put(queue, (void *)1, timeout);
}

static int try_get(thr_queue *queue, thr_ns timeout)
{
	void *item;

	return thr_queue_get(queue, &item, timeout);
}

/* What frees a blocked call: run by another thread once that one sleeps. */
struct trigger {
	thr_queue *queue;
	bool puts, fired;
};

static void *pull(void *arg)
{
	struct trigger *trigger = arg;
	void *item;

	wait_for_waiters(1);
	trigger->fired = true;
	if (trigger->puts)
		CHECK(thr_queue_put(trigger->queue, (void *)1, THR_POLL) == 0);
	else
		CHECK(thr_queue_get(trigger->queue, &item, THR_POLL) == 0);
	return NULL;
}

static int blocked(thr_queue *queue, bool puts, thr_ns timeout)
{
	struct trigger trigger = { .queue = queue, .puts = !puts };
	thr_thread *thread = go(pull, &trigger);
	int error = puts ? try_put(queue, timeout) : try_get(queue, timeout);

	join_and_drop(thread);
	assert_true(trigger.fired);
	no_thread_failed();
	return error;
}

ROW(BaseQueueTestMixin, test_queue_task_done)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0);

		assert_int_equal(thr_queue_task_done(queue), -ERANGE);
		assert_string_equal(thr_strerror(-ERANGE), "task_done() called too many times");
		thr_queue_unref(queue);
	}
}

struct join_test {
	thr_queue *queue;
	intptr_t sum;
};

static void *work(void *arg)
{
	struct join_test *test = arg;
	void *item;

	for (;;) {
		CHECK(thr_queue_get(test->queue, &item, THR_FOREVER) == 0);
		if ((intptr_t)item > 0)
			__atomic_fetch_add(&test->sum, (intptr_t)item, __ATOMIC_SEQ_CST);
		CHECK(thr_queue_task_done(test->queue) == 0);
		if ((intptr_t)item < 0)
			return NULL;
	}
}

static void join_twice(thr_queue *queue)
{
	struct join_test test = { .queue = queue };
	struct bunch bunch;

	bunch_start(&bunch, 2, work, &test);
	for (int i = 0; i < 100; i++)
		put(queue, i);
	assert_int_equal(thr_queue_join(queue, LONG), 0);
	assert_int_equal(__atomic_load_n(&test.sum, __ATOMIC_SEQ_CST), 99 * 100 / 2);
	put(queue, -1);
	put(queue, -1);
	assert_int_equal(thr_queue_join(queue, LONG), 0);
	bunch_join(&bunch);
	no_thread_failed();
}

ROW(BaseQueueTestMixin, test_queue_join)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0);

		join_twice(queue);
		join_twice(queue);
		assert_int_equal(thr_queue_task_done(queue), -ERANGE);
		thr_queue_unref(queue);
	}
}

static void in_order(thr_queue *queue, thr_queue_kind kind)
{
	static const intptr_t orders[][3] = {
		[THR_FIFO] = { 111, 333, 222 },
		[THR_LIFO] = { 222, 333, 111 },
		[THR_PRIORITY] = { 111, 222, 333 },
	};

	put(queue, 111);
	put(queue, 333);
	put(queue, 222);
	for (int i = 0; i < 3; i++)
		assert_int_equal(get(queue), orders[kind][i]);
}

static void basic(thr_queue *queue, thr_queue_kind kind)
{
	assert_true(thr_queue_empty(queue));
	assert_false(thr_queue_full(queue));
	in_order(queue, kind);
	for (int i = 1; i < QUEUE_SIZE; i++) {
		put(queue, i);
		assert_int_equal(thr_queue_size(queue), i);
	}
	assert_false(thr_queue_full(queue));
	put(queue, QUEUE_SIZE);
	assert_true(thr_queue_full(queue));
	assert_false(thr_queue_empty(queue));
	assert_int_equal(try_put(queue, THR_POLL), -EAGAIN);
	assert_int_equal(try_put(queue, THR_MS(10)), -EAGAIN);
	assert_int_equal(blocked(queue, true, THR_FOREVER), 0);
	assert_int_equal(blocked(queue, true, LONG), 0);
	for (int i = 0; i < QUEUE_SIZE; i++)
		get(queue);
	assert_int_equal(thr_queue_size(queue), 0);
	assert_int_equal(try_get(queue, THR_POLL), -EAGAIN);
	assert_int_equal(try_get(queue, THR_MS(10)), -EAGAIN);
	assert_int_equal(blocked(queue, false, THR_FOREVER), 0);
	assert_int_equal(blocked(queue, false, LONG), 0);
}

ROW(BaseQueueTestMixin, test_basic)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, QUEUE_SIZE);

		basic(queue, *kind);
		basic(queue, *kind);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_negative_timeout_raises_exception)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, QUEUE_SIZE);

		assert_int_equal(try_put(queue, thr_seconds(-1)), -EINVAL);
		assert_int_equal(try_get(queue, thr_seconds(-1)), -EINVAL);
		assert_int_equal(thr_queue_size(queue), 0);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_nowait)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, QUEUE_SIZE);

		for (int i = 0; i < QUEUE_SIZE; i++)
			assert_int_equal(try_put(queue, THR_POLL), 0);
		assert_int_equal(try_put(queue, THR_POLL), -EAGAIN);
		for (int i = 0; i < QUEUE_SIZE; i++)
			assert_int_equal(try_get(queue, THR_POLL), 0);
		assert_int_equal(try_get(queue, THR_POLL), -EAGAIN);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_shrinking_queue)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 3);

		for (int i = 1; i <= 3; i++)
			put(queue, i);
		assert_int_equal(try_put(queue, THR_POLL), -EAGAIN);
		assert_int_equal(thr_queue_size(queue), 3);
		assert_int_equal(thr_queue_set_maxsize(queue, 2), 0);
		assert_int_equal(try_put(queue, THR_POLL), -EAGAIN);
		assert_int_equal(thr_queue_size(queue), 3);
		thr_queue_unref(queue);
	}
}

/* What a subclass overrides: asked before an item goes in or out, and fails when told to. */
struct failing {
	bool put, get;
};

static int may_put(void *user, void *item)
{
	struct failing *next = user;
	bool fails = next->put;

	(void)item;
	next->put = false;
	return fails ? -EBADF : 0;
}

static int may_get(void *user)
{
	struct failing *next = user;
	bool fails = next->get;

	next->get = false;
	return fails ? -EBADF : 0;
}

static void fail_puts(thr_queue *queue, struct failing *next)
{
	for (int i = 1; i < QUEUE_SIZE; i++)
		put(queue, i);
	next->put = true;
	assert_int_equal(try_put(queue, THR_POLL), -EBADF);
	next->put = true;
	assert_int_equal(try_put(queue, THR_MS(100)), -EBADF);
	put(queue, 99);
	assert_true(thr_queue_full(queue));
	for (int timed = 0; timed < 2; timed++) {
		next->put = true;
		assert_int_equal(blocked(queue, true, timed ? LONG : THR_FOREVER), -EBADF);
		/* The put failed, the get that made room did not: it is not damaged. */
		put(queue, 99);
		assert_true(thr_queue_full(queue));
	}
	get(queue);
	assert_false(thr_queue_full(queue));
	put(queue, 99);
	assert_int_equal(blocked(queue, true, THR_FOREVER), 0);
	for (int i = 0; i < QUEUE_SIZE; i++)
		get(queue);
}

static void fail_gets(thr_queue *queue, struct failing *next)
{
	put(queue, 1);
	next->get = true;
	assert_int_equal(try_get(queue, THR_FOREVER), -EBADF);
	assert_int_equal(thr_queue_size(queue), 1);
	next->get = true;
	assert_int_equal(try_get(queue, THR_MS(100)), -EBADF);
	assert_int_equal(thr_queue_size(queue), 1);
	get(queue);
	next->get = true;
	assert_int_equal(blocked(queue, false, THR_FOREVER), -EBADF);
	/* The put succeeded, but the get failed. */
	assert_int_equal(thr_queue_size(queue), 1);
	get(queue);
	assert_true(thr_queue_empty(queue));
}

ROW(FailingQueueTest, test_failing_queue)
{
	struct failing next = { false, false };
	thr_queue_opts opts = {
		.maxsize = QUEUE_SIZE,
		.before_put = may_put,
		.before_get = may_get,
		.user = &next,
	};
	thr_queue *queue;

	assert_int_equal(thr_queue_new(&queue, &opts), 0);
	for (int i = 0; i < 2; i++) {
		fail_puts(queue, &next);
		fail_gets(queue, &next);
	}
	thr_queue_unref(queue);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseQueueTestMixin, test_queue_task_done),
		RUN(BaseQueueTestMixin, test_queue_join),
		RUN(BaseQueueTestMixin, test_basic),
		RUN(BaseQueueTestMixin, test_negative_timeout_raises_exception),
		RUN(BaseQueueTestMixin, test_nowait),
		RUN(BaseQueueTestMixin, test_shrinking_queue),
		RUN(FailingQueueTest, test_failing_queue),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
