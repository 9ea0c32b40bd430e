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

static void feed_exit_telling(struct model *model, uint64_t at, uint32_t tid, uint8_t flags, uint32_t exit_code,
			      uint32_t process_code)
{
	FEED(model, sched_process_exit, at, .head.cpu = 1, .head.flags = flags | EXIT_F_PROCESS_CODE, .tid = tid,
	     .pid = 100, .exit_code = exit_code, .process_code = process_code);
}

/* From Linux 6.1 on it is the last thread's exit(2) that gives the process its code. */
static void test_last_thread_gives_the_code(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 0, 100, 100, EXIT_CALL, 11 << 8);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 11 << 8);
	feed_exit(model, 1300, 1, 101, 100, EXIT_CALL | EXIT_F_GROUP | EXIT_F_LAST, 0);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 0);
	assert_int_equal(find_thread(model, 100)->exit_code, 11 << 8);
	model_free(model);
}

/* Which one the kernel counted as the last need not be who leaves last. */
static void test_kernel_tells_the_code(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_thread(model, 1150, 0, 102, 100, 100);
	feed_exit(model, 1200, 0, 100, 100, EXIT_CALL, 11 << 8);
	feed_exit_telling(model, 1300, 101, EXIT_CALL | EXIT_F_GROUP, 4 << 8, 4 << 8);
	feed_exit_telling(model, 1400, 102, EXIT_CALL | EXIT_F_GROUP | EXIT_F_LAST, 5 << 8, 4 << 8);
	assert_int_equal(find_thread(model, 100)->process->exit_code, 4 << 8);
	assert_int_equal(find_thread(model, 102)->exit_code, 5 << 8);
	model_free(model);
}

/* /proc told of an end; a code of 0 may be one that it did not show. What wait(2) told is known. */
static void test_code_that_is_not_known(void **state)
{
	static const struct {
		uint8_t flags;
		uint32_t code;
		bool known;
	} ends[] = {{EXIT_F_UNSEEN, 0, false}, {EXIT_F_UNSEEN, 3 << 8, true}, {EXIT_F_UNSEEN | EXIT_F_GROUP, 0, true},
		    {0, 9, true}, {EXIT_GROUP_CALL, 0, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct model *model = model_with_leader();

		feed_exit(model, 1200, 0, 100, 100, ends[i].flags, ends[i].code);
		assert_int_equal(find_thread(model, 100)->process->code_known, ends[i].known);
		assert_int_equal(find_thread(model, 100)->process->exit_code, ends[i].code);
		model_free(model);
	}
}

/* The kernel gives a number again once its owner is buried, which may still be on its way off the CPU. */
static void test_number_given_again_before_the_last_switch(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *second;

	(void)state;
	feed_process(model, 1100, 0, 200, 100, 100);
	feed_switch(model, 1150, 1, 0, 0, 200);
	feed_exit(model, 1200, 1, 200, 200, EXIT_CALL | EXIT_F_GROUP | EXIT_F_LAST, 1 << 8);
	feed_process(model, 1300, 0, 200, 100, 100);
	second = find_thread(model, 200);
	if (second->end != END_ALIVE) /* found was the first: the second comes after it in the list */
		for (const struct process *process = second->process->next; process; process = process->next)
			second = process->threads;
	feed_switch(model, 1400, 1, 200, TASK_S_DEAD, 0);
	assert_int_equal(second->tid, 200);
	assert_int_equal(second->end, END_ALIVE);
	assert_int_equal(second->state, STATE_READY);
	model_free(model);
}

/* /proc is asked for the name of a waker by its number, a moment after; somebody else may have it by then. */
static void test_context_does_not_rename_who_is_observed(void **state)
{
	struct model *model = model_with_leader();

	(void)state;
	feed_process(model, 1100, 0, 200, 100, 100);
	FEED(model, task_rename, 1150, .tid = 200, .pid = 200, .name = "first");
	FEED(model, task_snapshot, 1200, .tid = 200, .pid = 200, .name = "second", .head.flags = SNAPSHOT_F_CONTEXT);
	assert_string_equal(find_thread(model, 200)->name, "first");
	model_free(model);
}

/* Records of a stranger's recording: the process is known by the name of a thread that the record replaces. */
static void test_born_into_a_name(void **state)
{
	struct model *model = model_new(NULL);

	(void)state;
	FEED(model, task_snapshot, 1000, .head.flags = SNAPSHOT_F_CONTEXT, .tid = 7, .pid = 5, .name = "known",
	     .wait = wait_call(0));
	feed_thread(model, 2000, 0, 7, 0, 5);
	assert_int_equal(find_thread(model, 7)->process->pid, 5);
	model_free(model);
}

/* The leader's exit says that it was the last, another's exec that it was not: records were lost in between. */
static void test_exec_after_the_last(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	FEED(model, lost, 1200, .count = 1);
	feed_exit(model, 1300, 0, 100, 100, EXIT_CALL | EXIT_F_LAST, 0);
	FEED(model, sched_process_exec, 1400, .tid = 100, .pid = 100, .old_tid = 101, .name = "other");
	assert_int_equal(find_thread(model, 100)->end, END_ALIVE);
	assert_int_equal(find_thread(model, 100)->former_tid, 101);
	assert_false(find_thread(model, 100)->process->ended);
	model_free(model);
}

static const struct thread *find_former(const struct model *model, uint32_t former_tid)
{
	for (const struct process *process = model->processes; process; process = process->next)
		for (const struct thread *thread = process->threads; thread; thread = thread->next)
			if (thread->former_tid == former_tid)
				return thread;
	return NULL;
}

/*
 * 101 calls exec. The leader has exited but is kept from leaving (PREEMPT_RT makes that long): it is seen under the
 * other's number, before and after that one has become the new program.
 */
static void test_leader_outstays_the_exec(void **state)
{
	struct model *model = model_with_two();
	const struct thread *leader = find_thread(model, 100), *caller;

	(void)state;
	feed_switch(model, 1160, 1, 0, 0, 101);
	feed_exit(model, 1200, 0, 100, 100, EXIT_F_EXEC, 9);
	FEED(model, task_renumber, 1300, .tid = 101, .pid = 100, .old_tid = 100);
	feed_switch(model, 1300, 0, 101, TASK_S_RUNNING, 0); /* the leader is preempted */
	FEED(model, task_renumber, 1350, .tid = 100, .pid = 100, .old_tid = 101);
	feed_switch(model, 1350, 1, 100, TASK_S_UNINTERRUPTIBLE, 0); /* the other one sleeps, */
	feed_waking(model, 1400, 100, 0, 0);
	feed_switch(model, 1450, 1, 0, 0, 100); /* and goes on */
	FEED(model, sched_process_exec, 1500, .head.cpu = 1, .tid = 100, .pid = 100, .old_tid = 101, .name = "other");
	feed_switch(model, 1600, 0, 0, 0, 101);
	feed_switch(model, 1700, 0, 101, TASK_S_DEAD, 0);

	caller = find_thread(model, 100);
	assert_ptr_not_equal(caller, leader);
	assert_ptr_equal(leader, find_former(model, 100));
	assert_int_equal(caller->former_tid, 101);
	assert_int_equal(caller->state, STATE_RUNNING);
	assert_int_equal(caller->state_ns[STATE_BLOCKED], 50);
	assert_int_equal(caller->state_ns[STATE_READY], 50 + 60);
	assert_int_equal(leader->end, END_EXEC);
	assert_int_equal(leader->state_ns[STATE_RUNNING], 300 + 100);
	assert_int_equal(leader->state_ns[STATE_READY], 100 + 300);
	assert_false(leader->gap);
	assert_false(caller->gap);
	assert_int_equal(caller->process->threads_seen, 2);
	assert_int_equal(caller->process->alive, 1);
	model_free(model);
}

/* What told of the leader's last switch comes when its number, which was the other's, is somebody else's. */
static void test_leader_leaves_before_the_exec(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1200, 0, 100, 100, EXIT_CALL, 0);
	FEED(model, task_renumber, 1300, .tid = 101, .pid = 100, .old_tid = 100);
	feed_switch(model, 1300, 0, 101, TASK_S_DEAD, 0);
	assert_int_equal(find_former(model, 100)->end, END_RETURNED);
	feed_process(model, 1400, 0, 101, 50, 50);
	FEED(model, task_renumber, 1450, .tid = 100, .pid = 100, .old_tid = 101);
	FEED(model, sched_process_exec, 1500, .tid = 100, .pid = 100, .old_tid = 101, .name = "other");
	assert_int_equal(find_thread(model, 100)->end, END_ALIVE);
	assert_int_equal(find_thread(model, 101)->process->pid, 101);
	model_free(model);
}

/* Who is not known exchanges nothing. */
static void test_strangers_number(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	FEED(model, task_renumber, 1300, .tid = 100, .pid = 100, .old_tid = 777);
	FEED(model, task_renumber, 1300, .tid = 888, .pid = 999, .old_tid = 999);
	assert_int_equal(find_thread(model, 100)->former_tid, 0);
	assert_int_equal(find_thread(model, 101)->process->pid, 100);
	assert_null(model_thread(model, 777));
	assert_null(model_thread(model, 888));
	model_free(model);
}

/* Noticed when they have ended: it may be theirs, but not of who had ended before all was known to be told. */
static void test_lost_before_the_end(void **state)
{
	const uint64_t ms = 1000000;
	struct model *model = model_with_leader();

	(void)state;
	for (uint32_t tid = 101; tid <= 104; tid++) {
		uint64_t at = (tid - 100) * 10 * ms;

		feed_thread(model, at, 0, tid, 100, 100);
		feed_waking(model, at, tid, 100, 100);
		feed_switch(model, at, 1, 0, 0, tid);
		feed_exit(model, at + ms, 1, tid, 100, EXIT_CALL, 0);
		feed_switch(model, at + 2 * ms, 1, tid, TASK_S_DEAD, 0);
	}
	FEED(model, lost, 50 * ms, .count = 1, .lost_kind = REC_sched_switch, .within_ms = 25);
	assert_false(find_thread(model, 101)->gap);
	assert_false(find_thread(model, 102)->gap);
	assert_true(find_thread(model, 103)->gap);
	assert_true(find_thread(model, 104)->gap);
	FEED(model, lost, 60 * ms, .count = 1, .lost_kind = REC_task_rename, .within_ms = UINT16_MAX);
	assert_false(find_thread(model, 102)->gap);
	FEED(model, lost, 60 * ms, .count = 1, .lost_kind = REC_sched_switch, .within_ms = 11);
	assert_false(find_thread(model, 102)->gap);
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_lost_before_the_end),
	cmocka_unit_test(test_born_into_a_name),
	cmocka_unit_test(test_exec_after_the_last),
	cmocka_unit_test(test_leader_outstays_the_exec),
	cmocka_unit_test(test_leader_leaves_before_the_exec),
	cmocka_unit_test(test_strangers_number),
	cmocka_unit_test(test_joined_thread_exits_after_main),
	cmocka_unit_test(test_leader_leaves_while_another_ends_the_process),
	cmocka_unit_test(test_leader_first),
	cmocka_unit_test(test_nobody_ends_the_process),
	cmocka_unit_test(test_last_thread_gives_the_code),
	cmocka_unit_test(test_kernel_tells_the_code),
	cmocka_unit_test(test_code_that_is_not_known),
	cmocka_unit_test(test_number_given_again_before_the_last_switch),
	cmocka_unit_test(test_context_does_not_rename_who_is_observed),
};

cmocka_unit_main(tests)
