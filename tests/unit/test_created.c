// SPDX-License-Identifier: GPL-2.0-only
/* Where threads were created, as the model is told of it: late, twice, in parts, or of somebody else. */
#include "tests/unit/feed.h"

#include <string.h>

static void feed_place(struct model *model, uint64_t at, uint32_t place, uint32_t index, const char *function)
{
	struct ev_place_frame frame = {
		.head = {.ts_ns = at, .kind = REC_place_frame, .size = sizeof(frame)},
		.place = place,
		.index = index,
	};

	memcpy(frame.function, function, strlen(function));
	feed(model, &frame.head);
}

static void feed_created(struct model *model, uint64_t at, uint32_t tid, uint64_t start_ns, uint32_t place)
{
	FEED(model, created_at, at, .tid = tid, .pid = 100, .start_ns = start_ns, .place = place);
}

static const char *created_in(const struct model *model, uint32_t tid)
{
	const struct stack_call *call = created_call(find_thread(model, tid));

	return call ? call->function : NULL;
}

static struct model *model_with_two(void)
{
	struct model *model = model_with_leader();

	feed_thread(model, 1100, 0, 101, 100, 100);
	feed_thread(model, 1200, 0, 102, 100, 100);
	feed_place(model, 1300, 1, 0, "inner");
	feed_place(model, 1300, 1, 1, "outer");
	return model;
}

static void test_two_at_one_place(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_created(model, 1400, 101, 1100, 1);
	feed_created(model, 1400, 102, 1200, 1);
	assert_string_equal(created_in(model, 101), "inner");
	assert_ptr_equal(find_thread(model, 101)->created_at, find_thread(model, 102)->created_at);
	assert_int_equal(find_thread(model, 101)->created_at->calls_count, 2);
	assert_null(created_in(model, 100));
	model_free(model);
}

static void test_told_after_the_end(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1400, 0, 101, 100, EXIT_F_OWN, 0);
	feed_switch(model, 1400, 0, 101, TASK_S_DEAD, 100);
	feed_created(model, 1500, 101, 1100, 1);
	assert_string_equal(created_in(model, 101), "inner");
	model_free(model);
}

/* The number was given again: the older one is found no more, and the newer one is another. */
static void test_number_given_again(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_exit(model, 1400, 0, 101, 100, EXIT_F_OWN, 0);
	feed_switch(model, 1400, 0, 101, TASK_S_DEAD, 100);
	feed_thread(model, 1500, 0, 101, 100, 100);
	feed_created(model, 1600, 101, 1100, 1);
	process_for_each(model, process)
		thread_for_each(process, thread)
			assert_null(thread->created_at);
	model_free(model);
}

/* Ended threads make room: nothing may point at one that is gone. */
static void test_forgotten(void **state)
{
	struct model *model = model_new(&(struct model_limits){.ended_threads = 1});

	(void)state;
	feed_process(model, 1000, 0, 100, 50, 50);
	feed_place(model, 1000, 1, 0, "inner");
	for (uint32_t tid = 101; tid <= 103; tid++) {
		feed_thread(model, tid * 100, 0, tid, 100, 100);
		feed_exit(model, tid * 100, 0, tid, 100, EXIT_F_OWN, 0);
		feed_switch(model, tid * 100, 0, tid, TASK_S_DEAD, 100);
	}
	for (uint32_t tid = 101; tid <= 103; tid++)
		feed_created(model, 20000, tid, tid * 100, 1);
	assert_null(model_thread_started(model, 101, 10100));
	assert_string_equal(created_in(model, 103), "inner");
	model_free(model);
}

/* Exec by another thread than the leader: it goes on under the leader's number. */
static void test_after_exec(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	FEED(model, sched_process_exec, 1400, .tid = 100, .pid = 100, .old_tid = 101, .name = "other");
	assert_null(model_thread_started(model, 101, 1100));
	assert_non_null(model_thread_started(model, 100, 1100));
	model_free(model);
}

/* Lines come later: the place is told again, and all who were created there know. */
static void test_told_again(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_created(model, 1400, 101, 1100, 1);
	feed_place(model, 1500, 1, 0, "better");
	assert_string_equal(created_in(model, 101), "better");
	assert_int_equal(find_thread(model, 101)->created_at->calls_count, 1);
	model_free(model);
}

/* Frames with a hole, frames beyond the last, no place of that number, number 0. */
static void test_nonsense(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	feed_place(model, 1400, 2, 1, "hole");
	feed_created(model, 1400, 101, 1100, 2);
	assert_null(created_in(model, 101));
	for (uint32_t index = 0; index < 2 * ABI_PLACE_FRAMES; index++)
		feed_place(model, 1500, 3, index, "deep");
	feed_created(model, 1500, 101, 1100, 3);
	assert_int_equal(find_thread(model, 101)->created_at->calls_count, ABI_PLACE_FRAMES);
	feed_created(model, 1600, 102, 1200, 77);
	assert_null(created_in(model, 102));
	feed_place(model, 1700, 0, 0, "zero");
	feed_created(model, 1700, 102, 1200, 0);
	assert_null(created_in(model, 102));
	model_free(model);
}

/* Why not, is known; a reason that this reader does not know is none. */
static void test_unknown(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	FEED(model, created_at, 1400, .tid = 101, .pid = 100, .start_ns = 1100, .why = CREATED_GONE);
	FEED(model, created_at, 1400, .tid = 102, .pid = 100, .start_ns = 1200, .why = CREATED_UNKNOWN_COUNT);
	assert_null(created_in(model, 101));
	assert_int_equal(find_thread(model, 101)->created_unknown, CREATED_GONE);
	assert_int_equal(find_thread(model, 102)->created_unknown, CREATED_NOT_TOLD);
	feed_created(model, 1500, 101, 1100, 1);
	assert_string_equal(created_in(model, 101), "inner");
	model_free(model);
}

static void test_too_many_places(void **state)
{
	struct model *model = model_with_two();

	(void)state;
	for (uint32_t place = 2; place <= MODEL_PLACES + 1; place++) {
		struct ev_place_frame frame = {.head = {.ts_ns = 2000, .kind = REC_place_frame, .size = sizeof(frame)},
					       .place = place};
		struct record record = {.kind = REC_place_frame, .ts_ns = 2000, .place_frame = &frame};

		assert_int_equal(model_apply(model, &record), 0);
	}
	feed_created(model, 3000, 101, 1100, MODEL_PLACES);
	feed_created(model, 3000, 102, 1200, MODEL_PLACES + 1);
	assert_non_null(find_thread(model, 101)->created_at);
	assert_null(find_thread(model, 102)->created_at);
	model_free(model);
}

/* A stack that claims more bytes than there are is no record. */
static void test_stack_too_large(void **state)
{
	struct ev_creator_stack stack = {.head = {.kind = REC_creator_stack, .size = sizeof(stack)},
					 .tid = 101, .pid = 100, .creator_tid = 100, .creator_pid = 100,
					 .stack_bytes = ABI_STACK_BYTES};
	struct record record;
	size_t consumed;

	(void)state;
	assert_int_equal(decode_record(&stack, sizeof(stack), &record, &consumed), DECODE_RECORD);
	stack.stack_bytes++;
	assert_int_equal(decode_record(&stack, sizeof(stack), &record, &consumed), DECODE_BAD);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_two_at_one_place),
	cmocka_unit_test(test_told_after_the_end),
	cmocka_unit_test(test_number_given_again),
	cmocka_unit_test(test_forgotten),
	cmocka_unit_test(test_after_exec),
	cmocka_unit_test(test_told_again),
	cmocka_unit_test(test_nonsense),
	cmocka_unit_test(test_unknown),
	cmocka_unit_test(test_too_many_places),
	cmocka_unit_test(test_stack_too_large),
};

cmocka_unit_main(tests)
