/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The wait-for graph: who is stuck, which circles there are, and what never makes one; and what threads left untidy.
 */
#include "tests/unit/feed.h"
#include "userspace/model/graph.h"
#include "userspace/model/hygiene.h"

#define MUTEX 0x5000ull

/* A process 100 with threads 101..., each on its own CPU. */
static struct model *model_with(uint32_t last)
{
	struct model *model = model_with_leader();

	for (uint32_t tid = 101; tid <= last; tid++) {
		feed_thread(model, 2000, 0, tid, 100, 100);
		feed_waking(model, 2000, tid, 100, 100);
		feed_switch(model, 2000, tid - 100, 0, 0, tid);
	}
	return model;
}

static void wait_for_lock(struct model *model, uint64_t at, uint32_t tid, uint32_t owner)
{
	feed_sleep(model, at, tid - 100, tid, wait_mutex(MUTEX + owner * 64, owner), 0);
}

static void resolve(struct model *model, uint64_t at, uint32_t tid, uint32_t on, uint32_t what, uint8_t flags)
{
	const struct thread *thread = find_thread(model, tid), *target = find_thread(model, on);

	FEED(model, wait_resolved, at, .tid = tid, .pid = thread->process->pid, .on_tid = on,
	     .on_pid = target ? target->process->pid : 0, .what = what, .evidence = RESOLVED_BY_MEMORY,
	     .wait_address = wait_identity(&thread->wait.raw), .address = thread->wait.raw.address, .head.flags = flags);
}

static void confirm(struct model *model, uint64_t at, uint32_t tid, uint32_t on)
{
	resolve(model, at, tid, on, RESOLVED_SAME, RESOLVED_F_CONFIRMED);
}

static const struct graph_node *node_of(const struct graph *graph, const struct model *model, uint32_t tid)
{
	const struct graph_node *node = graph_find(graph, model_thread(model, tid));

	assert_non_null(node);
	return node;
}

static void expect(const struct model *model, size_t knots, size_t deadlocks, size_t stuck)
{
	struct graph graph;
	size_t found = 0;

	assert_int_equal(graph_build(&graph, model), 0);
	for (size_t i = 0; i < graph.count; i++)
		found += graph.nodes[i].stuck;
	assert_int_equal(graph.knots_count, knots);
	assert_int_equal(graph.deadlocks_count, deadlocks);
	assert_int_equal(found, stuck);
	graph_free(&graph);
}

static void test_circle(void **state)
{
	struct model *model = model_with(103);
	struct graph graph;

	(void)state;
	wait_for_lock(model, 3000, 101, 102);
	expect(model, 0, 0, 0);
	wait_for_lock(model, 3100, 102, 101);
	wait_for_lock(model, 3200, 103, 101);
	expect(model, 1, 0, 3); /* a knot, but nobody has looked twice */
	confirm(model, 4000, 101, 102);
	expect(model, 1, 0, 3);
	confirm(model, 4000, 102, 101);
	expect(model, 1, 1, 3);

	assert_int_equal(graph_build(&graph, model), 0);
	assert_int_equal(graph.knots[0].count, 2);
	assert_int_equal(graph.knots[0].since_ns, 3100);
	assert_int_equal(graph.knots[0].members[0]->thread->tid, 101); /* the longest wait first */
	assert_int_equal(graph.knots[0].members[1]->thread->tid, 102);
	assert_null(node_of(&graph, model, 103)->knot);
	assert_ptr_equal(node_of(&graph, model, 103)->root, node_of(&graph, model, 101));
	assert_int_equal(node_of(&graph, model, 101)->behind, 1);
	graph_free(&graph);
	model_free(model);
}

/* One of the circle is woken: nothing of it is left, and what was confirmed is not confirmed any more. */
static void test_circle_breaks(void **state)
{
	struct model *model = model_with(102);

	(void)state;
	wait_for_lock(model, 3000, 101, 102);
	wait_for_lock(model, 3100, 102, 101);
	confirm(model, 4000, 101, 102);
	confirm(model, 4000, 102, 101);
	feed_waking(model, 5000, 101, 0, 0);
	expect(model, 0, 0, 0);
	feed_switch(model, 5100, 1, 0, 0, 101);
	wait_for_lock(model, 5200, 101, 102);
	expect(model, 1, 0, 2);
	model_free(model);
}

static void test_itself(void **state)
{
	struct model *model = model_with(101);

	(void)state;
	wait_for_lock(model, 3000, 101, 101);
	confirm(model, 4000, 101, 101);
	expect(model, 1, 1, 1);
	model_free(model);
}

static void test_join_of_circle(void **state)
{
	struct model *model = model_with(102);

	(void)state;
	feed_sleep(model, 3000, 0, 100, wait_join(101), 0);
	wait_for_lock(model, 3000, 101, 102);
	feed_sleep(model, 3100, 2, 102, wait_join(100), 0);
	expect(model, 0, 0, 0); /* the leader has another clear_child_tid here: nobody is joined */
	resolve(model, 3200, 102, 100, RESOLVED_JOIN, 0);
	expect(model, 1, 0, 3);
	model_free(model);
}

/* A time, a history, an owner that has ended, a target that is not observed: none of them is an edge. */
static void test_soft(void **state)
{
	struct model *model = model_with(103);
	struct ev_wait timed = wait_mutex(MUTEX, 102);
	struct graph graph;

	(void)state;
	timed.flags |= WAIT_F_TIMED;
	feed_sleep(model, 3000, 1, 101, timed, 0);
	wait_for_lock(model, 3100, 102, 101);
	expect(model, 0, 0, 0);
	assert_true(find_thread(model, 101)->wait.timed);

	feed_sleep(model, 3200, 3, 103, wait_mutex(MUTEX + 8, 0), 0);
	feed_waking(model, 3300, 103, 100, 100);
	feed_switch(model, 3400, 3, 0, 0, 103);
	feed_sleep(model, 3500, 3, 103, wait_mutex(MUTEX + 8, 0), 0);
	assert_int_equal(graph_build(&graph, model), 0);
	assert_int_equal(node_of(&graph, model, 103)->evidence, EVIDENCE_HISTORY);
	assert_ptr_equal(node_of(&graph, model, 103)->on, model_thread(model, 100));
	assert_null(node_of(&graph, model, 103)->target);
	graph_free(&graph);

	FEED(model, wait_resolved, 3600, .tid = 103, .pid = 100, .on_tid = 999, .on_pid = 100,
	     .what = RESOLVED_MUTEX, .evidence = RESOLVED_BY_MEMORY, .wait_address = MUTEX + 8, .address = MUTEX + 8,
	     .head.flags = RESOLVED_F_OWNER_ENDED);
	expect(model, 0, 0, 0);
	assert_true(find_thread(model, 103)->wait.owner_ended);
	assert_null(find_thread(model, 103)->wait.on);
	model_free(model);
}

/* Two that wait on each other until their time is up, one behind them, one that joins: a chain, cut at one of the two. */
static void test_soft_circle(void **state)
{
	struct model *model = model_with(104);
	size_t cut = 0, roots = 0, behind = 0;
	struct graph graph;

	(void)state;
	for (uint32_t tid = 101; tid <= 104; tid++) {
		struct ev_wait timed = wait_mutex(MUTEX + tid * 64, tid == 101 ? 102 : 101);

		timed.flags |= WAIT_F_TIMED;
		feed_sleep(model, 3000, tid - 100, tid, timed, 0);
	}
	expect(model, 0, 0, 0);
	assert_int_equal(graph_build(&graph, model), 0);
	for (uint32_t tid = 101; tid <= 104; tid++) {
		const struct graph_node *node = node_of(&graph, model, tid);

		cut += node->cut;
		roots += node->root == node;
		behind += node->root == node ? node->behind : 0;
		assert_true(node->root->cut);
	}
	assert_int_equal(cut, 1);
	assert_int_equal(roots, 1);
	assert_int_equal(behind, 3);
	graph_free(&graph);
	model_free(model);
}

/* Any thread of a process can end the wait: stuck only while none of them can move. */
static void test_any_thread(void **state)
{
	struct model *model = model_with(101);

	(void)state;
	feed_process(model, 2500, 0, 200, 100, 100);
	feed_waking(model, 2500, 200, 100, 100);
	feed_switch(model, 2500, 4, 0, 0, 200);
	feed_sleep(model, 3000, 0, 100, wait_mutex(MUTEX, 101), 0);
	feed_sleep(model, 3000, 4, 200, wait_call(0), 0); /* reads from the process 100 */
	resolve(model, 3100, 200, 100, RESOLVED_PIPE, RESOLVED_F_PROCESS);
	expect(model, 0, 0, 0); /* 101 runs */
	feed_sleep(model, 3200, 1, 101, wait_call(61), 0); /* ... and waits for the child 200 */
	resolve(model, 3300, 101, 200, RESOLVED_CHILD, RESOLVED_F_PROCESS);
	expect(model, 1, 0, 3);
	for (uint32_t i = 0; i < 3; i++)
		confirm(model, 3400, (uint32_t[]){100, 101, 200}[i], (uint32_t[]){101, 200, 100}[i]);
	model_free(model);
}

/* A record of a wait that is over, or of another one, changes nothing. */
static void test_stale(void **state)
{
	struct model *model = model_with(102);

	(void)state;
	wait_for_lock(model, 3000, 101, 102);
	FEED(model, wait_resolved, 3100, .tid = 101, .pid = 100, .on_tid = 100, .on_pid = 100, .what = RESOLVED_MUTEX,
	     .evidence = RESOLVED_BY_MEMORY, .wait_address = 1);
	assert_ptr_equal(find_thread(model, 101)->wait.on, find_thread(model, 102));
	FEED(model, wait_resolved, 3100, .tid = 102, .pid = 100, .on_tid = 100, .on_pid = 100, .what = RESOLVED_MUTEX,
	     .evidence = RESOLVED_BY_MEMORY);
	assert_int_equal(find_thread(model, 102)->state, STATE_RUNNING);
	model_free(model);
}

/* Chains and rings as long as may be: no recursion, no square of their length. */
static void test_long_ring(void **state)
{
	const uint32_t last = 20100;
	struct model *model = model_with_leader();
	struct graph graph;

	(void)state;
	for (uint32_t tid = 101; tid <= last; tid++) {
		struct ev_task_snapshot there = {
			.head = {.ts_ns = 2000, .size = sizeof(there), .kind = REC_task_snapshot},
			.tid = tid, .pid = 100, .ns_tid = tid, .ns_pid = 100, .start_ns = 1,
			.state = TASK_S_INTERRUPTIBLE, .wait = wait_mutex(MUTEX + tid * 64ull, tid == last ? 101 : tid + 1),
		};
		struct record record;
		size_t consumed;

		assert_int_equal(decode_record(&there, sizeof(there), &record, &consumed), DECODE_RECORD);
		assert_int_equal(model_apply(model, &record), 0);
	}
	assert_int_equal(graph_build(&graph, model), 0);
	assert_int_equal(graph.knots_count, 1);
	assert_int_equal(graph.knots[0].count, last - 100);
	graph_free(&graph);
	model_free(model);
}

/* --- what is left untidy ------------------------------------------------------------------------------------- */

static const struct finding *only_finding(struct hygiene *hygiene, const struct model *model)
{
	assert_int_equal(hygiene_find(hygiene, model), 0);
	assert_int_equal(hygiene->count, 1);
	return hygiene->list;
}

static void test_held_lock(void **state)
{
	struct model *model = model_with(102);
	const struct finding *finding;
	struct hygiene hygiene;

	(void)state;
	wait_for_lock(model, 3000, 102, 101);
	assert_int_equal(hygiene_find(&hygiene, model), 0);
	assert_int_equal(hygiene.count, 0);
	hygiene_free(&hygiene);
	feed_exit(model, 4000, 1, 101, 100, EXIT_F_OWN, 0);
	feed_switch(model, 4000, 1, 101, TASK_S_DEAD, 0);
	finding = only_finding(&hygiene, model);
	assert_int_equal(finding->kind, FINDING_HELD_LOCK);
	assert_int_equal(finding->thread->tid, 101);
	assert_int_equal(finding->other->tid, 102);
	hygiene_free(&hygiene);
	model_free(model);
}

/* A daemon torn down from its wait is one; any other thread, or one that had gone on meanwhile, is none. */
static void test_in_wait(void **state)
{
	struct model *model = model_with(102);
	const struct finding *finding;
	struct hygiene hygiene;

	(void)state;
	for (uint32_t tid = 101; tid <= 102; tid++) {
		FEED(model, thread_name, 2500, .tid = tid, .pid = 100, .uid = tid, .daemon = tid == 101, .name = "d");
		feed_sleep(model, 3000, tid - 100, tid, wait_call(7), 0);
		feed_waking(model, 4000, tid, 100, 100);
		feed_switch(model, 4100, tid - 100, 0, 0, tid);
		feed_exit(model, 4200, tid - 100, tid, 100, EXIT_F_GROUP, 0);
		feed_switch(model, 4300, tid - 100, tid, TASK_S_DEAD, 0);
	}
	finding = only_finding(&hygiene, model);
	assert_int_equal(finding->kind, FINDING_IN_WAIT);
	assert_int_equal(finding->thread->tid, 101);
	assert_int_equal(finding->wait, WAIT_POLL);
	hygiene_free(&hygiene);
	model_free(model);
}

static void test_runaway(void **state)
{
	struct model *model = model_with_leader();
	const struct finding *finding;
	struct hygiene hygiene;

	(void)state;
	for (uint32_t tid = 101; tid <= 100 + HYGIENE_RUNAWAY; tid++)
		FEED(model, task_newtask, 2000, .tid = tid, .pid = 100, .creator_tid = 100, .creator_pid = 100,
		     .clone_flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, .start_ns = tid);
	finding = only_finding(&hygiene, model);
	assert_int_equal(finding->kind, FINDING_RUNAWAY);
	assert_int_equal(finding->alive, HYGIENE_RUNAWAY + 1);
	hygiene_free(&hygiene);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_circle),	     cmocka_unit_test(test_circle_breaks), cmocka_unit_test(test_itself),
		cmocka_unit_test(test_join_of_circle), cmocka_unit_test(test_soft), cmocka_unit_test(test_soft_circle),	   cmocka_unit_test(test_any_thread),
		cmocka_unit_test(test_stale),	     cmocka_unit_test(test_long_ring),	   cmocka_unit_test(test_held_lock),
		cmocka_unit_test(test_in_wait),	     cmocka_unit_test(test_runaway),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
