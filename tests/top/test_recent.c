/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The last seconds: slices and figures add up, whatever is quiet and whatever moves, and what is
 * kept is bounded.
 */
#include "tests/unit/feed.h"
#include "userspace/model/recent.h"

#include <stdlib.h>
#include <string.h>

#define MS    1000000ull
#define SLICE RECENT_SLICE_NS
#define BEGIN (100 * SLICE)

static struct model *begin(struct recent *recent)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	*recent = (struct recent){0};
	FEED(model, begin, BEGIN, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	assert_int_equal(recent_advance(recent, model, BEGIN), 0);
	feed_process(model, BEGIN, 0, 100, 50, 50);
	feed_switch(model, BEGIN, 0, 0, 0, 100);
	return model;
}

static void advance(struct recent *recent, const struct model *model, uint64_t to)
{
	assert_int_equal(recent_advance(recent, model, to), 0);
	assert_int_equal(recent_refresh(recent, model), 0);
}

static const struct recent_row *row_of(const struct recent *recent, uint32_t tid)
{
	for (size_t i = 0; i < recent->rows_count; i++)
		if (recent->rows[i].thread->tid == tid)
			return &recent->rows[i];
	return NULL;
}

static void end(struct recent *recent, struct model *model)
{
	recent_free(recent);
	model_free(model);
}

static void test_slices(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);
	struct slice slice;

	(void)state;
	/* Runs for a slice and a half, is ready for a half, runs for two, sleeps for two. */
	advance(&recent, model, BEGIN + SLICE);
	feed_preempt(model, BEGIN + SLICE + SLICE / 2, 0, 100, 0);
	advance(&recent, model, BEGIN + 2 * SLICE);
	feed_switch(model, BEGIN + 2 * SLICE, 0, 0, 0, 100);
	advance(&recent, model, BEGIN + 4 * SLICE);
	feed_sleep(model, BEGIN + 4 * SLICE, 0, 100, wait_call(35), 0);
	advance(&recent, model, BEGIN + 6 * SLICE);

	assert_int_equal(recent.slices, 6);
	for (size_t back = 0; back < 2; back++) {
		slice = recent_slice(&recent, row_of(&recent, 100), back);
		assert_int_equal(slice.blocked, 255);
		assert_int_equal(slice.running + slice.ready, 0);
	}
	for (size_t back = 2; back < 4; back++)
		assert_int_equal(recent_slice(&recent, row_of(&recent, 100), back).running, 255);
	slice = recent_slice(&recent, row_of(&recent, 100), 4);
	assert_int_equal(slice.running, 128);
	assert_int_equal(slice.ready, 127);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 100), 5).running, 255);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 100), 6).running, 0);
	assert_int_equal(recent_busy(&recent, 0, 4), 128);
	assert_int_equal(recent_busy(&recent, 0, 2), 255);
	assert_int_equal(recent_busy(&recent, -1, 2), 128); /* of two CPUs */
	assert_int_equal(recent_busy(&recent, 1, 2), 0);
	end(&recent, model);
}

static void test_figures(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);
	struct recent_figures figures;
	uint64_t second = RECENT_INTERVAL * SLICE;

	(void)state;
	/* the first slices already tell something */
	advance(&recent, model, BEGIN + SLICE);
	figures = recent_figures(&recent, row_of(&recent, 100));
	assert_int_equal(figures.state_ns[STATE_RUNNING], SLICE);
	/* in the second interval: asleep for a quarter, then ready for 10 ms */
	advance(&recent, model, BEGIN + second);
	feed_sleep(model, BEGIN + second, 0, 100, wait_call(35), 0);
	advance(&recent, model, BEGIN + second + SLICE);
	feed_waking(model, BEGIN + second + SLICE, 100, 0, 0);
	feed_switch(model, BEGIN + second + SLICE + 10 * MS, 0, 0, 0, 100);
	advance(&recent, model, BEGIN + 2 * second);
	figures = recent_figures(&recent, row_of(&recent, 100));
	assert_int_equal(figures.interval_ns, second);
	assert_int_equal(figures.state_ns[STATE_BLOCKED], SLICE);
	assert_int_equal(figures.state_ns[STATE_READY], 10 * MS);
	assert_int_equal(figures.state_ns[STATE_RUNNING], second - SLICE - 10 * MS);
	assert_int_equal(figures.switches, 1);
	assert_int_equal(figures.delays, 1);
	assert_int_equal(figures.delay_ns, 10 * MS);
	assert_int_equal(recent.running_ns, second - SLICE - 10 * MS);
	assert_int_equal(recent.ready_ns, 10 * MS);
	/* quiet since: all of it in one state, without a switch */
	advance(&recent, model, BEGIN + 3 * second);
	figures = recent_figures(&recent, row_of(&recent, 100));
	assert_int_equal(figures.state_ns[STATE_RUNNING], second);
	assert_int_equal(figures.switches, 0);
	assert_int_equal(recent.running_ns, second);
	end(&recent, model);
}

/* An ended thread stays for a while, and is marked in the slice of its end. */
static void test_ended(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);
	uint64_t ended = BEGIN + 2 * SLICE + 10 * MS;

	(void)state;
	feed_thread(model, BEGIN, 0, 101, 100, 100);
	advance(&recent, model, BEGIN + 2 * SLICE);
	feed_switch(model, ended - 5 * MS, 1, 0, 0, 101);
	feed_exit(model, ended, 1, 101, 100, EXIT_F_OWN, 0);
	feed_switch(model, ended, 1, 101, TASK_S_DEAD, 0);
	advance(&recent, model, BEGIN + 4 * SLICE);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 101), 1).ended, 1);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 101), 0).ended, 0);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 101), 0).blocked, 0);
	advance(&recent, model, ended + RECENT_LINGER_NS - SLICE);
	assert_non_null(row_of(&recent, 101));
	advance(&recent, model, ended + RECENT_LINGER_NS + 2 * SLICE);
	assert_null(row_of(&recent, 101));
	assert_non_null(row_of(&recent, 100));
	assert_int_equal(recent.by_serial.used, 1);
	end(&recent, model);
}

/* A silence of an hour costs no more than what is remembered of it. */
static void test_silence(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);

	(void)state;
	advance(&recent, model, BEGIN + SLICE);
	advance(&recent, model, BEGIN + 3600000 * MS);
	assert_true(recent.begin_ns + SLICE > BEGIN + 3600000 * MS);
	assert_int_equal(recent_slice(&recent, row_of(&recent, 100), 30).running, 255);
	assert_int_equal(recent_figures(&recent, row_of(&recent, 100)).state_ns[STATE_RUNNING], recent.interval_ns);
	end(&recent, model);
}

/* Stopped for seconds: what happened meanwhile comes at once, and is no more than can happen in so long a time. */
static void test_late(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);
	struct recent_figures figures;
	uint64_t second = RECENT_INTERVAL * SLICE;
	const unsigned int late[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 30, 299, 2000}; /* slices */

	(void)state;
	for (uint64_t at = BEGIN, i = 0; i < sizeof(late) / sizeof(*late); i++) {
		at += second + SLICE;
		advance(&recent, model, at);
		for (uint64_t end = at + late[i] * SLICE; at < end; at += SLICE) {
			feed_sleep(model, at + SLICE / 8 * 7, 0, 100, wait_call(35), 0);
			feed_waking(model, at + SLICE / 16 * 15, 100, 0, 0);
			feed_switch(model, at + SLICE, 0, 0, 0, 100);
		}
		advance(&recent, model, at);
		figures = recent_figures(&recent, row_of(&recent, 100));
		assert_true(figures.interval_ns && recent.interval_ns >= second);
		assert_true(figures.state_ns[STATE_RUNNING] <= figures.interval_ns);
		assert_true(figures.state_ns[STATE_READY] <= figures.interval_ns);
		assert_true(recent.running_ns <= recent.interval_ns && recent.ready_ns <= recent.interval_ns);
		assert_true(figures.switches <= figures.interval_ns / SLICE);
	}
	end(&recent, model);
}

static unsigned int dice(uint64_t *seed, unsigned int sides)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(*seed >> 33) % sides;
}

/* Threads move at random, some seldom: each slice of a living thread is filled, and what the slices
 * tell agrees with the model's own totals. */
static void test_totals(void **state)
{
	struct recent recent;
	struct model *model = begin(&recent);
	uint64_t seed = 1, at = BEGIN, parts;
	uint32_t on_cpu = 100;
	unsigned int kept = 40;

	(void)state;
	for (uint32_t tid = 101; tid < 110; tid++)
		feed_thread(model, BEGIN, 0, tid, 100, 100);
	while (at < BEGIN + kept * SLICE) {
		uint32_t next = 100 + dice(&seed, 10);

		at += dice(&seed, 300) * MS + MS;
		if (at >= BEGIN + kept * SLICE)
			break;
		advance(&recent, model, at);
		if (next == on_cpu)
			continue;
		feed_waking(model, at, next, on_cpu, 100);
		if (dice(&seed, 2))
			feed_preempt(model, at, 0, on_cpu, next);
		else
			feed_sleep(model, at, 0, on_cpu, wait_call(35), next);
		on_cpu = next;
	}
	advance(&recent, model, BEGIN + kept * SLICE);
	model_account(model, BEGIN + kept * SLICE);
	for (uint32_t tid = 100; tid < 110; tid++) {
		const struct recent_row *row = row_of(&recent, tid);
		uint64_t running = 0;

		for (size_t back = 0; back < kept; back++) {
			struct slice slice = recent_slice(&recent, row, back);

			parts = slice.running + slice.ready + slice.blocked;
			assert_in_range(parts, 252, 255);
			running += slice.running;
		}
		assert_in_range(running * SLICE / 255 / MS + kept,
				row->thread->state_ns[STATE_RUNNING] / MS,
				row->thread->state_ns[STATE_RUNNING] / MS + 2 * kept);
	}
	end(&recent, model);
}

/* More threads than are kept: those that the model forgot are forgotten here. */
static void test_forgotten(void **state)
{
	struct recent recent = {0};
	struct model_limits limits = {.ended_threads = 10};
	struct model *model = model_new(&limits);

	(void)state;
	FEED(model, begin, BEGIN, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	feed_process(model, BEGIN, 0, 100, 50, 50);
	for (uint32_t tid = 101; tid < 400; tid++) {
		feed_thread(model, BEGIN + tid * MS, 0, tid, 100, 100);
		if (tid % 3) {
			feed_switch(model, BEGIN + tid * MS, 1, 0, 0, tid);
			feed_exit(model, BEGIN + tid * MS, 1, tid, 100, EXIT_F_OWN, 0);
			feed_switch(model, BEGIN + tid * MS, 1, tid, TASK_S_DEAD, 0);
		}
		if (tid % 7 == 0)
			advance(&recent, model, BEGIN + tid * MS);
	}
	advance(&recent, model, BEGIN + 400 * MS);
	assert_int_equal(recent.rows_count, 1 + 100 + 10);
	assert_int_equal(recent.by_serial.used, recent.rows_count);
	end(&recent, model);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_slices),  cmocka_unit_test(test_figures), cmocka_unit_test(test_ended),
    cmocka_unit_test(test_silence), cmocka_unit_test(test_late), cmocka_unit_test(test_totals),  cmocka_unit_test(test_forgotten),
};

cmocka_unit_main(tests)
