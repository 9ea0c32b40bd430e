// SPDX-License-Identifier: GPL-2.0-only
/*
 * libthrace's own words (lib/include/thrace/probes.h): each probe that userspace attached comes here, its number as the
 * cookie. A thread's name is told when it is created, by another thread and before it has a tid: it is kept until the
 * thread says that it has started.
 */
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"
/* For libbpf's reading of arguments: which machine, and that struct pt_regs is the kernel's own (core/kernel.h). */
#define __TARGET_ARCH_x86
#define __VMLINUX_H__
#define BPF_USDT_MAX_SPEC_CNT 4096 /* one for each probe of each process: about a hundred processes */
#define BPF_USDT_MAX_IP_CNT 1 /* for kernels before 5.15 only */
#include <bpf/usdt.bpf.h>
#include <thrace/probes.h>

#define NAMES_KEPT 8192 /* the oldest go: of threads that never started, as a rule */
#define ARGUMENTS 4 /* no probe has more */

enum library_probe {
#define X(token, count, arguments) PROBE_##token,
	THRACE_PROBES(X)
#undef X
};

struct name_key {
	__u64 uid;
	__u32 pid;
	__u32 reserved;
};

struct kept_name {
	__u32 tid; /* 0: not started yet */
	__u32 daemon;
	char name[ABI_TEXT_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, NAMES_KEPT);
	__type(key, struct name_key);
	__type(value, struct kept_name);
} names SEC(".maps");

static __always_inline void tell_name(const struct name_key *key, const struct kept_name *kept)
{
	struct ev_thread_name *ev = record_reserve(REC_thread_name, sizeof(*ev), 0);

	if (!ev)
		return;
	ev->tid = kept->tid;
	ev->pid = key->pid;
	ev->uid = key->uid;
	ev->daemon = kept->daemon;
	ev->reserved = 0;
	__builtin_memcpy(ev->name, kept->name, sizeof(ev->name));
	record_submit(ev, sizeof(*ev));
}

/* A new thread, or one that is there and was not created by the library (tid is known then). */
static __always_inline void keep_name(__u64 uid, const void *name, __u32 daemon, __u32 tid, __u32 pid)
{
	struct name_key key = {.uid = uid, .pid = pid};
	struct kept_name kept = {.tid = tid, .daemon = daemon};

	bpf_probe_read_user_str(kept.name, sizeof(kept.name), name);
	bpf_map_update_elem(&names, &key, &kept, BPF_ANY);
	if (tid)
		tell_name(&key, &kept);
}

static __always_inline void note_started(__u64 uid, __u32 tid, __u32 pid)
{
	struct name_key key = {.uid = uid, .pid = pid};
	struct kept_name *kept = bpf_map_lookup_elem(&names, &key);

	if (!kept)
		return;
	kept->tid = tid;
	tell_name(&key, kept);
}

static __always_inline void note_renamed(__u64 uid, const void *name, __u32 pid)
{
	struct name_key key = {.uid = uid, .pid = pid};
	struct kept_name *kept = bpf_map_lookup_elem(&names, &key);

	if (!kept)
		return;
	bpf_probe_read_user_str(kept->name, sizeof(kept->name), name);
	if (kept->tid)
		tell_name(&key, kept);
}

static __always_inline void emit_library(__u32 probe, const __u64 *arguments, __u32 tid, __u32 pid)
{
	struct ev_library *ev = record_reserve(REC_library, sizeof(*ev), 0);

	if (!ev)
		return;
	ev->tid = tid;
	ev->pid = pid;
	ev->probe = probe;
	ev->reserved = 0;
	for (int i = 0; i < 6; i++)
		ev->arg[i] = i < ARGUMENTS ? arguments[i] : 0;
	record_submit(ev, sizeof(*ev));
}

SEC("usdt")
int on_library(struct pt_regs *ctx)
{
	__u64 both = bpf_get_current_pid_tgid(), arguments[ARGUMENTS] = {};
	__u32 probe = (__u32)bpf_usdt_cookie(ctx), tid = (__u32)both, pid = both >> 32;

	if (!is_target(bpf_get_current_task_btf()))
		return 0;
	for (int i = 0; i < ARGUMENTS; i++) {
		long value;

		if (!bpf_usdt_arg(ctx, i, &value))
			arguments[i] = (__u64)value;
	}
	if (probe == PROBE_thread_create)
		keep_name(arguments[0], (void *)arguments[2], arguments[3] != 0, 0, pid);
	else if (probe == PROBE_foreign_attach)
		keep_name(arguments[0], (void *)arguments[2], 2, tid, pid);
	else if (probe == PROBE_thread_started)
		note_started(arguments[0], tid, pid);
	else if (probe == PROBE_thread_rename)
		note_renamed(arguments[0], (void *)arguments[1], pid);
	emit_library(probe, arguments, tid, pid);
	return 0;
}
