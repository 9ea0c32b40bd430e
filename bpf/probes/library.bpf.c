// SPDX-License-Identifier: GPL-2.0-only
/*
 * libthrace's own words (lib/include/thrace/probes.h): each probe that userspace attached comes here, its number as the
 * cookie. A thread's name is told when it is created, by another thread and before it has a tid: it is kept until the
 * thread says that it has started.
 */
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"
#include <thrace/probes.h>

#define NAMES_KEPT 8192 /* the oldest go: of threads that never started, as a rule */

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

/* By the cookie of a probe that was attached. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LIBRARY_PROCESSES * LIBRARY_PROBES);
	__type(key, __u32);
	__type(value, struct library_site);
} sites SEC(".maps");

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
		ev->arg[i] = i < LIBRARY_ARGUMENTS ? arguments[i] : 0;
	record_submit(ev, sizeof(*ev));
}

static __always_inline __u64 argument_read(void *ctx, const struct library_argument *where)
{
	__u64 value = where->value;
	__u32 shift = 64 - 8 * (where->bytes & 15);

	if (where->kind == LIBRARY_REGISTER || where->kind == LIBRARY_MEMORY)
		bpf_probe_read_kernel(&value, sizeof(value), ctx + (where->reg & 255));
	if (where->kind == LIBRARY_MEMORY) {
		__u64 from = value + where->value;

		value = 0;
		bpf_probe_read_user(&value, sizeof(value), (void *)from);
	}
	if (shift >= 64)
		return value;
	value <<= shift;
	return where->sign_extend ? (__u64)((__s64)value >> shift) : value >> shift;
}

SEC("uprobe")
int on_library(void *ctx)
{
	__u64 both = bpf_get_current_pid_tgid(), arguments[LIBRARY_ARGUMENTS] = {};
	__u32 index = (__u32)bpf_get_attach_cookie(ctx), tid = (__u32)both, pid = both >> 32;
	struct library_site *site = bpf_map_lookup_elem(&sites, &index);
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 probe;

	if (!site || !is_target(task) || !may_see(task))
		return 0;
	probe = site->probe;
	for (int i = 0; i < LIBRARY_ARGUMENTS; i++)
		arguments[i] = argument_read(ctx, &site->arguments[i]);
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
