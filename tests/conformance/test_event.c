/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EventTests. */
#include "support.h"

enum { N = 5 };

struct event_test {
	thr_event event;
	struct list first, second;
};

ROW(EventTests, test_is_set)
{
	thr_event event = { 0 };

	assert_false(thr_event_is_set(&event));
	thr_event_set(&event);
	assert_true(thr_event_is_set(&event));
	thr_event_set(&event);
	assert_true(thr_event_is_set(&event));
	thr_event_clear(&event);
	assert_false(thr_event_is_set(&event));
	thr_event_clear(&event);
	assert_false(thr_event_is_set(&event));
}

static void *wait_twice(void *arg)
{
	struct event_test *test = arg;

	append(&test->first, thr_event_wait(&test->event, THR_FOREVER));
	append(&test->second, thr_event_wait(&test->event, THR_FOREVER));
	return NULL;
}

static void check_notify(struct event_test *test)
{
	struct bunch bunch;

	test->first.n = test->second.n = 0;
	bunch_start(&bunch, N, wait_twice, test);
	wait_for_waiters(N);
	assert_int_equal(length(&test->first), 0);
	thr_event_set(&test->event);
	bunch_join(&bunch);
	assert_int_equal(count(&test->first, 0), N);
	assert_int_equal(count(&test->second, 0), N);
}

ROW(EventTests, test_notify)
{
	struct event_test test = { .event = { 0 } };

	check_notify(&test);
	thr_event_set(&test.event);
	thr_event_clear(&test.event);
	check_notify(&test);
}

static void *wait_a_while(void *arg)
{
	struct event_test *test = arg;
	thr_ns begin;
	int result;

	append(&test->first, thr_event_wait(&test->event, THR_POLL));
	begin = thr_monotonic();
	result = thr_event_wait(&test->event, THR_MS(50));
	append(&test->second, result);
	if (result)
		CHECK(thr_monotonic() - begin >= THR_MS(50));
	return NULL;
}

ROW(EventTests, test_timeout)
{
	struct event_test test = { .event = { 0 } };

	bunch_run(N, wait_a_while, &test);
	assert_int_equal(count(&test.first, -ETIMEDOUT), N);
	assert_int_equal(count(&test.second, -ETIMEDOUT), N);
	thr_event_set(&test.event);
	bunch_run(N, wait_a_while, &test);
	assert_int_equal(count(&test.first, 0), N);
	assert_int_equal(count(&test.second, 0), N);
	no_thread_failed();
}

static void *wait_long(void *arg)
{
	struct event_test *test = arg;

	append(&test->first, thr_event_wait(&test->event, LONG));
	return NULL;
}

/* True even though it was cleared before the waiters ran. */
ROW(EventTests, test_set_and_clear)
{
	struct event_test test = { .event = { 0 } };
	struct bunch bunch;

	bunch_start(&bunch, N, wait_long, &test);
	wait_for_waiters(N);
	thr_event_set(&test.event);
	thr_event_clear(&test.event);
	bunch_join(&bunch);
	assert_int_equal(count(&test.first, 0), N);
	no_thread_failed();
}

/* There is no lock in an event to be made anew: it works afterwards as before, and keeps its flag. */
ROW(EventTests, test_at_fork_reinit)
{
	struct event_test test = { .event = { 0 } };

	thr_event_at_fork_reinit(&test.event);
	assert_false(thr_event_is_set(&test.event));
	check_notify(&test);
	thr_event_at_fork_reinit(&test.event);
	assert_true(thr_event_is_set(&test.event));
	assert_int_equal(thr_event_wait(&test.event, THR_POLL), 0);
}

static bool repr_ends(const thr_event *event, const char *end)
{
	char text[80];
	int n = thr_event_repr(event, text, sizeof(text));

	return !strncmp(text, "<thr.Event at 0x", 16) && !strcmp(text + n - strlen(end), end);
}

ROW(EventTests, test_repr)
{
	thr_event event = { 0 };

	assert_true(repr_ends(&event, ": unset>"));
	thr_event_set(&event);
	assert_true(repr_ends(&event, ": set>"));
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(EventTests, test_is_set),	     RUN(EventTests, test_notify),
		RUN(EventTests, test_timeout),	     RUN(EventTests, test_set_and_clear),
		RUN(EventTests, test_at_fork_reinit), RUN(EventTests, test_repr),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
