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

static void observe(struct names *names, uint32_t tid)
{
	const struct ev_task_snapshot seen = {
		.head = {.ts_ns = SECOND_NS, .kind = REC_task_snapshot, .size = sizeof(seen)},
		.tid = tid, .pid = tid,
	};
	struct ev_task_snapshot context;

	assert_false(names_needed(names, &seen.head, &context));
}

static void observe_me(struct names *names)
{
	observe(names, (uint32_t)getpid());
}

/* It has its name from its own records, whatever it was before. */
static void test_observed_is_not_looked_up(void **state)
{
	assert_true(me(*state, SECOND_NS));
	observe_me(*state);
	assert_false(me(*state, 100 * NAMES_HOLD_NS));
}

/* kind 0: not known. */
static void lose(struct names *names, uint32_t kind)
{
	const struct ev_lost lost = {
		.head = {.ts_ns = SECOND_NS, .kind = REC_lost, .size = sizeof(lost)}, .lost_kind = kind, .count = 1,
	};
	struct ev_task_snapshot context;

	assert_false(names_needed(names, &lost.head, &context));
}

/* prev_tid 0: nobody observed left. next_tid 0: nobody observed came. */
static void switch_over(struct names *names, uint32_t prev_tid, uint32_t prev_state, uint32_t next_tid)
{
	const struct ev_sched_switch switched = {
		.head = {.ts_ns = SECOND_NS, .kind = REC_sched_switch, .size = sizeof(switched),
			 .flags = (prev_tid ? SWITCH_F_PREV_TARGET : 0) | (next_tid ? SWITCH_F_NEXT_TARGET : 0)},
		.prev_tid = prev_tid, .prev_state = prev_state, .next_tid = next_tid,
	};
	struct ev_task_snapshot context;

	assert_false(names_needed(names, &switched.head, &context));
}

static void run_me(struct names *names)
{
	switch_over(names, 0, 0, (uint32_t)getpid());
}

/* Its last switch may have been lost: the one that wakes now may be another by its number. */
static void test_looked_up_after_lost_switch(void **state)
{
	observe_me(*state);
	lose(*state, REC_sched_waking);
	assert_false(me(*state, SECOND_NS));
	lose(*state, REC_sched_switch);
	assert_true(me(*state, SECOND_NS));
	assert_false(me(*state, SECOND_NS));
}

static void test_looked_up_after_unknown_loss(void **state)
{
	observe_me(*state);
	lose(*state, 0);
	assert_true(me(*state, SECOND_NS));
}

/* So a loss costs no look at everybody. */
static void test_seen_running_is_observed_again(void **state)
{
	observe_me(*state);
	lose(*state, REC_sched_switch);
	observe(*state, (uint32_t)getpid() ^ 1);
	lose(*state, REC_sched_switch);
	run_me(*state);
	assert_false(me(*state, SECOND_NS));
}

/* Who runs by its number afterwards was never told of. */
static void test_in_doubt_until_its_end(void **state)
{
	observe_me(*state);
	lose(*state, REC_sched_switch);
	switch_over(*state, (uint32_t)getpid(), TASK_S_DEAD, 0);
	run_me(*state);
	assert_true(me(*state, SECOND_NS));
}

/* It was never told of, and running tells no name. */
static void test_running_alone_names_nobody(void **state)
{
	run_me(*state);
	assert_true(me(*state, SECOND_NS));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_told_once, begin, end),
	cmocka_unit_test_setup_teardown(test_told_again_when_old, begin, end),
	cmocka_unit_test_setup_teardown(test_told_again_after_many, begin, end),
	cmocka_unit_test_setup_teardown(test_observed_is_not_looked_up, begin, end),
	cmocka_unit_test_setup_teardown(test_looked_up_after_lost_switch, begin, end),
	cmocka_unit_test_setup_teardown(test_looked_up_after_unknown_loss, begin, end),
	cmocka_unit_test_setup_teardown(test_seen_running_is_observed_again, begin, end),
	cmocka_unit_test_setup_teardown(test_in_doubt_until_its_end, begin, end),
	cmocka_unit_test_setup_teardown(test_running_alone_names_nobody, begin, end),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
