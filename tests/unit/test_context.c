// SPDX-License-Identifier: GPL-2.0-only
/* Threads known by name only: their number has an end, and nobody who points at one loses it. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include "tests/unit/feed.h"
#include "userspace/model/private.h"

#define FIRST_TID 1000
#define MANY (3 * ABI_CONTEXT_THREADS)

static void apply(struct model *model, const struct rec_head *head)
{
	struct record record;
	size_t consumed;

	assert_int_equal(decode_record(head, head->size, &record, &consumed), DECODE_RECORD);
	assert_int_equal(model_apply(model, &record), 0);
}

/* As FEED, without the proof of the whole model after each: that walks everybody. */
#define APPLY(model, token, at, ...)                                                               \
	apply(model, &(struct ev_##token){.head.ts_ns = (at),                                      \
					  .head.kind = REC_##token,                                \
					  .head.size = sizeof(struct ev_##token),                  \
					  __VA_ARGS__}                                             \
			      .head)

static void tell(struct model *model, uint32_t tid, uint32_t pid, const char *name)
{
	struct ev_task_snapshot context = {
		.head = {.ts_ns = model->now_ns + 1, .size = sizeof(context), .kind = REC_task_snapshot,
			 .flags = SNAPSHOT_F_CONTEXT},
		.tid = tid, .pid = pid, .wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};

	memcpy(context.name, name, strnlen(name, sizeof(context.name)));
	apply(model, &context.head);
}

/* Each a process of its own: what takes the most memory. */
static void tell_range(struct model *model, uint32_t first, uint32_t count)
{
	char name[32];

	for (uint32_t tid = first; tid < first + count; tid++) {
		snprintf(name, sizeof(name), "c%u", tid);
		tell(model, tid, tid, name);
	}
}

/* 100 sleeps on a futex, and is woken. */
static void wake(struct model *model, uint32_t waker)
{
	const uint64_t at = model->now_ns;
	struct ev_sched_switch_wait sleep = {
		.switched = {.head = {.ts_ns = at + 10, .size = sizeof(sleep), .kind = REC_sched_switch,
				      .flags = SWITCH_F_PREV_TARGET | SWITCH_F_WAIT},
			     .prev_tid = 100, .prev_state = TASK_S_INTERRUPTIBLE},
		.wait = wait_mutex(0x5000, 0),
	};

	apply(model, &sleep.switched.head);
	APPLY(model, sched_waking, at + 20, .tid = 100, .waker_tid = waker, .waker_pid = waker);
	APPLY(model, sched_switch, at + 30, .head.flags = SWITCH_F_NEXT_TARGET, .next_tid = 100);
}

static size_t in_memory(const struct model *model)
{
	return model_own(model)->threads_count;
}

static void test_many_wakers(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100);
	size_t bytes_before, threads_before;
	char name[32];

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		if (i == MANY / 3 + 1) {
			bytes_before = mallinfo2().uordblks;
			threads_before = in_memory(model);
		}
		tell_range(model, FIRST_TID + i, 1);
		wake(model, FIRST_TID + i);
		snprintf(name, sizeof(name), "c%u", FIRST_TID + i);
		assert_non_null(thread->waker);
		assert_int_equal(thread->waker->tid, FIRST_TID + i);
		assert_string_equal(thread->waker->name, name);
	}
	assert_int_equal(in_memory(model), threads_before);
	/* The numbers themselves have a page for each 1,024: 24 KB. */
	assert_in_range(mallinfo2().uordblks, 0, bytes_before + (MANY / 1024 + 1) * sizeof(struct tid_page));
	assert_null(model_check(model));
	model_free(model);
}

/* The one that woke it stays its waker, by name and alive, when others have taken its room. */
static void test_waker_outlives_its_room(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100), *waker;

	(void)state;
	tell(model, 7, 7, "first");
	wake(model, 7);
	waker = thread->waker;
	assert_ptr_equal(history_last_waker(model, thread->process, 0x5000), waker);
	tell_range(model, FIRST_TID, MANY);
	assert_null(model_check(model));
	assert_ptr_equal(thread->waker, waker);
	assert_string_equal(waker->name, "first");
	assert_int_equal(waker->process->pid, 7);
	assert_int_equal(waker->end, END_ALIVE); /* nobody saw it end */
	assert_null(history_last_waker(model, thread->process, 0x5000));
	model_free(model);
}

/* Who made room and was not told again has a number and no name. */
static void test_forgotten_is_not_known(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100);

	(void)state;
	tell(model, 7, 7, "first");
	tell_range(model, FIRST_TID, ABI_CONTEXT_THREADS);
	wake(model, 7);
	assert_null(thread->waker);
	assert_int_equal(thread->waker_tid, 7);
	tell(model, 7, 7, "second");
	wake(model, 7);
	assert_string_equal(thread->waker->name, "second");
	model_free(model);
}

/* Told again in time, it is the youngest. */
static void test_told_again_stays(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100), *waker;

	(void)state;
	tell(model, 7, 7, "first");
	wake(model, 7);
	waker = thread->waker;
	for (uint32_t i = 0; i < 4; i++) {
		tell_range(model, FIRST_TID + i * ABI_CONTEXT_THREADS, ABI_CONTEXT_THREADS - 1);
		tell(model, 7, 7, "first");
	}
	wake(model, 7);
	assert_ptr_equal(thread->waker, waker);
	assert_null(model_check(model));
	model_free(model);
}

/* Its number is another's, or it became another program: what it did before, it did by its old name. */
static void test_another_name_is_another(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100);

	(void)state;
	tell(model, 7, 7, "first");
	feed_thread(model, model->now_ns + 1, 1, 101, 7, 7);
	assert_string_equal(find_thread(model, 101)->creator->name, "first");
	tell(model, 7, 7, "second");
	wake(model, 7);
	assert_string_equal(find_thread(model, 101)->creator->name, "first");
	assert_string_equal(thread->waker->name, "second");
	assert_null(model_check(model));
	model_free(model);
}

/* Known by name, then observed: it is no context any longer, and makes room for nobody. */
static void test_observed_makes_no_room(void **state)
{
	struct model *model = model_with_leader();

	(void)state;
	tell(model, 7, 7, "first");
	FEED(model, task_snapshot, model->now_ns + 1, .tid = 7, .pid = 7, .name = "first", .start_ns = 1);
	tell_range(model, FIRST_TID, MANY);
	assert_non_null(model_thread(model, 7));
	assert_int_equal(model_thread(model, 7)->end, END_ALIVE);
	assert_null(model_check(model));
	model_free(model);
}

/* Its last switch was lost, and its number given to another process: that one is known by its own name. */
static void test_observed_may_have_ended_unseen(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = find_thread(model, 100), *before;

	(void)state;
	feed_thread(model, model->now_ns + 1, 0, 101, 100, 100);
	before = find_thread(model, 101);
	FEED(model, lost, model->now_ns + 1, .lost_kind = REC_sched_switch, .count = 1);
	assert_int_equal(before->end, END_ALIVE);
	tell(model, 101, 101, "stranger");
	wake(model, 101);
	assert_string_equal(thread->waker->name, "stranger");
	assert_int_equal(before->end, END_UNSEEN);
	assert_null(model_check(model));
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_many_wakers),
	cmocka_unit_test(test_waker_outlives_its_room),
	cmocka_unit_test(test_forgotten_is_not_known),
	cmocka_unit_test(test_told_again_stays),
	cmocka_unit_test(test_another_name_is_another),
	cmocka_unit_test(test_observed_makes_no_room),
	cmocka_unit_test(test_observed_may_have_ended_unseen),
};

cmocka_unit_main(tests)
