/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/feed.h"

#include <string.h>
#include "userspace/decode/syscalls.h"

#define FUTEX_PRIVATE 128
#define FUTEX_WAIT_BITSET 9
#define THREAD_FLAGS                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |        \
	 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

struct feed_tap feed_tap;

void feed(struct model *model, const struct rec_head *head)
{
	struct record record;
	size_t consumed;

	assert_int_equal(decode_record(head, head->size, &record, &consumed), DECODE_RECORD);
	assert_int_equal(consumed, head->size);
	if (feed_tap.before)
		feed_tap.before(model);
	model_expect_threads(model, &record); /* which must not change anything */
	model_expect(model, &record);
	assert_int_equal(model_apply(model, &record), 0);
	if (feed_tap.after)
		feed_tap.after(model, &record);
	if (model_check(model))
		fail_msg("after %s at %llu: %s", record_token(head->kind), (unsigned long long)head->ts_ns,
			 model_check(model));
}

static uint8_t targets(uint32_t prev, uint32_t next)
{
	return (prev ? SWITCH_F_PREV_TARGET : 0) | (next ? SWITCH_F_NEXT_TARGET : 0);
}

void feed_switch(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, uint32_t prev_state, uint32_t next)
{
	FEED(model, sched_switch, at, .head.cpu = cpu, .head.flags = targets(prev, next), .prev_tid = prev,
	     .prev_state = prev_state, .next_tid = next);
}

void feed_preempt(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, uint32_t next)
{
	FEED(model, sched_switch, at, .head.cpu = cpu, .head.flags = targets(prev, next) | SWITCH_F_PREEMPTED,
	     .prev_tid = prev, .next_tid = next);
}

void feed_sleep(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, struct ev_wait wait, uint32_t next)
{
	struct ev_sched_switch_wait record = {
		.switched = {
			.head = {.ts_ns = at, .size = sizeof(record), .kind = REC_sched_switch, .cpu = cpu,
				 .flags = targets(prev, next) | SWITCH_F_WAIT},
			.prev_tid = prev, .next_tid = next,
			.prev_state = TASK_S_INTERRUPTIBLE | 0x2000, /* freezable: as kernels since 6.1 say it */
		},
		.wait = wait,
	};

	feed(model, &record.switched.head);
}

void feed_waking(struct model *model, uint64_t at, uint32_t tid, uint32_t waker_tid, uint32_t waker_pid)
{
	FEED(model, sched_waking, at, .tid = tid, .waker_tid = waker_tid, .waker_pid = waker_pid,
	     .head.flags = waker_tid ? 0 : WAKING_F_INTERRUPT);
}

uint64_t address_of(uint32_t tid)
{
	return 0x7f0000000000 + tid * 0x1000ull;
}

void feed_thread(struct model *model, uint64_t at, unsigned int cpu, uint32_t tid, uint32_t creator_tid,
		 uint32_t creator_pid)
{
	FEED(model, task_newtask, at, .head.cpu = cpu, .tid = tid, .pid = creator_pid, .creator_tid = creator_tid,
	     .creator_pid = creator_pid, .clone_flags = THREAD_FLAGS, .clear_tid_address = address_of(tid),
	     .ns_tid = tid, .ns_pid = creator_pid, .start_ns = at, .name = "worker");
}

void feed_process(struct model *model, uint64_t at, unsigned int cpu, uint32_t pid, uint32_t creator_tid,
		  uint32_t creator_pid)
{
	FEED(model, task_newtask, at, .head.cpu = cpu, .tid = pid, .pid = pid, .creator_tid = creator_tid,
	     .creator_pid = creator_pid, .clone_flags = CLONE_CHILD_CLEARTID, .ns_tid = pid, .ns_pid = pid,
	     .clear_tid_address = address_of(creator_tid), .start_ns = at, .name = "child");
}

void feed_exit(struct model *model, uint64_t at, unsigned int cpu, uint32_t tid, uint32_t pid, uint8_t flags,
	       uint32_t exit_code)
{
	FEED(model, sched_process_exit, at, .head.cpu = cpu, .head.flags = flags, .tid = tid, .pid = pid,
	     .exit_code = exit_code);
}

struct ev_wait wait_call(int number)
{
	return (struct ev_wait){.syscall = number, .class = syscall_info(number)->class};
}

struct ev_wait wait_join(uint32_t tid)
{
	return (struct ev_wait){.syscall = 202, .class = WAIT_CLASS_FUTEX, .address = address_of(tid), .value = tid,
				.op = FUTEX_WAIT_BITSET | FUTEX_PRIVATE};
}

struct ev_wait wait_mutex(uint64_t address, uint32_t owner)
{
	return (struct ev_wait){.syscall = 202, .class = WAIT_CLASS_FUTEX, .address = address, .value = 2,
				.owner = owner, .flags = owner ? WAIT_F_OWNER : 0, .op = FUTEX_PRIVATE};
}

struct model *model_with_leader(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	feed_process(model, 900, 0, 100, 50, 50);
	feed_switch(model, 1000, 0, 0, 0, 100);
	return model;
}

const struct thread *find_thread(const struct model *model, uint32_t tid)
{
	const struct thread *found = NULL;

	process_for_each(model, process)
		thread_for_each(process, thread)
			if (thread->tid == tid)
				found = thread;
	return found;
}

const struct wait_total *find_wait(const struct thread *thread, enum wait_kind kind)
{
	for (size_t i = 0; i < thread->waits_count; i++)
		if (thread->waits[i].kind == kind)
			return &thread->waits[i];
	return NULL;
}
