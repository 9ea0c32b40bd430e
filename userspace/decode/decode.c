/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/decode/decode.h"

#include <stdbool.h>

#define TID_LIMIT (4u << 20) /* the kernel's PID_MAX_LIMIT: no id is as large */
#define SYSCALL_LIMIT 1024

static const uint16_t least_size[REC_KIND_END] = {
#define X(number, token, text) [number] = sizeof(struct ev_##token),
	THRACE_RECORDS(X)
#undef X
};

static const char *const tokens[REC_KIND_END] = {
#define X(number, token, text) [number] = #token,
	THRACE_RECORDS(X)
#undef X
};

const char *record_token(unsigned int kind)
{
	return kind < REC_KIND_END ? tokens[kind] : NULL;
}

/* How a kind's body begins: so many ids, the first `subjects` of which name somebody, so they are not 0. */
static const struct {
	uint8_t ids, subjects;
} leading[REC_KIND_END] = {
	[REC_sched_switch] = {2, 0},
	[REC_sched_waking] = {3, 1},
	[REC_task_newtask] = {4, 2},
	[REC_sched_process_exec] = {3, 2},
	[REC_sched_process_exit] = {2, 2},
	[REC_task_rename] = {2, 2},
	[REC_task_renumber] = {3, 3},
	[REC_task_snapshot] = {3, 2},
	[REC_clear_tid] = {2, 2},
	[REC_sched_arrival] = {2, 2},
	[REC_launch] = {2, 1},
	[REC_fd_name] = {1, 1},
	[REC_task_sample] = {2, 2},
	[REC_library] = {2, 2},
	[REC_thread_name] = {2, 2},
	[REC_thread_past] = {4, 2},
	[REC_wait_resolved] = {4, 2},
	[REC_task_registers] = {2, 2},
	[REC_stack_frame] = {2, 2},
	[REC_creator_stack] = {4, 4},
	[REC_created_at] = {2, 2},
	[REC_task_share] = {2, 2},
	[REC_task_own] = {2, 2},
	[REC_process_memory] = {1, 1},
	[REC_share_link] = {2, 2},
};

static bool ids_good(const struct rec_head *head)
{
	const uint32_t *ids = (const uint32_t *)(head + 1);

	for (size_t i = 0; i < leading[head->kind].ids; i++)
		if (ids[i] >= TID_LIMIT || (!ids[i] && i < leading[head->kind].subjects))
			return false;
	return true;
}

static bool wait_good(const struct ev_wait *wait)
{
	if (wait->syscall < -1 || wait->syscall >= SYSCALL_LIMIT)
		return false;
	return wait->class < WAIT_CLASS_COUNT ||
	       (wait->class >= WAIT_CLASS_FAULT && wait->class <= WAIT_CLASS_UNSEEN);
}

static const struct ev_wait *wait_of(const struct record *record)
{
	switch (record->kind) {
	case REC_sched_switch:
		if (!(record->head->flags & SWITCH_F_WAIT))
			return NULL;
		return &((const struct ev_sched_switch_wait *)record->head)->wait;
	case REC_task_snapshot:
		return &record->task_snapshot->wait;
	case REC_task_sample:
		return &record->task_sample->wait;
	default:
		return NULL;
	}
}

static size_t size_needed(const struct rec_head *head)
{
	if (head->kind == REC_sched_switch && head->flags & SWITCH_F_WAIT)
		return sizeof(struct ev_sched_switch_wait);
	return least_size[head->kind];
}

enum decode_result decode_record(const void *bytes, size_t length, struct record *record, size_t *consumed)
{
	const struct rec_head *head = bytes;

	*consumed = 0;
	if (length < sizeof(*head))
		return DECODE_SHORT;
	if (head->kind == 0 || head->size < sizeof(*head) || head->size % 8)
		return DECODE_BAD;
	if (head->kind < REC_KIND_END && head->size < size_needed(head))
		return DECODE_BAD;
	if (head->size > length)
		return DECODE_SHORT;
	if (head->kind >= REC_KIND_END) {
		*consumed = head->size;
		return DECODE_SKIPPED;
	}

	record->kind = head->kind;
	record->ts_ns = head->ts_ns;
	record->head = head;
	record->wait = wait_of(record);
	if (record->wait && !wait_good(record->wait))
		return DECODE_BAD;
	if (!ids_good(head))
		return DECODE_BAD;
	if (head->kind == REC_creator_stack && record->creator_stack->stack_bytes > ABI_STACK_BYTES)
		return DECODE_BAD;
	*consumed = head->size;
	return DECODE_RECORD;
}
