/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/share/models.h"
#include "tests/unit/feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS 1000000ull

static struct model *begin(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	FEED(model, begin, MS, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	return model;
}

static void snapshot(struct model *model, uint32_t tid, uint32_t pid, const char *name)
{
	struct ev_task_snapshot record = {
	    .head = {.ts_ns = 2 * MS, .kind = REC_task_snapshot, .size = sizeof(record), .flags = SNAPSHOT_F_SINCE},
	    .tid = tid,
	    .pid = pid,
	    .parent_pid = 50,
	    .ns_tid = tid,
	    .ns_pid = pid,
	    .start_ns = MS,
	    .state = TASK_S_INTERRUPTIBLE,
	    .since_ns = MS,
	    .wait = wait_call(35),
	};

	memcpy(record.name, name, strlen(name));
	feed(model, &record.head);
}

/* ids by resource; what is left out is 1. */
static void share(struct model *model, uint32_t tid, uint32_t pid, const uint32_t ids[SHARE_COUNT], uint32_t error)
{
	struct ev_task_share record = {
	    .head = {.ts_ns = 3 * MS, .kind = REC_task_share, .size = sizeof(record)},
	    .tid = tid,
	    .pid = pid,
	    .kcmp_error = error,
	};

	for (size_t i = 0; i < SHARE_COUNT; i++)
		record.id[i] = error ? SHARE_UNKNOWN : ids[i] ? ids[i] : 1;
	record.id[SHARE_io_context] = SHARE_NONE;
	feed(model, &record.head);
}

static void own(struct model *model, uint32_t tid, uint32_t pid, uint64_t sp)
{
	FEED(model, task_registers, 3 * MS, .tid = tid, .pid = pid, .ip = 0x401000 + tid, .sp = sp, .bp = sp + 64,
	     .fs_base = 0x7f0000100740, .head.flags = REGISTERS_F_GENERAL | REGISTERS_F_BASES);
	FEED(model, task_own, 3 * MS, .tid = tid, .pid = pid, .stack_low = 0x7f0000000000, .stack_high = 0x7f0000100000,
	     .stack_touched_bytes = 8192, .guard_bytes = 4096, .signals_blocked = 1 << 1 | 1 << 14, .nice = 5,
	     .cpus = "0-1",
	     .head.flags = OWN_F_STACK | OWN_F_TOUCHED | OWN_F_GUARD | OWN_F_SIGNALS | OWN_F_SCHEDULING);
}

static void call(struct model *model, uint32_t index, uint8_t flags, const char *function, const char *file,
		 uint32_t line)
{
	struct ev_stack_frame record = {
	    .head = {.ts_ns = 3 * MS, .kind = REC_stack_frame, .size = sizeof(record), .flags = flags},
	    .tid = 101,
	    .pid = 100,
	    .index = index,
	    .line = line,
	    .address = index ? 0x401000 + 16 * index : 0x401065, /* where its registers say */
	    .offset = 8,
	    .module = "/usr/bin/server",
	};

	snprintf(record.function, sizeof(record.function), "%s", function);
	snprintf(record.file, sizeof(record.file), "%s", file);
	feed(model, &record.head);
}

struct model *model_kingdoms(void)
{
	static const uint32_t server[SHARE_COUNT] = {0};
	static const uint32_t child[SHARE_COUNT] = {2, 2, 2, 2, 2};
	struct model *model = begin();

	snapshot(model, 100, 100, "server");
	snapshot(model, 101, 100, "t1");
	snapshot(model, 102, 100, "t2");
	snapshot(model, 200, 200, "child");
	for (uint32_t tid = 100; tid <= 102; tid++)
		share(model, tid, 100, server, 0);
	share(model, 200, 200, child, 0);
	own(model, 100, 100, 0x7f00000ff000);
	own(model, 101, 100, 0x7f00000f0000);
	call(model, 0, 0, "futex_wait", "futex.c", 57);
	call(model, 1, 0, "work\033[2J", "/src/server.c", 12);
	call(model, 2, FRAME_F_POINTER, "", "", 0);
	call(model, 3, 0, "start_thread", "pthread_create.c", 442);
	call(model, 4, FRAME_F_LAST | FRAME_F_OUTERMOST, "clone3", "", 0);
	FEED(model, process_memory, 3 * MS, .pid = 100, .resident_bytes = 9800000, .private_bytes = 1200000,
	     .shared_bytes = 8600000, .proportional_bytes = 3000000);
	FEED(model, share_link, 3 * MS, .pid = 100, .other_pid = 200, .kind = SHARE_LINK_FILE, .fd = 1, .other_fd = 1,
	     .name = "/dev/null");
	FEED(model, share_link, 3 * MS, .pid = 100, .other_pid = 200, .kind = SHARE_LINK_FILE, .fd = 3, .other_fd = 7,
	     .name = "socket:[1]");
	FEED(model, share_link, 3 * MS, .pid = 100, .other_pid = 200, .kind = SHARE_LINK_MEMORY, .bytes = 1 << 20,
	     .name = "/dev/shm/x");
	return model;
}

struct model *model_odd(void)
{
	static const uint32_t leader[SHARE_COUNT] = {0};
	static const uint32_t apart[SHARE_COUNT] = {[SHARE_files] = 2, [SHARE_fs] = 2};
	static const uint32_t clone[SHARE_COUNT] = {
	    [SHARE_files] = 3, [SHARE_fs] = 3, [SHARE_signal_handlers] = 2, [SHARE_thread_group] = 2};
	static const uint32_t other[SHARE_COUNT] = {2, 4, 4, 3, 3, 2, 2, [SHARE_ns_net] = 2};
	struct model *model = begin();

	snapshot(model, 100, 100, "odd");
	snapshot(model, 101, 100, "apart");
	snapshot(model, 102, 100, "hidden");
	snapshot(model, 200, 200, "clone");
	snapshot(model, 300, 300, "other");
	share(model, 100, 100, leader, 0);
	share(model, 101, 100, apart, 0);
	share(model, 102, 100, leader, EPERM);
	share(model, 200, 200, clone, 0);
	share(model, 300, 300, other, 0);
	return model;
}

struct model *model_crowd(void)
{
	static const uint32_t alike[SHARE_COUNT] = {0};
	static const uint32_t apart[SHARE_COUNT] = {[SHARE_files] = 2};
	struct model *model = begin();

	snapshot(model, 1000, 1000, "crowd");
	for (uint32_t tid = 1000; tid < 1301; tid++) {
		if (tid > 1000)
			snapshot(model, tid, 1000, "worker");
		share(model, tid, 1000, tid == 1150 ? apart : alike, 0);
		own(model, tid, 1000, 0x7f00000ff000);
	}
	return model;
}
