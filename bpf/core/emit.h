/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A record's way into a ring: reserve (a full ring counts the loss), fill, submit.
 *
 * The time is taken after the place: every record whose time is at most T has its place in the ring before T, which is
 * what lets the reader merge the rings in exact order (userspace/source/live/merge.c).
 *
 * Where a program may be interrupted between the two by one that writes to the same ring, two neighbours may stand in
 * the wrong order by less than the interruption took.
 */
#ifndef THRACE_BPF_EMIT_H
#define THRACE_BPF_EMIT_H

#include "bpf/core/maps.h"

#define RECORD_HEADER_BYTES 8 /* of the ring buffer's own */
#define HURRY_APART_NS 2000000 /* between two records hurried from one CPU: a storm wakes nobody more often */

static __always_inline void record_lost(enum rec_kind kind)
{
	struct cpu_account *account = account_here();

	/* Atomic although the account is this CPU's own: an interrupt may count in between. */
	if (account)
		__sync_fetch_and_add(&account->lost[kind], 1);
}

static __always_inline void *record_reserve_below(enum rec_kind kind, __u32 size, __u8 flags, __u64 most_unread)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 index = cpu & (config.rings - 1);
	struct rec_head *head = NULL;
	void *ring;

	ring = bpf_map_lookup_elem(&rings, &index);
	if (ring && (!most_unread || bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) < most_unread))
		head = bpf_ringbuf_reserve(ring, size, 0);
	if (!head) {
		record_lost(kind);
		return NULL;
	}
	head->size = size;
	head->kind = kind;
	head->flags = flags;
	head->cpu = cpu;
	head->reserved = 0;
	head->ts_ns = bpf_ktime_get_ns();
	return head;
}

/* size: a constant. NULL: full, counted. Only the head is filled. */
static __always_inline void *record_reserve(enum rec_kind kind, __u32 size, __u8 flags)
{
	return record_reserve_below(kind, size, flags, 0);
}

/* For large records that nothing else depends on: they never take the second half of a ring. */
static __always_inline void *record_reserve_spare(enum rec_kind kind, __u32 size, __u8 flags)
{
	return record_reserve_below(kind, size, flags, config.spare_bytes);
}

/* Wakes the reader only when there is much to read: a wakeup costs more than many records. */
static __always_inline void record_submit(void *record, __u32 size)
{
	struct cpu_account *account = account_here();

	if (!account || account->unread_bytes + size + RECORD_HEADER_BYTES < config.wake_bytes) {
		if (account)
			account->unread_bytes += size + RECORD_HEADER_BYTES;
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
		return;
	}
	account->unread_bytes = 0;
	bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
}

/* Wakes the reader now, for a record that is worth less when it is read late. */
static __always_inline void record_hurry(void *record, __u32 size)
{
	struct cpu_account *account = account_here();
	__u64 now_ns = ((struct rec_head *)record)->ts_ns;

	if (!account || now_ns - account->hurried_ns < HURRY_APART_NS) {
		record_submit(record, size);
		return;
	}
	account->hurried_ns = now_ns;
	account->unread_bytes = 0;
	bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
}

#endif
