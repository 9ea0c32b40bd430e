/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BaseSimpleQueueTest, CSimpleQueueTest. */
#include "support.h"

static thr_simple_queue *make(void (*item_free)(void *))
{
	thr_simple_queue *queue;

	assert_int_equal(thr_simple_queue_new(&queue, item_free), 0);
	return queue;
}

static void put(thr_simple_queue *queue, intptr_t item)
{
	assert_int_equal(thr_simple_queue_put(queue, (void *)item), 0);
}

static void gets(thr_simple_queue *queue, thr_ns timeout, intptr_t expected, size_t left)
{
	void *item = NULL;

	assert_int_equal(thr_simple_queue_get(queue, &item, timeout), 0);
	assert_int_equal((intptr_t)item, expected);
	assert_int_equal(thr_simple_queue_size(queue), left);
	assert_int_equal(thr_simple_queue_empty(queue), left == 0);
}

ROW(BaseSimpleQueueTest, test_basic)
{
	thr_simple_queue *queue = make(NULL);
	void *item;

	assert_true(thr_simple_queue_empty(queue));
	for (int i = 1; i <= 4; i++) {
		put(queue, i);
		assert_int_equal(thr_simple_queue_size(queue), i);
	}
	gets(queue, THR_FOREVER, 1, 3);
	gets(queue, THR_POLL, 2, 2);
	gets(queue, thr_blocking(false, THR_FOREVER), 3, 1);
	gets(queue, THR_MS(100), 4, 0);
	assert_int_equal(thr_simple_queue_get(queue, &item, THR_POLL), -EAGAIN);
	assert_int_equal(thr_simple_queue_get(queue, &item, THR_MS(1)), -EAGAIN);
	assert_true(thr_simple_queue_empty(queue));
	thr_simple_queue_free(queue);
}

ROW(BaseSimpleQueueTest, test_negative_timeout_raises_exception)
{
	thr_simple_queue *queue = make(NULL);
	void *item;

	put(queue, 1);
	assert_int_equal(thr_simple_queue_get(queue, &item, thr_seconds(-1)), -EINVAL);
	assert_int_equal(thr_simple_queue_size(queue), 1);
	thr_simple_queue_free(queue);
}

enum { INPUTS = 10000, SENTINEL = -1 };

/* Feeders put 0 .. inputs-1 between them; each consumer ends with one sentinel. */
struct traffic {
	thr_simple_queue *queue;
	int inputs;
	thr_ns timeout; /* of a get; after a failed one the consumer tries again */
	uint32_t next, consumed;
	uint8_t seen[INPUTS];
	bool in_order;
};

static void *feed(void *arg)
{
	struct traffic *traffic = arg;
	unsigned seed = 42;

	for (;;) {
		uint32_t value = __atomic_fetch_add(&traffic->next, 1, __ATOMIC_SEQ_CST);

		if (value >= (uint32_t)traffic->inputs)
			break;
		CHECK(thr_simple_queue_put(traffic->queue, (void *)(intptr_t)value) == 0);
		if (rand_r(&seed) % 64 == 0)
			thr_sleep(THR_US(rand_r(&seed) % 500));
	}
	CHECK(thr_simple_queue_put(traffic->queue, (void *)(intptr_t)SENTINEL) == 0);
	return NULL;
}

static void *consume(void *arg)
{
	struct traffic *traffic = arg;
	void *item;
	int error;

	for (;;) {
		while ((error = thr_simple_queue_get(traffic->queue, &item, traffic->timeout)) == -EAGAIN) {
			if (traffic->timeout == THR_POLL)
				thr_sleep(THR_US(10));
		}
		if (!CHECK(error == 0) || (intptr_t)item == SENTINEL)
			return NULL;
		if (__atomic_fetch_add(&traffic->consumed, 1, __ATOMIC_SEQ_CST) != (uint32_t)(intptr_t)item)
			__atomic_store_n(&traffic->in_order, false, __ATOMIC_RELAXED);
		__atomic_fetch_add(&traffic->seen[(intptr_t)item], 1, __ATOMIC_SEQ_CST);
	}
}

static bool run_traffic(int threads, int inputs, thr_ns timeout)
{
	struct traffic traffic = { .queue = make(NULL), .inputs = inputs, .timeout = timeout, .in_order = true };
	struct bunch feeders, consumers;

	bunch_start(&feeders, threads, feed, &traffic);
	bunch_start(&consumers, threads, consume, &traffic);
	bunch_join(&feeders);
	bunch_join(&consumers);
	no_thread_failed();
	for (int i = 0; i < inputs; i++)
		assert_int_equal(traffic.seen[i], 1);
	assert_true(thr_simple_queue_empty(traffic.queue));
	thr_simple_queue_free(traffic.queue);
	return traffic.in_order;
}

ROW(BaseSimpleQueueTest, test_order)
{
	assert_true(run_traffic(1, 100, THR_FOREVER));
}

ROW(BaseSimpleQueueTest, test_many_threads)
{
	run_traffic(50, INPUTS, THR_FOREVER);
}

ROW(BaseSimpleQueueTest, test_many_threads_nonblock)
{
	run_traffic(50, INPUTS, THR_POLL);
}

ROW(BaseSimpleQueueTest, test_many_threads_timeout)
{
	run_traffic(50, 1000, THR_US(10));
}

static int freed;

static void count_free(void *item)
{
	(void)item;
	freed++;
}

/* What was got is the getter's: the queue frees only what nobody got. */
ROW(BaseSimpleQueueTest, test_references)
{
	thr_simple_queue *queue = make(count_free);

	freed = 0;
	for (int i = 0; i < 20; i++)
		put(queue, i);
	for (int i = 0; i < 15; i++)
		gets(queue, THR_POLL, i, (size_t)(19 - i));
	assert_int_equal(freed, 0);
	thr_simple_queue_free(queue);
	assert_int_equal(freed, 5);
}

static thr_simple_queue *reentered;

static void put_another(void *item)
{
	if ((intptr_t)item < 10000)
		put(reentered, (intptr_t)item + 1);
}

/* A callback in the middle of one queue's work (what was left in it is freed) may put into another. */
ROW(CSimpleQueueTest, test_reentrancy)
{
	intptr_t expected = 0;
	void *item;

	reentered = make(NULL);
	put(reentered, 0);
	for (;;) {
		thr_simple_queue *inner;

		assert_int_equal(thr_simple_queue_get(reentered, &item, THR_POLL), 0);
		assert_int_equal((intptr_t)item, expected++);
		if ((intptr_t)item == 10000)
			break;
		inner = make(put_another);
		put(inner, (intptr_t)item);
		thr_simple_queue_free(inner);
	}
	assert_true(thr_simple_queue_empty(reentered));
	thr_simple_queue_free(reentered);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseSimpleQueueTest, test_basic),
		RUN(BaseSimpleQueueTest, test_negative_timeout_raises_exception),
		RUN(BaseSimpleQueueTest, test_order),
		RUN(BaseSimpleQueueTest, test_many_threads),
		RUN(BaseSimpleQueueTest, test_many_threads_nonblock),
		RUN(BaseSimpleQueueTest, test_many_threads_timeout),
		RUN(BaseSimpleQueueTest, test_references),
		RUN(CSimpleQueueTest, test_reentrancy),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
