/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/feed.h"
#include "tests/top/scenes.h"

#include <string.h>

#define MS	  1000000ull
#define BEGIN	  (1000 * MS)
#define NANOSLEEP 35
#define EPOLL	  232

static void begin(struct scene *scene)
{
	*scene = (struct scene){.model = model_new(NULL), .now_ns = BEGIN, .watch = scene->watch};
	assert_non_null(scene->model);
	scene->model->watch = scene->watch;
	FEED(scene->model, begin, BEGIN, .source = BEGIN_SOURCE_BPF, .cpus = 2,
	     .realtime_ns = 1700000000000000000);
	assert_int_equal(recent_advance(&scene->recent, scene->model, BEGIN), 0);
}

void scene_free(struct scene *scene)
{
	recent_free(&scene->recent);
	model_free(scene->model);
}

/* Time goes on: what comes after this is later than `at`. */
static void pass(struct scene *scene, uint64_t at)
{
	scene->now_ns = at;
	assert_int_equal(recent_advance(&scene->recent, scene->model, at), 0);
}

static void create(struct scene *scene, uint32_t tid, uint32_t pid, uint32_t creator, const char *name)
{
	struct ev_task_newtask record = {
	    .head = {.ts_ns = scene->now_ns, .kind = REC_task_newtask, .size = sizeof(record)},
	    .tid = tid,
	    .pid = pid,
	    .creator_tid = creator,
	    .creator_pid = creator,
	    .ns_tid = tid,
	    .ns_pid = pid,
	    .clone_flags = tid == pid ? 0 : CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,
	    .clear_tid_address = address_of(tid),
	};

	memcpy(record.name, name, strnlen(name, sizeof(record.name)));
	feed(scene->model, &record.head);
}

static void thread(struct scene *scene, uint32_t tid, uint32_t pid, const char *name)
{
	create(scene, tid, pid, pid, name);
	feed_waking(scene->model, scene->now_ns, tid, pid, pid);
}

/* Runs a moment on a CPU that is free, and blocks. */
static void block(struct scene *scene, unsigned int cpu, uint32_t tid, struct ev_wait wait)
{
	feed_switch(scene->model, scene->now_ns, cpu, 0, 0, tid);
	feed_sleep(scene->model, scene->now_ns + MS, cpu, tid, wait, 0);
}

static void start_server(struct scene *scene)
{
	struct model *model = scene->model;

	create(scene, 4711, 4711, 50, "server");
	FEED(model, launch, BEGIN, .pid = 4711, .parent_pid = 50);
	feed_switch(model, BEGIN, 0, 0, 0, 4711);
	thread(scene, 4712, 4711, "worker-1");
	thread(scene, 4713, 4711, "worker-2");
	thread(scene, 4714, 4711, "writer");
	thread(scene, 4715, 4711, "flusher");
	thread(scene, 4716, 4711, "acceptor");
	thread(scene, 4717, 4711, "once");
	FEED(model, thread_name, BEGIN, .tid = 4716, .pid = 4711, .uid = 6, .daemon = 1,
	     .name = "the acceptor of all that comes in");
	create(scene, 4800, 4800, 4711, "helper");
	feed_waking(model, BEGIN, 4800, 4711, 4711);
	feed_switch(model, BEGIN, 1, 0, 0, 4800);
	thread(scene, 4801, 4800, "helper-t");
	feed_preempt(model, BEGIN, 1, 4800, 0);
	block(scene, 1, 4714, wait_mutex(0x5000, 4715));
	scene->now_ns += MS;
	block(scene, 1, 4715, wait_mutex(0x6000, 4714));
	scene->now_ns += MS;
	block(scene, 1, 4716, wait_call(EPOLL));
	feed_sleep(model, scene->now_ns + 2 * MS, 0, 4711, wait_join(4714), 4712);
	feed_switch(model, scene->now_ns + 2 * MS, 1, 0, 0, 4713);
}

/* The two workers, and the others for the first seconds, share the CPUs. */
static void run_server(struct scene *scene, uint64_t at, unsigned int turn)
{
	struct model *model = scene->model;

	if (turn == 4) { /* one looks in for a quarter of a second and returns */
		feed_preempt(model, at, 1, 4713, 4717);
		feed_exit(model, at + 200 * MS, 1, 4717, 4711, EXIT_F_OWN, 0);
		feed_switch(model, at + 200 * MS, 1, 4717, TASK_S_DEAD, 4713);
	} else if (turn == 12) { /* somebody kills the helper, whose thread has never run */
		feed_preempt(model, at, 1, 4713, 4800);
		feed_exit(model, at + 20 * MS, 1, 4800, 4800, EXIT_F_GROUP | EXIT_F_OWN | EXIT_F_GROUP_CALL, 0);
		feed_switch(model, at + 20 * MS, 1, 4800, TASK_S_DEAD, 4801);
		feed_exit(model, at + 21 * MS, 1, 4801, 4800, EXIT_F_GROUP | EXIT_F_LAST, 0);
		feed_switch(model, at + 21 * MS, 1, 4801, TASK_S_DEAD, 4713);
	} else if (turn % 3 == 0) { /* the event loop takes 30 ms of the second worker */
		feed_waking(model, at, 4716, 4712, 4711);
		feed_preempt(model, at + MS, 1, 4713, 4716);
		feed_sleep(model, at + 30 * MS, 1, 4716, wait_call(EPOLL), 4713);
	} else if (turn % 3 == 1) {
		feed_sleep(model, at, 0, 4712, wait_call(NANOSLEEP), 0);
		feed_waking(model, at + 100 * MS, 4712, 0, 0);
		feed_switch(model, at + 100 * MS + MS / 5, 0, 0, 0, 4712);
	}
}

/* A second look found it unchanged: the two wait for each other. */
static void confirm(struct scene *scene, uint32_t tid, uint32_t on, uint64_t address)
{
	FEED(scene->model, wait_resolved, scene->now_ns, .tid = tid, .pid = 4711, .on_tid = on, .on_pid = 4711,
	     .what = RESOLVED_SAME, .evidence = RESOLVED_BY_MEMORY, .wait_address = address, .address = address,
	     .head.flags = RESOLVED_F_CONFIRMED);
}

void scene_server(struct scene *scene)
{
	begin(scene);
	start_server(scene);
	for (unsigned int turn = 1; turn <= 24; turn++) {
		uint64_t at = BEGIN + turn * RECENT_SLICE_NS;

		pass(scene, at);
		run_server(scene, at + 10 * MS, turn);
	}
	pass(scene, BEGIN + 25 * RECENT_SLICE_NS);
	confirm(scene, 4714, 4715, 0x5000);
	confirm(scene, 4715, 4714, 0x6000);
	FEED(scene->model, lost, scene->now_ns, .ring = 1, .lost_kind = REC_sched_waking, .count = 3);
}

void scene_ended(struct scene *scene)
{
	uint64_t at = BEGIN + 8 * RECENT_SLICE_NS + 100 * MS;

	begin(scene);
	create(scene, 100, 100, 50, "batch");
	FEED(scene->model, launch, BEGIN, .pid = 100, .parent_pid = 50);
	feed_switch(scene->model, BEGIN, 0, 0, 0, 100);
	thread(scene, 101, 100, "worker");
	feed_switch(scene->model, BEGIN + MS, 1, 0, 0, 101);
	feed_sleep(scene->model, BEGIN + 2 * MS, 0, 100, wait_join(101), 0);
	for (unsigned int turn = 1; turn <= 8; turn++)
		pass(scene, BEGIN + turn * RECENT_SLICE_NS);
	feed_waking(scene->model, at, 100, 101, 100);
	feed_exit(scene->model, at, 1, 101, 100, EXIT_F_OWN, 0);
	feed_switch(scene->model, at, 1, 101, TASK_S_DEAD, 100);
	feed_exit(scene->model, at + MS, 1, 100, 100, EXIT_F_GROUP | EXIT_F_OWN | EXIT_F_GROUP_CALL | EXIT_F_LAST, 3 << 8);
	feed_switch(scene->model, at + MS, 1, 100, TASK_S_DEAD, 0);
	pass(scene, at + 2 * MS);
}

void scene_crowd(struct scene *scene, uint32_t threads)
{
	begin(scene);
	create(scene, 100, 100, 50, "crowd");
	feed_switch(scene->model, BEGIN, 0, 0, 0, 100);
	for (uint32_t i = 1; i < threads; i++)
		thread(scene, 100 + i, 100, "one-of-many");
	for (unsigned int turn = 1; turn <= 8; turn++) {
		pass(scene, BEGIN + turn * RECENT_SLICE_NS);
		feed_preempt(scene->model, scene->now_ns + MS, 0, turn == 1 ? 100 : 100 + threads - turn + 1,
			     100 + threads - turn);
	}
	pass(scene, BEGIN + 9 * RECENT_SLICE_NS);
}

void scene_hostile(struct scene *scene)
{
	begin(scene);
	create(scene, 100, 100, 50, "\033[2J\n\\) R\x9b");
	feed_switch(scene->model, BEGIN, 0, 0, 0, 100);
	thread(scene, 101, 100, "\xff\xe2\x80\xae" "cba\xe6\x9d\xb1");
	thread(scene, 102, 100, "\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1\xe6\x9d\xb1");
	thread(scene, 103, 100, "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81");
	pass(scene, BEGIN + 2 * RECENT_SLICE_NS);
}

void scene_empty(struct scene *scene)
{
	*scene = (struct scene){.model = model_new(NULL), .now_ns = BEGIN};
	assert_non_null(scene->model);
	assert_int_equal(recent_advance(&scene->recent, scene->model, BEGIN), 0);
}
