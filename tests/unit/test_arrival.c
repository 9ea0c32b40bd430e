// SPDX-License-Identifier: GPL-2.0-only
/* A switch that nobody could see: what is told of its time later is what totals, spans and delays say. */
#include "tests/unit/feed.h"

struct heard {
	uint64_t spent_ns[STATE_COUNT];
};

static void hear(const struct model *model, const struct span *span, void *context)
{
	struct heard *heard = context;

	(void)model;
	if (span->thread->tid == 101)
		heard->spent_ns[span->state] += span->end_ns - span->begin_ns;
}

/* Thread 101 is ready from 2000 on, on a CPU from 2400 on, and leaves it at 3000; in its process two others come and go. */
static struct model *model_watched(struct heard *heard, struct model_watch *watch)
{
	struct model *model = model_with_leader();

	*watch = (struct model_watch){.span = hear, .context = heard};
	model->watch = watch;
	feed_thread(model, 1100, 0, 101, 100, 100);
	feed_thread(model, 1150, 0, 102, 100, 100);
	feed_switch(model, 1200, 0, 100, TASK_S_INTERRUPTIBLE, 101);
	feed_sleep(model, 1300, 0, 101, wait_call(35), 0);
	feed_waking(model, 2000, 101, 0, 0);
	feed_switch(model, 2500, 1, 0, 0, 102); /* what is counted of the process goes beyond the arrival */
	return model;
}

static void test_told_before_it_leaves(void **state)
{
	struct heard heard = {{0}};
	struct model_watch watch;
	struct model *model = model_watched(&heard, &watch);
	const struct thread *thread = find_thread(model, 101);
	uint64_t ready_ns = 100 + 400; /* after it was created, and before it came */

	(void)state;
	FEED(model, sched_arrival, 3000, .tid = 101, .pid = 100, .slice_ns = 600);
	feed_preempt(model, 3000, 0, 101, 0);
	assert_int_equal(thread->state_ns[STATE_READY], ready_ns);
	assert_int_equal(thread->state_ns[STATE_RUNNING], 100 + 600);
	assert_int_equal(heard.spent_ns[STATE_READY], ready_ns);
	assert_int_equal(heard.spent_ns[STATE_RUNNING], 100 + 600);
	assert_int_equal(thread->delays.max_ns, 400);
	assert_false(thread->gap);
	/* Ready: the leader for 100, 102 from 1150 to 2500; on a CPU: the leader for 200, 101 for 700, 102 for 500. */
	assert_int_equal(thread->process->ready_ns, 100 + ready_ns + 1350);
	assert_int_equal(thread->process->on_cpu_ns, 200 + 700 + 500);
	model_free(model);
}

/* It was seen to do something meanwhile: that span was told, the totals are right all the same. */
static void test_proved_before(void **state)
{
	struct heard heard = {{0}};
	struct model_watch watch;
	struct model *model = model_watched(&heard, &watch);

	(void)state;
	feed_thread(model, 2700, 0, 103, 101, 100);
	feed_exit(model, 2800, 1, 102, 100, EXIT_F_OWN, 0);
	FEED(model, sched_arrival, 3000, .tid = 101, .pid = 100, .slice_ns = 600);
	assert_int_equal(find_thread(model, 101)->state_ns[STATE_READY], 500);
	assert_false(find_thread(model, 101)->gap);
	model_free(model);
}

/* More than it can be: it was woken since. */
static void test_longer_ago_than_it_was_ready(void **state)
{
	struct heard heard = {{0}};
	struct model_watch watch;
	struct model *model = model_watched(&heard, &watch);
	const struct thread *thread = find_thread(model, 101);

	(void)state;
	FEED(model, sched_arrival, 3000, .tid = 101, .pid = 100, .slice_ns = 2900);
	feed_preempt(model, 3000, 0, 101, 0);
	assert_int_equal(thread->state_ns[STATE_READY], 100);
	assert_int_equal(thread->state_ns[STATE_RUNNING], 100 + 1000);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told_before_it_leaves),
		cmocka_unit_test(test_proved_before),
		cmocka_unit_test(test_longer_ago_than_it_was_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
