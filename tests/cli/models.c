/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/feed.h"
#include "tests/cli/models.h"

#define MS	  1000000ull
#define NANOSLEEP 35
#define WAIT4	  61

static struct model *begin(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	FEED(model, begin, 1 * MS, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	feed_process(model, 1 * MS, 0, 100, 50, 50);
	FEED(model, launch, 1 * MS, .pid = 100, .parent_pid = 50);
	feed_switch(model, 2 * MS, 0, 0, 0, 100);
	return model;
}

static struct model *end(struct model *model, uint64_t at)
{
	FEED(model, end, at, .head.cpu = 0);
	return model;
}

static void rename_thread(struct model *model, uint64_t at, uint32_t tid, const char *name)
{
	struct ev_task_rename record = {
	    .head = {.ts_ns = at, .kind = REC_task_rename, .size = sizeof(record)},
	    .tid = tid,
	    .pid = 100,
	};

	for (size_t i = 0; i < sizeof(record.name) && name[i]; i++)
		record.name[i] = name[i];
	feed(model, &record.head);
}

/* A thread's last act. */
static void finish(struct model *model, uint64_t at, unsigned int cpu, uint32_t tid, uint32_t pid,
		   uint8_t flags, uint32_t exit_code)
{
	feed_exit(model, at, cpu, tid, pid, flags, exit_code);
	feed_switch(model, at, cpu, tid, TASK_S_DEAD, 0);
}

struct model *model_lesson(void)
{
	struct model *model = begin();

	rename_thread(model, 2 * MS, 100, "lesson");
	feed_thread(model, 3 * MS, 0, 101, 100, 100);
	feed_waking(model, 3 * MS, 101, 100, 100);
	rename_thread(model, 3 * MS, 101, "t1");
	FEED(model, thread_name, 3 * MS, .tid = 101, .pid = 100, .uid = 1, .daemon = 1,
	     .name = "t1");
	feed_switch(model, 4 * MS, 1, 0, 0, 101);
	FEED(model, place_frame, 4 * MS, .place = 1, .offset = 61, .line = 84, .function = "start_lesson_thread_by_name",
	     .module = "/opt/lesson", .file = "/src/lesson.c");
	FEED(model, place_frame, 4 * MS, .place = 1, .index = 1, .offset = 22, .line = 97, .function = "main",
	     .module = "/opt/lesson", .file = "/src/lesson.c", .head.flags = FRAME_F_LAST);
	FEED(model, created_at, 4 * MS, .tid = 101, .pid = 100, .start_ns = 3 * MS, .place = 1);
	feed_sleep(model, 5 * MS, 1, 101, wait_call(NANOSLEEP), 0);
	feed_thread(model, 6 * MS, 0, 102, 100, 100);
	feed_waking(model, 6 * MS, 102, 100, 100);
	rename_thread(model, 6 * MS, 102, "t2");
	feed_sleep(model, 7 * MS, 0, 100, wait_join(102), 102);
	feed_sleep(model, 9 * MS, 0, 102, wait_call(NANOSLEEP), 0);
	feed_waking(model, 5009 * MS, 102, 0, 0);
	feed_switch(model, 5010 * MS, 0, 0, 0, 102);
	feed_waking(model, 5011 * MS, 100, 102, 100);
	feed_exit(model, 5011 * MS, 0, 102, 100, EXIT_F_OWN, 0);
	feed_switch(model, 5011 * MS, 0, 102, TASK_S_DEAD, 100);
	FEED(model, place_frame, 5011 * MS, .place = 2, .offset = 0x1139, .module = "/opt/lib/libpool.so",
	     .head.flags = FRAME_F_LAST);
	FEED(model, created_at, 5011 * MS, .tid = 102, .pid = 100, .start_ns = 6 * MS, .place = 2);
	feed_exit(model, 5012 * MS, 0, 100, 100, EXIT_F_OWN | EXIT_F_GROUP | EXIT_F_GROUP_CALL, 0);
	feed_waking(model, 5012 * MS, 101, 100, 100);
	feed_switch(model, 5012 * MS, 0, 100, TASK_S_DEAD, 101);
	finish(model, 5013 * MS, 0, 101, 100, EXIT_F_GROUP | EXIT_F_LAST, 0);
	return end(model, 5014 * MS);
}

struct model *model_family(void)
{
	struct model *model = begin();

	rename_thread(model, 2 * MS, 100, "shell");
	feed_process(model, 3 * MS, 0, 200, 100, 100);
	feed_waking(model, 3 * MS, 200, 100, 100);
	feed_sleep(model, 4 * MS, 0, 100, wait_call(WAIT4), 200);
	FEED(model, created_at, 5 * MS, .tid = 200, .pid = 200, .start_ns = 3 * MS, .why = CREATED_GONE);
	FEED(model, sched_process_exec, 5 * MS, .tid = 200, .pid = 200, .old_tid = 200,
	     .name = "server");
	feed_thread(model, 6 * MS, 0, 201, 200, 200);
	feed_waking(model, 6 * MS, 201, 200, 200);
	feed_switch(model, 7 * MS, 1, 0, 0, 201);
	feed_sleep(model, 8 * MS, 0, 200, wait_mutex(0x5000, 201), 0);
	FEED(model, lost, 9 * MS, .ring = 0, .lost_kind = REC_sched_waking, .count = 3);
	feed_exit(model, 90 * MS, 1, 201, 200, EXIT_F_GROUP, 9);
	feed_switch(model, 90 * MS, 1, 201, TASK_S_DEAD, 200);
	finish(model, 91 * MS, 1, 200, 200, EXIT_F_GROUP | EXIT_F_LAST, 9);
	feed_waking(model, 91 * MS, 100, 0, 0);
	feed_switch(model, 92 * MS, 0, 0, 0, 100);
	finish(model, 93 * MS, 0, 100, 100,
	       EXIT_F_OWN | EXIT_F_GROUP | EXIT_F_GROUP_CALL | EXIT_F_LAST, 3 << 8);
	return end(model, 94 * MS);
}

struct model *model_storm(void)
{
	struct model *model = begin();
	uint64_t at = 3 * MS;

	rename_thread(model, 2 * MS, 100, "storm");
	for (uint32_t tid = 101; tid <= 140; tid++, at += MS) {
		feed_thread(model, at, 0, tid, 100, 100);
		feed_waking(model, at, tid, 100, 100);
		feed_sleep(model, at + MS / 10, 0, 100, wait_join(tid), tid);
		feed_waking(model, at + MS / 2, 100, tid, 100);
		feed_exit(model, at + MS / 2, 0, tid, 100, EXIT_F_OWN, 0);
		feed_switch(model, at + MS / 2, 0, tid, TASK_S_DEAD, 100);
	}
	finish(model, at, 0, 100, 100, EXIT_F_OWN | EXIT_F_GROUP | EXIT_F_GROUP_CALL | EXIT_F_LAST,
	       0);
	return end(model, at + MS);
}

static void resolve(struct model *model, uint64_t at, uint32_t tid, uint32_t on, uint32_t traits, uint8_t flags)
{
	const struct ev_wait *raw = &find_thread(model, tid)->wait.raw;

	FEED(model, wait_resolved, at, .tid = tid, .pid = 100, .on_tid = on, .on_pid = 100, .what = RESOLVED_MUTEX,
	     .evidence = RESOLVED_BY_MEMORY, .traits = traits, .wait_address = raw->address,
	     .address = raw->address, .head.flags = flags);
}

/* The innermost first; of the last the caller could not be found. */
static void stand(struct model *model, uint64_t at, uint32_t tid, size_t count, const struct ev_stack_frame calls[])
{
	for (size_t i = 0; i < count; i++) {
		struct ev_stack_frame record = calls[i];

		record.head.ts_ns = at;
		record.head.kind = REC_stack_frame;
		record.head.size = sizeof(record);
		record.tid = tid;
		record.pid = 100;
		record.index = (uint32_t)i;
		feed(model, &record.head);
	}
}

#define CALL(name, path, number) {.function = name, .file = path, .line = number, .module = "/opt/lib/libpool.so", .offset = 0x1139}

/* Names that compilers make, and those that no page has room for. */
static void stand_in_cpp(struct model *model, uint64_t at, uint32_t tid)
{
	const struct ev_stack_frame calls[] = {
		CALL("_ZNSt6thread4joinEv", "", 0),
		CALL("_ZN4PoolISt3mapIiSt6vectorIiSaIiEESt4lessIiESaISt4pairIKiS3_EEEE5startEv", "/src/a/rather/long/way/to/the/pool.cc", 44),
		CALL("_ZN4PoolIiE5startEv", "/src/pool.cc", 44),
		CALL("_ZN4node9inspector5Agent5StartEv", "../src/inspector_agent.cc", 680),
		CALL("", "", 0),
		CALL("_ZZ4mainENKUlvE_clEv", "main.cc", 7),
	};

	stand(model, at, tid, sizeof(calls) / sizeof(*calls), calls);
}

static void stand_in_rust(struct model *model, uint64_t at, uint32_t tid)
{
	struct ev_stack_frame calls[] = {
		CALL("_RNvXs_NtC4demo4poolNtB4_6WorkerNtB4_3Job3run",
		     "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/sys/sync/mutex/futex.rs", 33),
		CALL("_ZN52_$LT$demo..Pool$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE", "/src/pool.rs", 12),
		{.module = ""},
		CALL("_RNvC1mu7kka_pla", "", 0),
		CALL("_Z\033[2J", "", 0),
	};

	calls[2].head.flags = FRAME_F_POINTER;
	calls[4].head.flags = FRAME_F_LAST | FRAME_F_OUTERMOST;
	stand(model, at, tid, sizeof(calls) / sizeof(*calls), calls);
}

struct model *model_stuck(void)
{
	struct model *model = begin();

	rename_thread(model, 2 * MS, 100, "stuck");
	for (uint32_t tid = 101; tid <= 106; tid++) {
		feed_thread(model, 3 * MS, 0, tid, 100, 100);
		feed_waking(model, 3 * MS, tid, 100, 100);
		feed_switch(model, 4 * MS, tid - 100, 0, 0, tid);
	}
	rename_thread(model, 4 * MS, 101, "flusher");
	rename_thread(model, 4 * MS, 102, "writer");
	feed_sleep(model, 5 * MS, 1, 101, wait_mutex(0x5000, 102), 0);
	feed_sleep(model, 6 * MS, 2, 102, wait_mutex(0x5040, 101), 0);
	feed_sleep(model, 7 * MS, 0, 100, wait_join(102), 0);
	feed_sleep(model, 8 * MS, 3, 103, wait_call(NANOSLEEP), 0);
	feed_sleep(model, 8 * MS, 4, 104, wait_mutex(0x5080, 103), 0);
	feed_sleep(model, 9 * MS, 5, 105, wait_mutex(0x50c0, 0), 0);
	resolve(model, 50 * MS, 101, 102, 0, RESOLVED_F_CONFIRMED);
	resolve(model, 50 * MS, 102, 101, LOCK_RECURSIVE, RESOLVED_F_CONFIRMED);
	resolve(model, 50 * MS, 105, 99, 0, RESOLVED_F_OWNER_ENDED);
	stand_in_cpp(model, 51 * MS, 101);
	stand_in_rust(model, 51 * MS, 102);
	return end(model, 1000 * MS);
}

struct model *model_cut(void)
{
	struct model *model = begin();

	rename_thread(model, 2 * MS, 100, "cut");
	feed_thread(model, 3 * MS, 0, 101, 100, 100);
	feed_waking(model, 3 * MS, 101, 100, 100);
	feed_switch(model, 4 * MS, 1, 0, 0, 101);
	FEED(model, lost, 5 * MS, .head.flags = LOST_F_DAMAGED, .count = 7);
	feed_sleep(model, 6 * MS, 1, 101, wait_call(NANOSLEEP), 0);
	feed_sleep(model, 7 * MS, 0, 100, wait_join(101), 0);
	FEED(model, lost, 9 * MS, .head.flags = LOST_F_CUT);
	model_account(model, 9 * MS);
	return model;
}

struct model *model_hostile(void)
{
	struct model *model = begin();

	rename_thread(model, 2 * MS, 100, "\033[2J\n\\) R");
	feed_thread(model, 3 * MS, 0, 101, 100, 100);
	rename_thread(model, 3 * MS, 101,
		      "\xff\xe2\x80\xae"
		      "cba\xe6\x9d\xb1");
	return end(model, 5 * MS);
}
