// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was lost is told with the times between which it can have been: whoever is called whole in spite of it must not
 * have been there. The kernel's map is played here, with losses that come while it is being asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>
#include <time.h>
#include "userspace/source/live/live_lost.h"
#include "userspace/util/clock.h"

#define CPUS 3
#define RINGS 2
#define GOING_ON UINT64_MAX

static struct {
	uint64_t lost[REC_KIND_END];
	uint32_t unread_bytes, running;
	uint64_t hurried_ns;
} accounts[CPUS];
static uint64_t asked_ns; /* when the map was read last */
static unsigned int ask_takes_ms; /* the reader was kept off its CPU in the middle */

int libbpf_num_possible_cpus(void)
{
	return CPUS;
}

static void pass_ms(unsigned int ms)
{
	const struct timespec time = {.tv_nsec = ms * 1000000l};

	if (ms)
		nanosleep(&time, NULL);
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	(void)fd;
	(void)key;
	pass_ms(ask_takes_ms);
	asked_ns = clock_now_ns();
	memcpy(value, accounts, sizeof(accounts));
	return 0;
}

struct fixture {
	struct losses losses;
	struct queue queue;
};

static void begin(struct fixture *fixture)
{
	memset(accounts, 0, sizeof(accounts));
	ask_takes_ms = 0;
	*fixture = (struct fixture){0};
	assert_int_equal(losses_open(&fixture->losses, -1, RINGS), 0);
}

static void end(struct fixture *fixture)
{
	losses_close(&fixture->losses);
	queue_free(&fixture->queue);
}

static void tell(struct fixture *fixture, uint64_t end_ns)
{
	const struct losses_outside outside = {.begun_ns = clock_now_ns()};

	assert_int_equal(losses_tell(&fixture->losses, &outside, end_ns, &fixture->queue), 0);
}

/* The next one that was told; NULL: none. */
static const struct ev_lost *told(struct fixture *fixture)
{
	const struct ev_lost *lost = (const void *)(fixture->queue.bytes + fixture->queue.read);

	if (fixture->queue.read == fixture->queue.used)
		return NULL;
	fixture->queue.read += lost->head.size;
	assert_int_equal(lost->head.kind, REC_lost);
	return lost;
}

static void test_each_once_by_ring_and_kind(void **state)
{
	struct fixture fixture;
	const struct ev_lost *lost;

	(void)state;
	begin(&fixture);
	accounts[0].lost[REC_sched_switch] = 3;
	accounts[2].lost[REC_sched_switch] = 4; /* the same ring: there are two for three CPUs */
	accounts[1].lost[REC_task_newtask] = 1;
	tell(&fixture, GOING_ON);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_int_equal(lost->ring, 0);
	assert_int_equal(lost->lost_kind, REC_sched_switch);
	assert_int_equal(lost->count, 7);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_int_equal(lost->ring, 1);
	assert_int_equal(lost->lost_kind, REC_task_newtask);
	assert_int_equal(lost->count, 1);
	assert_null(told(&fixture));
	tell(&fixture, GOING_ON);
	assert_null(told(&fixture));
	accounts[2].lost[REC_sched_switch] = 5;
	tell(&fixture, GOING_ON);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_int_equal(lost->count, 1);
	end(&fixture);
}

/* A thread may begin, and lose a record, while the reader is between its look at the clock and that at the accounts. */
static void test_never_told_as_of_before_it_was(void **state)
{
	struct fixture fixture;
	const struct ev_lost *lost;

	(void)state;
	begin(&fixture);
	ask_takes_ms = 20;
	accounts[0].lost[REC_sched_switch] = 1;
	tell(&fixture, GOING_ON);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_true(lost->head.ts_ns >= asked_ns);
	end(&fixture);
}

/* Counted right after the accounts were read: the next call tells of it, and since when. */
static void test_reaches_back_to_the_look_before(void **state)
{
	struct fixture fixture;
	const struct ev_lost *lost;
	uint64_t lost_ns;

	(void)state;
	begin(&fixture);
	tell(&fixture, GOING_ON);
	lost_ns = asked_ns;
	pass_ms(20);
	accounts[1].lost[REC_sched_waking] = 1;
	tell(&fixture, GOING_ON);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_true(lost->within_ms == UINT16_MAX || lost->head.ts_ns - lost->within_ms * 1000000ull <= lost_ns);
	end(&fixture);
}

/* What the second of two probes might have caught is told one call late (live_load.c): it was before the last call. */
static void test_reaches_back_one_call_more(void **state)
{
	struct losses_outside outside = {0};
	struct fixture fixture;
	const struct ev_lost *lost;
	uint64_t before_ns;

	(void)state;
	begin(&fixture);
	tell(&fixture, GOING_ON);
	before_ns = asked_ns;
	pass_ms(20);
	tell(&fixture, GOING_ON);
	pass_ms(5);
	outside.begun_ns = clock_now_ns();
	outside.passed_over[4] = 1;
	assert_int_equal(losses_tell(&fixture.losses, &outside, GOING_ON, &fixture.queue), 0);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_int_equal(lost->lost_kind, REC_sched_process_exit);
	assert_int_equal(lost->ring, UINT32_MAX);
	assert_true(lost->within_ms < 10000); /* and not for ever */
	assert_true(lost->head.ts_ns - lost->within_ms * 1000000ull <= before_ns);
	end(&fixture);
}

static void test_not_after_the_end(void **state)
{
	struct fixture fixture;
	const struct ev_lost *lost;
	uint64_t end_ns;

	(void)state;
	begin(&fixture);
	end_ns = clock_now_ns();
	pass_ms(2);
	accounts[0].lost[REC_sched_switch] = 1;
	tell(&fixture, end_ns);
	lost = told(&fixture);
	assert_non_null(lost);
	assert_int_equal(lost->head.ts_ns, end_ns);
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once_by_ring_and_kind),
		cmocka_unit_test(test_never_told_as_of_before_it_was),
		cmocka_unit_test(test_reaches_back_to_the_look_before),
		cmocka_unit_test(test_reaches_back_one_call_more),
		cmocka_unit_test(test_not_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
