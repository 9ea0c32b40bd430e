/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BarrierTests. */
#include "support.h"

enum { N = 5 };

struct barrier_test {
	thr_barrier barrier, second;
	struct list lists[3];
	int passes;
	uint32_t in_action;
};

static void set_up(struct barrier_test *test)
{
	memset(test, 0, sizeof(*test));
	assert_int_equal(thr_barrier_init(&test->barrier, N, NULL, NULL, LONG), 0);
}

ROW(BarrierTests, test_constructor)
{
	thr_barrier barrier, zeroed = { 0 };

	assert_int_equal(thr_barrier_init(&barrier, 0, NULL, NULL, THR_FOREVER), -EINVAL);
	assert_int_equal(thr_barrier_init(&barrier, -1, NULL, NULL, THR_FOREVER), -EINVAL);
	assert_int_equal(thr_barrier_wait(&zeroed), -ENXIO);
}

static void *pass_in_lockstep(void *arg)
{
	struct barrier_test *test = arg;

	for (int i = 0; i < test->passes; i++) {
		append(&test->lists[0], 1);
		CHECK(length(&test->lists[1]) == i * N);
		CHECK(thr_barrier_wait(&test->barrier) >= 0);
		append(&test->lists[1], 1);
		CHECK(length(&test->lists[0]) == (i + 1) * N);
		CHECK(thr_barrier_wait(&test->barrier) >= 0);
	}
	CHECK(thr_barrier_waiting(&test->barrier) == 0);
	CHECK(!thr_barrier_broken(&test->barrier));
	return NULL;
}

static void lockstep(int passes)
{
	struct barrier_test test;

	set_up(&test);
	test.passes = passes;
	assert_int_equal(thr_barrier_parties(&test.barrier), N);
	bunch_run(N, pass_in_lockstep, &test);
	no_thread_failed();
}

ROW(BarrierTests, test_barrier)
{
	lockstep(1);
}

ROW(BarrierTests, test_barrier_10)
{
	lockstep(10);
}

static void *note_index(void *arg)
{
	struct barrier_test *test = arg;

	append(&test->lists[0], thr_barrier_wait(&test->barrier));
	return NULL;
}

ROW(BarrierTests, test_wait_return)
{
	struct barrier_test test;

	set_up(&test);
	bunch_run(N, note_index, &test);
	for (int i = 0; i < N; i++)
		assert_int_equal(count(&test.lists[0], i), 1);
}

static int count_action(void *arg)
{
	append(&((struct barrier_test *)arg)->lists[0], 1);
	return 0;
}

static void *wait_and_look(void *arg)
{
	struct barrier_test *test = arg;

	CHECK(thr_barrier_wait(&test->barrier) >= 0);
	CHECK(length(&test->lists[0]) == 1);
	return NULL;
}

static int fail_action(void *arg)
{
	(void)arg;
	return -EBADF;
}

/* Run once, before anyone is let go; its failure breaks the barrier. */
ROW(BarrierTests, test_action)
{
	struct barrier_test test;

	set_up(&test);
	assert_int_equal(thr_barrier_init(&test.barrier, N, count_action, &test, LONG), 0);
	bunch_run(N, wait_and_look, &test);
	no_thread_failed();

	assert_int_equal(thr_barrier_init(&test.barrier, N, fail_action, NULL, LONG), 0);
	test.lists[0].n = 0;
	bunch_run(N, note_index, &test);
	assert_int_equal(count(&test.lists[0], -EBADF), 1);
	assert_int_equal(count(&test.lists[0], -ECANCELED), N - 1);
	assert_true(thr_barrier_broken(&test.barrier));
}

/* One of the five aborts instead of coming a second time. */
static void abort_in_the_middle(struct barrier_test *test)
{
	int index = thr_barrier_wait(&test->barrier);

	if (index == N / 2) {
		CHECK(thr_barrier_abort(&test->barrier) == 0);
		return;
	}
	index = thr_barrier_wait(&test->barrier);
	append(&test->lists[index == -ECANCELED], 1);
}

static void *run_abort(void *arg)
{
	abort_in_the_middle(arg);
	return NULL;
}

ROW(BarrierTests, test_abort)
{
	struct barrier_test test;

	set_up(&test);
	bunch_run(N, run_abort, &test);
	assert_int_equal(length(&test.lists[0]), 0);
	assert_int_equal(length(&test.lists[1]), N - 1);
	assert_true(thr_barrier_broken(&test.barrier));
	no_thread_failed();
}

static void *run_reset(void *arg)
{
	struct barrier_test *test = arg;
	int index = thr_barrier_wait(&test->barrier);

	if (index == N / 2) {
		WAIT_UNTIL(thr_barrier_waiting(&test->barrier) >= N - 1);
		CHECK(thr_barrier_reset(&test->barrier) == 0);
	} else {
		index = thr_barrier_wait(&test->barrier);
		append(&test->lists[index == -ECANCELED], 1);
	}
	CHECK(thr_barrier_wait(&test->barrier) >= 0);
	append(&test->lists[2], 1);
	return NULL;
}

ROW(BarrierTests, test_reset)
{
	struct barrier_test test;

	set_up(&test);
	bunch_run(N, run_reset, &test);
	assert_int_equal(length(&test.lists[0]), 0);
	assert_int_equal(length(&test.lists[1]), N - 1);
	assert_int_equal(length(&test.lists[2]), N);
	no_thread_failed();
}

static void *run_abort_and_reset(void *arg)
{
	struct barrier_test *test = arg;

	abort_in_the_middle(test);
	/* All have left it before the reset, and none comes back before it is done. */
	if (thr_barrier_wait(&test->second) == N / 2)
		CHECK(thr_barrier_reset(&test->barrier) == 0);
	CHECK(thr_barrier_wait(&test->second) >= 0);
	CHECK(thr_barrier_wait(&test->barrier) >= 0);
	append(&test->lists[2], 1);
	return NULL;
}

ROW(BarrierTests, test_abort_and_reset)
{
	struct barrier_test test;

	set_up(&test);
	assert_int_equal(thr_barrier_init(&test.second, N, NULL, NULL, THR_FOREVER), 0);
	bunch_run(N, run_abort_and_reset, &test);
	assert_int_equal(length(&test.lists[0]), 0);
	assert_int_equal(length(&test.lists[1]), N - 1);
	assert_int_equal(length(&test.lists[2]), N);
	no_thread_failed();
}

/* One comes only when the barrier is broken. */
static void *be_late(void *arg)
{
	struct barrier_test *test = arg;

	if (thr_barrier_wait(&test->barrier) == N / 2)
		WAIT_UNTIL(thr_barrier_broken(&test->barrier));
	CHECK(thr_barrier_wait_timeout(&test->barrier, THR_MS(50)) == -ECANCELED);
	return NULL;
}

ROW(BarrierTests, test_timeout)
{
	struct barrier_test test;

	set_up(&test);
	bunch_run(N, be_late, &test);
	no_thread_failed();
}

ROW(BarrierTests, test_default_timeout)
{
	thr_ns begin = thr_monotonic();
	thr_barrier barrier;

	assert_int_equal(thr_barrier_init(&barrier, 2, NULL, NULL, THR_MS(50)), 0);
	assert_int_equal(thr_barrier_wait(&barrier), -ECANCELED);
	assert_true(thr_monotonic() - begin >= THR_MS(50));
}

ROW(BarrierTests, test_single_thread)
{
	thr_barrier barrier;

	assert_int_equal(thr_barrier_init(&barrier, 1, NULL, NULL, THR_FOREVER), 0);
	assert_int_equal(thr_barrier_wait(&barrier), 0);
	assert_int_equal(thr_barrier_wait(&barrier), 0);
}

static bool repr_ends(const thr_barrier *barrier, const char *end)
{
	char text[96];
	int n = thr_barrier_repr(barrier, text, sizeof(text));

	return !strncmp(text, "<thr.Barrier at 0x", 18) && !strcmp(text + n - strlen(end), end);
}

ROW(BarrierTests, test_repr)
{
	struct barrier_test test;
	struct bunch bunch;

	set_up(&test);
	assert_int_equal(thr_barrier_init(&test.barrier, 3, NULL, NULL, LONG), 0);
	assert_true(repr_ends(&test.barrier, ": waiters=0/3>"));
	bunch_start(&bunch, 2, note_index, &test);
	WAIT_UNTIL(thr_barrier_waiting(&test.barrier) == 2);
	assert_true(repr_ends(&test.barrier, ": waiters=2/3>"));
	assert_int_equal(thr_barrier_wait(&test.barrier), 2);
	bunch_join(&bunch);
	assert_true(repr_ends(&test.barrier, ": waiters=0/3>"));
	assert_int_equal(thr_barrier_abort(&test.barrier), 0);
	assert_true(repr_ends(&test.barrier, ": broken>"));
	no_thread_failed();
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BarrierTests, test_constructor),	RUN(BarrierTests, test_barrier),
		RUN(BarrierTests, test_barrier_10),	RUN(BarrierTests, test_wait_return),
		RUN(BarrierTests, test_action),		RUN(BarrierTests, test_abort),
		RUN(BarrierTests, test_reset),		RUN(BarrierTests, test_abort_and_reset),
		RUN(BarrierTests, test_timeout),	RUN(BarrierTests, test_default_timeout),
		RUN(BarrierTests, test_single_thread),	RUN(BarrierTests, test_repr),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
