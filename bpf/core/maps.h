/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the probes share: the configuration and the maps. Defined once, in maps.bpf.c.
 */
#ifndef THRACE_BPF_MAPS_H
#define THRACE_BPF_MAPS_H

#include "bpf/abi/config.h"
#include "bpf/core/kernel.h"

/* A thread's mark, in its task storage: it is observed. */
struct mark {
	__u64 clear_tid_address; /* as it was told last */
	__u32 ended; /* what it had to say is said: it counts as alive no more */
	__u32 tid; /* as it was told last: an exec may give it another */
	bool creator; /* it has created a thread or process, as the program that it is */
};

/* One CPU's own account. */
struct cpu_account {
	__u64 lost[REC_KIND_END]; /* records that found the ring full, by kind */
	__u32 unread_bytes; /* since the reader was last woken from this CPU */
	__u32 running; /* 1 + the tid that the last switch seen here led to; 0: none was seen yet */
	__u64 hurried_ns; /* when a record was last hurried from here */
};

struct ring_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct rings_map {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, CONFIG_RINGS_MAX);
	__type(key, __u32);
	__array(values, struct ring_map);
};

struct marks_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mark);
};

/* Processes asked for by number. Emptied once the threads that were there are marked, so that no number that the
 * kernel uses again can bring a stranger in. */
struct seeds_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CONFIG_PIDS_MAX);
	__type(key, __u32);
	__type(value, __u8);
};

struct accounts_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_account);
};

extern const volatile struct thrace_config config;
extern __u64 caught_newtask, caught_exit; /* told by the second probe of the two */
extern __u64 marked_alive; /* marked threads that have not ended */
extern struct rings_map rings SEC(".maps");
extern struct marks_map marks SEC(".maps");
extern struct seeds_map seeds SEC(".maps");
extern struct accounts_map accounts SEC(".maps");

static __always_inline struct cpu_account *account_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&accounts, &zero);
}

#endif
