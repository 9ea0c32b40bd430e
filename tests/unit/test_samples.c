// SPDX-License-Identifier: GPL-2.0-only
/* How old a wait is that was seen by looks at /proc only. */
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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_there_before),
	cmocka_unit_test(test_another_sleep),
};

cmocka_unit_main(tests)
