/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The shutdowns of BaseQueueTestMixin, each row on all three kinds of queue. */
#include "support.h"

static const thr_queue_kind kinds[] = { THR_FIFO, THR_LIFO, THR_PRIORITY };
#define for_each_kind(kind) for (const thr_queue_kind *kind = kinds; kind < kinds + 3; kind++)

static thr_queue *make(thr_queue_kind kind, int64_t maxsize, int items)
{
	thr_queue *queue;

	assert_int_equal(thr_queue_new(&queue, &(thr_queue_opts){ .kind = kind, .maxsize = maxsize }), 0);
	for (intptr_t i = 1; i <= items; i++)
		assert_int_equal(thr_queue_put(queue, (void *)i, THR_POLL), 0);
	return queue;
}

static int put(thr_queue *queue, thr_ns timeout)
{
	return thr_queue_put(queue, (void *)9, timeout);
}

static int get(thr_queue *queue, thr_ns timeout)
{
	void *item;

	return thr_queue_get(queue, &item, timeout);
}

ROW(BaseQueueTestMixin, test_shutdown_empty)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0, 0);

		assert_int_equal(thr_queue_shutdown(queue, false), 0);
		assert_int_equal(put(queue, THR_FOREVER), -EPIPE);
		assert_int_equal(get(queue, THR_FOREVER), -EPIPE);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_shutdown_nonempty)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0, 1);

		assert_int_equal(thr_queue_shutdown(queue, false), 0);
		assert_int_equal(get(queue, THR_FOREVER), 0);
		assert_int_equal(get(queue, THR_FOREVER), -EPIPE);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_shutdown_immediate)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0, 1);

		assert_int_equal(thr_queue_shutdown(queue, true), 0);
		assert_int_equal(get(queue, THR_FOREVER), -EPIPE);
		thr_queue_unref(queue);
	}
}

ROW(BaseQueueTestMixin, test_shutdown_allowed_transitions)
{
	for_each_kind(kind) {
		thr_queue *queue = make(*kind, 0, 0);

		assert_false(thr_queue_is_shutdown(queue));
		assert_int_equal(thr_queue_shutdown(queue, false), 0);
		assert_true(thr_queue_is_shutdown(queue));
		assert_int_equal(thr_queue_shutdown(queue, true), 0);
		assert_true(thr_queue_is_shutdown(queue));
		assert_int_equal(thr_queue_shutdown(queue, false), 0);
		thr_queue_unref(queue);
	}
}

static void all_in_one_thread(thr_queue *queue, bool immediate)
{
	assert_int_equal(thr_queue_shutdown(queue, immediate), 0);
	assert_int_equal(put(queue, THR_FOREVER), -EPIPE);
	assert_int_equal(put(queue, THR_POLL), -EPIPE);
	for (int i = 0; i < 2 && !immediate; i++) {
		assert_int_equal(get(queue, THR_FOREVER), 0);
		assert_int_equal(thr_queue_task_done(queue), 0);
	}
	assert_int_equal(get(queue, THR_FOREVER), -EPIPE);
	assert_int_equal(get(queue, THR_POLL), -EPIPE);
	assert_int_equal(get(queue, THR_S(1)), -EPIPE);
	assert_int_equal(thr_queue_task_done(queue), -ERANGE);
	assert_int_equal(thr_queue_join(queue, THR_FOREVER), 0);
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_all_methods_in_one_thread)
{
	for_each_kind(kind)
		all_in_one_thread(make(*kind, 2, 2), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_all_methods_in_one_thread)
{
	for_each_kind(kind)
		all_in_one_thread(make(*kind, 2, 2), true);
}

enum { WRITERS = 4, READERS = 6, JOINERS = 2, MESSAGES = 4096, WHEN = MESSAGES / 2 };

struct many {
	thr_queue *queue;
	thr_barrier start;
	thr_event stop;
	struct list puts, gets, shutdowns;
	bool immediate;
};

static void *write_messages(void *arg)
{
	struct many *many = arg;

	for (int i = 0; i < WHEN / 2; i++)
		CHECK(put(many->queue, THR_FOREVER) == 0);
	CHECK(thr_barrier_wait(&many->start) >= 0);
	for (int i = WHEN / 2; i < MESSAGES; i++) {
		int error = put(many->queue, THR_FOREVER);

		if (error) {
			CHECK(error == -EPIPE);
			append(&many->puts, 0);
			break;
		}
		if (i == WHEN && !thr_event_is_set(&many->stop)) {
			thr_event_set(&many->stop);
			append(&many->puts, 1);
		}
	}
	return NULL;
}

static void *read_messages(void *arg)
{
	struct many *many = arg;
	int error;

	CHECK(get(many->queue, THR_FOREVER) == 0);
	CHECK(thr_queue_task_done(many->queue) == 0);
	CHECK(thr_barrier_wait(&many->start) >= 0);
	while ((error = get(many->queue, THR_POLL)) != -EPIPE) {
		if (error == 0)
			thr_queue_task_done(many->queue);
		else
			thr_sleep(THR_US(10));
	}
	append(&many->gets, 1);
	return NULL;
}

static void *shut_down(void *arg)
{
	struct many *many = arg;

	CHECK(thr_event_wait(&many->stop, LONG) == 0);
	CHECK(thr_queue_shutdown(many->queue, many->immediate) == 0);
	append(&many->shutdowns, thr_queue_empty(many->queue));
	return NULL;
}

static void *join_messages(void *arg)
{
	struct many *many = arg;

	CHECK(thr_barrier_wait(&many->start) >= 0);
	CHECK(thr_queue_join(many->queue, LONG) == 0);
	return NULL;
}

static void all_in_many_threads(thr_queue *queue, bool immediate)
{
	struct many many = { .queue = queue, .immediate = immediate };
	int joiners = immediate ? JOINERS : 0;
	struct bunch writers, readers, waiting, stopper;

	assert_int_equal(thr_barrier_init(&many.start, WRITERS + READERS + joiners, NULL, NULL, LONG), 0);
	bunch_start(&writers, WRITERS, write_messages, &many);
	bunch_start(&readers, READERS, read_messages, &many);
	bunch_start(&stopper, 1, shut_down, &many);
	bunch_start(&waiting, joiners, join_messages, &many);
	bunch_join(&writers);
	bunch_join(&readers);
	bunch_join(&stopper);
	bunch_join(&waiting);
	assert_true(count(&many.puts, 1) > 0);
	assert_int_equal(count(&many.gets, 1), READERS);
	assert_int_equal(length(&many.shutdowns), 1);
	if (immediate) {
		assert_int_equal(count(&many.shutdowns, 1), 1);
		assert_true(thr_queue_empty(queue));
	}
	no_thread_failed();
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_all_methods_in_many_threads)
{
	for_each_kind(kind)
		all_in_many_threads(make(*kind, 0, 0), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_all_methods_in_many_threads)
{
	for_each_kind(kind)
		all_in_many_threads(make(*kind, 0, 0), true);
}

/* Threads that do one thing once they are told to, and note how it ended. */
struct told {
	thr_queue *queue;
	thr_event go;
	struct list gets, puts, joins;
};

static void *get_one(void *arg)
{
	struct told *told = arg;

	thr_event_wait(&told->go, THR_FOREVER);
	append(&told->gets, get(told->queue, THR_FOREVER));
	return NULL;
}

static void *get_one_and_do_it(void *arg)
{
	struct told *told = arg;
	int error;

	thr_event_wait(&told->go, THR_FOREVER);
	error = get(told->queue, THR_FOREVER);
	append(&told->gets, error ? error : thr_queue_task_done(told->queue));
	return NULL;
}

static void *put_one(void *arg)
{
	struct told *told = arg;

	thr_event_wait(&told->go, THR_FOREVER);
	append(&told->puts, put(told->queue, THR_FOREVER));
	return NULL;
}

static void *join_queue(void *arg)
{
	struct told *told = arg;

	append(&told->joins, thr_queue_join(told->queue, LONG));
	return NULL;
}

static void shut_down_and_go(struct told *told, bool immediate)
{
	assert_int_equal(thr_queue_shutdown(told->queue, immediate), 0);
	thr_event_set(&told->go);
}

/* Two items: two getters have them, the third finds it shut down; after an immediate one all do. */
static void shutdown_get(thr_queue *queue, bool immediate)
{
	struct told told = { .queue = queue };
	struct bunch bunch;

	bunch_start(&bunch, 3, get_one, &told);
	shut_down_and_go(&told, immediate);
	bunch_join(&bunch);
	assert_int_equal(count(&told.gets, -EPIPE), immediate ? 3 : 1);
	assert_int_equal(count(&told.gets, 0), immediate ? 0 : 2);
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_get)
{
	for_each_kind(kind)
		shutdown_get(make(*kind, 2, 2), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_get)
{
	for_each_kind(kind)
		shutdown_get(make(*kind, 2, 2), true);
}

static void shutdown_put(thr_queue *queue, bool immediate)
{
	struct told told = { .queue = queue };
	struct bunch bunch;

	bunch_start(&bunch, 2, put_one, &told);
	shut_down_and_go(&told, immediate);
	bunch_join(&bunch);
	assert_int_equal(count(&told.puts, -EPIPE), 2);
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_put)
{
	for_each_kind(kind)
		shutdown_put(make(*kind, 2, 2), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_put)
{
	for_each_kind(kind)
		shutdown_put(make(*kind, 2, 2), true);
}

static void shutdown_join(thr_queue *queue, bool immediate)
{
	struct told told = { .queue = queue };
	struct bunch joiners, workers;

	bunch_start(&joiners, 2, join_queue, &told);
	bunch_start(&workers, immediate ? 0 : 1, get_one_and_do_it, &told);
	shut_down_and_go(&told, immediate);
	bunch_join(&joiners);
	bunch_join(&workers);
	assert_int_equal(count(&told.joins, 0), 2);
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_join)
{
	for_each_kind(kind)
		shutdown_join(make(*kind, 0, 1), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_join)
{
	for_each_kind(kind)
		shutdown_join(make(*kind, 0, 1), true);
}

static void shutdown_put_join(thr_queue *queue, bool immediate)
{
	struct told told = { .queue = queue };
	struct bunch putter, joiner;

	bunch_start(&putter, 1, put_one, &told);
	bunch_start(&joiner, 1, join_queue, &told);
	assert_int_equal(thr_queue_unfinished(queue), 1);
	shut_down_and_go(&told, immediate);
	assert_int_equal(get(queue, THR_POLL), immediate ? -EPIPE : 0);
	if (!immediate)
		assert_int_equal(thr_queue_task_done(queue), 0);
	bunch_join(&putter);
	bunch_join(&joiner);
	assert_int_equal(count(&told.puts, -EPIPE), 1);
	assert_int_equal(count(&told.joins, 0), 1);
	thr_queue_unref(queue);
}

ROW(BaseQueueTestMixin, test_shutdown_put_join)
{
	for_each_kind(kind)
		shutdown_put_join(make(*kind, 2, 1), false);
}

ROW(BaseQueueTestMixin, test_shutdown_immediate_put_join)
{
	for_each_kind(kind)
		shutdown_put_join(make(*kind, 2, 1), true);
}

ROW(BaseQueueTestMixin, test_shutdown_get_task_done_join)
{
	for_each_kind(kind) {
		struct told told = { .queue = make(*kind, 2, 2) };
		struct bunch workers, joiners;

		assert_int_equal(thr_queue_unfinished(told.queue), thr_queue_size(told.queue));
		bunch_start(&workers, 2, get_one_and_do_it, &told);
		bunch_start(&joiners, 2, join_queue, &told);
		thr_event_set(&told.go);
		assert_int_equal(thr_queue_shutdown(told.queue, false), 0);
		bunch_join(&workers);
		bunch_join(&joiners);
		assert_int_equal(count(&told.gets, 0), 2);
		assert_int_equal(count(&told.joins, 0), 2);
		thr_queue_unref(told.queue);
	}
}

ROW(BaseQueueTestMixin, test_shutdown_pending_get)
{
	for_each_kind(kind) {
		struct told told = { .queue = make(*kind, 0, 0) };
		struct bunch bunch;

		thr_event_set(&told.go);
		bunch_start(&bunch, 1, get_one, &told);
		wait_for_waiters(1);
		assert_int_equal(thr_queue_shutdown(told.queue, false), 0);
		bunch_join(&bunch);
		assert_int_equal(told.gets.values[0], -EPIPE);
		no_thread_failed();
		thr_queue_unref(told.queue);
	}
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseQueueTestMixin, test_shutdown_empty),
		RUN(BaseQueueTestMixin, test_shutdown_nonempty),
		RUN(BaseQueueTestMixin, test_shutdown_immediate),
		RUN(BaseQueueTestMixin, test_shutdown_allowed_transitions),
		RUN(BaseQueueTestMixin, test_shutdown_all_methods_in_one_thread),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_all_methods_in_one_thread),
		RUN(BaseQueueTestMixin, test_shutdown_all_methods_in_many_threads),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_all_methods_in_many_threads),
		RUN(BaseQueueTestMixin, test_shutdown_get),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_get),
		RUN(BaseQueueTestMixin, test_shutdown_put),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_put),
		RUN(BaseQueueTestMixin, test_shutdown_join),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_join),
		RUN(BaseQueueTestMixin, test_shutdown_put_join),
		RUN(BaseQueueTestMixin, test_shutdown_immediate_put_join),
		RUN(BaseQueueTestMixin, test_shutdown_get_task_done_join),
		RUN(BaseQueueTestMixin, test_shutdown_pending_get),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
