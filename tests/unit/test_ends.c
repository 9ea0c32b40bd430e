// SPDX-License-Identifier: GPL-2.0-only
/* With which code a process ended, when its threads end with codes of their own. */
#include "tests/unit/feed.h"

#define EXIT_CALL EXIT_F_OWN
#define EXIT_GROUP_CALL (EXIT_F_OWN | EXIT_F_GROUP_CALL | EXIT_F_GROUP)

static struct model *model_with_two(void)
{
	struct model *model = model_with_leader();

	feed_thread(model, 1100, 0, 101, 100, 100);
	return model;
}

/* The thread wakes who joins it before it tells of its exit; main may have called exit(3) by then. */
static void test_joined_thread_exits_after_main(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 0, 100, 100, EXIT_GROUP_CALL, 3 << 8);
	feed_exit(model, 1300, 1, 101, 100, EXIT_CALL | EXIT_F_GROUP | EXIT_F_LAST, 0);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 3 << 8);
	model_free(model);
}

static void test_leader_leaves_while_another_ends_the_process(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 1, 101, 100, EXIT_GROUP_CALL, 7 << 8);
	feed_exit(model, 1300, 0, 100, 100, EXIT_CALL | EXIT_F_GROUP | EXIT_F_LAST, 0);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 7 << 8);
	model_free(model);
}

static void test_leader_first(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 0, 100, 100, EXIT_CALL, 0);
	feed_exit(model, 1300, 1, 101, 100, EXIT_GROUP_CALL | EXIT_F_LAST, 7 << 8);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 7 << 8);
	model_free(model);
}

static void test_nobody_ends_the_process(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 1, 101, 100, EXIT_CALL, 0);
	feed_exit(model, 1300, 0, 100, 100, EXIT_CALL | EXIT_F_LAST, 5 << 8);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 5 << 8);
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_joined_thread_exits_after_main),
	cmocka_unit_test(test_leader_leaves_while_another_ends_the_process),
	cmocka_unit_test(test_leader_first),
	cmocka_unit_test(test_nobody_ends_the_process),
};

cmocka_unit_main(tests)
