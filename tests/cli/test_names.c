/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Names of wakers that are not observed: looked up once, again when they are old, and in bounded memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "userspace/source/live/live_names.h"

#define NOBODY 4000000 /* numbers from here on are nobody's: too many processes would be needed */
#define SECOND_NS 1000000000ull

static int begin(void **state)
{
	static struct names names;

	*state = &names;
	return names_open(&names);
}

static int end(void **state)
{
	names_close(*state);
	return 0;
}

static bool woken_by(struct names *names, uint64_t at_ns, uint32_t tid, struct ev_task_snapshot *context)
{
	const struct ev_sched_waking waking = {
		.head = {.ts_ns = at_ns, .kind = REC_sched_waking, .size = sizeof(waking)},
		.tid = 1, .waker_tid = tid, .waker_pid = tid,
	};

	return names_needed(names, &waking.head, context);
}

static bool me(struct names *names, uint64_t at_ns)
{
	struct ev_task_snapshot context;

	return woken_by(names, at_ns, (uint32_t)getpid(), &context);
}

static void test_told_once(void **state)
{
	struct ev_task_snapshot context;

	prctl(PR_SET_NAME, "names-test");
	assert_true(woken_by(*state, SECOND_NS, (uint32_t)getpid(), &context));
	assert_string_equal(context.name, "names-test");
	assert_int_equal(context.head.flags, SNAPSHOT_F_CONTEXT);
	assert_false(me(*state, 2 * SECOND_NS));
}

static void test_told_again_when_old(void **state)
{
	assert_true(me(*state, SECOND_NS));
	assert_false(me(*state, SECOND_NS + NAMES_HOLD_NS));
	assert_true(me(*state, SECOND_NS + NAMES_HOLD_NS + 1));
	assert_false(me(*state, SECOND_NS + NAMES_HOLD_NS + 2));
}

/* Whoever reads the records has forgotten it by then. */
static void test_told_again_after_many(void **state)
{
	struct ev_task_snapshot context;

	assert_true(me(*state, SECOND_NS));
	for (uint32_t i = 0; i < 3 * ABI_CONTEXT_THREADS; i++) {
		assert_false(woken_by(*state, SECOND_NS, NOBODY + i, &context));
		assert_int_equal(me(*state, SECOND_NS), i % ABI_CONTEXT_THREADS == ABI_CONTEXT_THREADS - 1);
	}
}

/* It has its name from its own records, whatever it was before. */
static void test_observed_is_not_looked_up(void **state)
{
	struct ev_task_snapshot seen = {
		.head = {.ts_ns = SECOND_NS, .kind = REC_task_snapshot, .size = sizeof(seen)},
		.tid = (uint32_t)getpid(), .pid = (uint32_t)getpid(),
	};
	struct ev_task_snapshot context;

	assert_true(me(*state, SECOND_NS));
	assert_false(names_needed(*state, &seen.head, &context));
	assert_false(me(*state, 100 * NAMES_HOLD_NS));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_told_once, begin, end),
	cmocka_unit_test_setup_teardown(test_told_again_when_old, begin, end),
	cmocka_unit_test_setup_teardown(test_told_again_after_many, begin, end),
	cmocka_unit_test_setup_teardown(test_observed_is_not_looked_up, begin, end),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
