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

/*
 * What a thread tells now. Not on the stack: the kernel lets these programs be preempted by one another, and since 6.13
 * (7d1cd70d4b16 "bpf, x86: Support private stack in jit") a program that takes 64 bytes of stack or more
 * may have one stack for a CPU, not for a thread.
 */
struct words {
	__u64 arguments[LIBRARY_ARGUMENTS];
	struct name_key thread; /* whom it tells of, where it tells of a name */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct words);
} words SEC(".maps");

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
static __always_inline void keep_name(const struct name_key *key, __u64 name, __u32 daemon, __u32 tid)
{
	static const struct kept_name nobody = {};
	struct kept_name *kept;

	bpf_map_update_elem(&names, key, &nobody, BPF_ANY);
	kept = bpf_map_lookup_elem(&names, key);
	if (!kept)
		return;
	kept->tid = tid;
	kept->daemon = daemon;
	bpf_probe_read_user_str(kept->name, sizeof(kept->name), (void *)name);
	if (tid)
		tell_name(key, kept);
}

static __always_inline void note_started(const struct name_key *key, __u32 tid)
{
	struct kept_name *kept = bpf_map_lookup_elem(&names, key);

	if (!kept)
		return;
	kept->tid = tid;
	tell_name(key, kept);
}

static __always_inline void note_renamed(const struct name_key *key, __u64 name)
{
	struct kept_name *kept = bpf_map_lookup_elem(&names, key);

	if (!kept)
		return;
	bpf_probe_read_user_str(kept->name, sizeof(kept->name), (void *)name);
	if (kept->tid)
		tell_name(key, kept);
}

/* Not inlined: a frame of its own, for what the stack may take is counted by function. */
static __noinline int note_name(__u32 probe, struct words *told)
{
	__u64 both = bpf_get_current_pid_tgid(), *arguments = told->arguments;
	__u32 tid = (__u32)both;

	told->thread = (struct name_key){.uid = arguments[0], .pid = both >> 32};
	if (probe == PROBE_thread_create)
		keep_name(&told->thread, arguments[2], arguments[3] != 0, 0);
	else if (probe == PROBE_foreign_attach)
		keep_name(&told->thread, arguments[2], 2, tid);
	else if (probe == PROBE_thread_started)
		note_started(&told->thread, tid);
	else if (probe == PROBE_thread_rename)
		note_renamed(&told->thread, arguments[1]);
	return 0;
}

/* argument: in a map, not on the stack. */
static __always_inline void argument_read(__u64 *argument, void *ctx, const struct library_argument *where)
{
	__u32 shift = 64 - 8 * (where->bytes & 15);

	*argument = where->value;
	if (where->kind == LIBRARY_REGISTER || where->kind == LIBRARY_MEMORY)
		bpf_probe_read_kernel(argument, sizeof(*argument), ctx + (where->reg & 255));
	if (where->kind == LIBRARY_MEMORY &&
	    bpf_probe_read_user(argument, sizeof(*argument), (void *)(*argument + where->value)))
		*argument = 0;
	if (shift >= 64)
		return;
	*argument <<= shift;
	if (where->sign_extend)
		*argument = (__s64)*argument >> shift;
	else
		*argument >>= shift;
}

static __always_inline void tell(__u32 probe, const __u64 *arguments)
{
	struct ev_library *ev = record_reserve(REC_library, sizeof(*ev), 0);
	__u64 both = bpf_get_current_pid_tgid();

	if (!ev)
		return;
	ev->tid = (__u32)both;
	ev->pid = both >> 32;
	ev->probe = probe;
	ev->reserved = 0;
	for (int i = 0; i < 6; i++)
		ev->arg[i] = i < LIBRARY_ARGUMENTS ? arguments[i] : 0;
	record_submit(ev, sizeof(*ev));
}

SEC("uprobe")
int on_library(void *ctx)
{
	__u32 index = (__u32)bpf_get_attach_cookie(ctx);
	struct library_site *site = bpf_map_lookup_elem(&sites, &index);
	struct task_struct *task = bpf_get_current_task_btf();
	struct words *told;

	if (!site || !is_target(task) || !may_see(task))
		return 0;
	told = bpf_task_storage_get(&words, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!told) {
		record_lost(REC_library);
		return 0;
	}
	for (int i = 0; i < LIBRARY_ARGUMENTS; i++)
		argument_read(&told->arguments[i], ctx, &site->arguments[i]);
	note_name(site->probe, told);
	tell(site->probe, told->arguments);
	return 0;
}
