// SPDX-License-Identifier: GPL-2.0-only
/* What looks at /proc tell: how old a wait is, and where the time between two of them went. */
#include "tests/unit/feed.h"

#define SLEEP TASK_S_INTERRUPTIBLE

static struct model *model_of_sleeper(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	FEED(model, task_snapshot, 1000, .tid = 7, .pid = 7, .name = "sleeper", .state = SLEEP, .books.voluntary = 3,
	     .wait = wait_call(230));
	return model;
}

static void look(struct model *model, uint64_t at, uint64_t voluntary)
{
	FEED(model, task_sample, at, .tid = 7, .pid = 7, .state = SLEEP, .books.voluntary = voluntary,
	     .wait = wait_call(230));
}

static void test_there_before(void **state)
{
	struct model *model = model_of_sleeper();

	(void)state;
	look(model, 2000, 3);
	look(model, 3000, 3);
	assert_int_equal(find_thread(model, 7)->wait.since_ns, 0);
	model_free(model);
}

/* Snapshots of many threads take a while, in which all of them were there but the one that came meanwhile. */
static void test_alive_before_told(void **state)
{
	struct model *model = model_new(NULL);

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		FEED(model, task_snapshot, 1000 + 100 * i, .tid = 7 + i, .pid = 7, .name = "sleeper", .state = SLEEP,
		     .start_ns = i < 2 ? 10 : 1150, .wait = wait_call(230));
	FEED(model, end, 2000, .head.cpu = 0);
	assert_int_equal(find_thread(model, 7)->process->counted_ns, 1000);
	assert_int_equal(find_thread(model, 7)->process->alive_ns, 2 * 1000 + 850);
	model_free(model);
}

/* It slept, woke and sleeps again: since no later than this look, and after the one before. */
static void test_another_sleep(void **state)
{
	struct model *model = model_of_sleeper();

	(void)state;
	look(model, 2000, 4);
	assert_int_equal(find_thread(model, 7)->wait.since_ns, 2000);
	look(model, 3000, 4);
	assert_int_equal(find_thread(model, 7)->wait.since_ns, 2000);
	model_free(model);
}

static struct model *model_of_runner(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	FEED(model, task_snapshot, 1000, .head.flags = SNAPSHOT_F_ON_CPU, .tid = 7, .pid = 7, .name = "runner",
	     .books.running_ns = 500, .books.voluntary = 3);
	return model;
}

/* Met awake, at this time, having run and been ready for so long in all. */
static void meet_awake(struct model *model, uint64_t at, struct ev_books books)
{
	FEED(model, task_sample, at, .head.flags = SNAPSHOT_F_ON_CPU, .tid = 7, .pid = 7, .books = books);
	assert_null(model_check(model));
}

static void assert_times(const struct model *model, uint64_t running_ns, uint64_t ready_ns, uint64_t blocked_ns)
{
	const struct thread *thread = find_thread(model, 7);

	assert_int_equal(thread->state_ns[STATE_RUNNING], running_ns);
	assert_int_equal(thread->state_ns[STATE_READY], ready_ns);
	assert_int_equal(thread->state_ns[STATE_BLOCKED], blocked_ns);
	assert_int_equal(thread->process->on_cpu_ns, running_ns);
	assert_int_equal(thread->process->ready_ns, ready_ns);
}

/* Awake whenever somebody looks, and yet it mostly slept: the books say so. */
static void test_mostly_asleep(void **state)
{
	struct model *model = model_of_runner();
	const struct thread *thread = find_thread(model, 7);

	(void)state;
	meet_awake(model, 2000, (struct ev_books){.running_ns = 600, .ready_ns = 50, .voluntary = 9});
	assert_times(model, 100, 50, 850);
	meet_awake(model, 3000, (struct ev_books){.running_ns = 900, .ready_ns = 50, .voluntary = 12});
	assert_times(model, 400, 50, 1550);
	assert_int_equal(thread->waits_count, 1);
	assert_int_equal(thread->waits[0].kind, WAIT_UNKNOWN);
	assert_int_equal(thread->waits[0].total_ns, 1550);
	assert_int_equal(thread->waits[0].max_ns, 850);
	model_free(model);
}

/* The books lag behind who is on a CPU. It gave that up at no time, so it did not sleep. */
static void test_books_lag(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	meet_awake(model, 2000, (struct ev_books){.running_ns = 600, .voluntary = 3});
	assert_times(model, 1000, 0, 0);
	meet_awake(model, 3000, (struct ev_books){.running_ns = 2400, .voluntary = 4});
	assert_times(model, 1900, 0, 100);
	model_free(model);
}

/* Met awake while it went to sleep: its state was read before, its switches after. Now it is met asleep. */
static void test_fell_asleep(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	FEED(model, task_sample, 2000, .tid = 7, .pid = 7, .state = SLEEP, .books = {.running_ns = 600, .voluntary = 3},
	     .wait = wait_call(230));
	assert_null(model_check(model));
	assert_times(model, 100, 0, 900);
	model_free(model);
}

/* A kernel without these books: the state at a look is all that there is. */
static void test_no_books(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	meet_awake(model, 2000, (struct ev_books){.voluntary = 9});
	assert_times(model, 1000, 0, 0);
	model_free(model);
}

/* It was met asleep: what it ran in between is taken out of that wait. */
static void test_ran_in_between(void **state)
{
	struct model *model = model_of_sleeper();
	const struct thread *thread = find_thread(model, 7);

	(void)state;
	FEED(model, task_sample, 2000, .tid = 7, .pid = 7, .state = SLEEP, .books = {.running_ns = 300, .voluntary = 5},
	     .wait = wait_call(230));
	assert_null(model_check(model));
	assert_times(model, 300, 0, 700);
	assert_int_equal(thread->waits[0].total_ns, 700);
	model_free(model);
}

static void close_books(struct model *model, uint64_t at, struct ev_books books)
{
	FEED(model, task_sample, at, .head.flags = SNAPSHOT_F_CLOSED, .tid = 7, .pid = 7, .books = books);
	assert_null(model_check(model));
}

/* It ended between two looks, and its books were still there: the last stretch is not all as the last look met it. */
static void test_books_at_the_end(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	close_books(model, 2000, (struct ev_books){.running_ns = 700, .ready_ns = 50, .voluntary = 5});
	assert_int_equal(find_thread(model, 7)->state, STATE_RUNNING); /* its end is told apart */
	assert_times(model, 200, 50, 750);
	model_free(model);
}

/* It gave up its CPU to end, and no time else: what is left lies between its end and the look that found it. */
static void test_end_noticed_late(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	close_books(model, 2000, (struct ev_books){.running_ns = 1200, .voluntary = 4});
	assert_times(model, 700, 0, 0);
	assert_int_equal(find_thread(model, 7)->state_ns[STATE_UNKNOWN], 300);
	model_free(model);
}

/* Looks met it on a CPU only; the books know that it was Ready. At most 0 would contradict the mean. */
static void test_at_most_and_mean(void **state)
{
	struct model *model = model_of_runner();

	(void)state;
	meet_awake(model, 2000, (struct ev_books){.running_ns = 600, .ready_ns = 50, .voluntary = 9});
	assert_int_equal(find_thread(model, 7)->process->ready_max, 0);
	assert_int_equal(process_ready_most(find_thread(model, 7)->process), 1);
	model_free(model);
}

static void test_not_more_than_cpus(void **state)
{
	struct model *model = model_new(NULL);

	(void)state;
	FEED(model, begin, 500, .source = BEGIN_SOURCE_PROCFS, .cpus = 2);
	for (uint32_t tid = 7; tid < 10; tid++)
		FEED(model, task_snapshot, 1000, .head.flags = SNAPSHOT_F_ON_CPU, .tid = tid, .pid = 7, .name = "runner");
	assert_int_equal(process_on_cpu_most(model, find_thread(model, 7)->process), 2);
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_there_before),
	cmocka_unit_test(test_alive_before_told),
	cmocka_unit_test(test_another_sleep),
	cmocka_unit_test(test_mostly_asleep),
	cmocka_unit_test(test_books_lag),
	cmocka_unit_test(test_fell_asleep),
	cmocka_unit_test(test_no_books),
	cmocka_unit_test(test_ran_in_between),
	cmocka_unit_test(test_books_at_the_end),
	cmocka_unit_test(test_end_noticed_late),
	cmocka_unit_test(test_at_most_and_mean),
	cmocka_unit_test(test_not_more_than_cpus),
};

cmocka_unit_main(tests)
