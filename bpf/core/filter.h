/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Who is observed. The answer is a mark in the thread's task storage, set once: when the thread is created, when its
 * process becomes one that was asked for by name, or when the snapshot finds it. With config.all the mark still keeps
 * what was told of the thread, but everybody counts as marked.
 */
#ifndef THRACE_BPF_FILTER_H
#define THRACE_BPF_FILTER_H

#include "bpf/core/maps.h"

#define GLOB_STEPS 64 /* a name has 15 characters and a pattern 31: no match backtracks further in practice */

static __always_inline bool is_self(struct task_struct *task)
{
	return (__u32)task->tgid == config.self_pid;
}

/*
 * May who observes see into that process? The rule of ptrace(2) for those without CAP_SYS_PTRACE: all of its user ids
 * are the observer's own.
 */
static __always_inline bool may_see(struct task_struct *task)
{
	const struct cred *cred;

	if (!config.own_only)
		return true;
	cred = task->cred;
	return cred->uid.val == config.own_uid && cred->euid.val == config.own_uid && cred->suid.val == config.own_uid;
}

static __always_inline bool all_wants(struct task_struct *task)
{
	if (!task->pid || is_self(task) || !may_see(task))
		return false;
	return config.kernel_threads || !(task->flags & PF_KTHREAD);
}

/* NULL: it has none. */
static __always_inline struct mark *mark_of(struct task_struct *task)
{
	return bpf_task_storage_get(&marks, task, NULL, 0);
}

static __always_inline bool is_target(struct task_struct *task)
{
	return config.all ? all_wants(task) : mark_of(task) != NULL;
}

/* NULL: no memory. Not for use where the scheduler holds its locks: it may allocate. */
static __always_inline struct mark *mark_task(struct task_struct *task)
{
	struct mark *mark = mark_of(task);

	if (mark)
		return mark;
	mark = bpf_task_storage_get(&marks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mark)
		return NULL;
	mark->tid = task->pid;
	__sync_fetch_and_add(&marked_alive, 1);
	return mark;
}

/* False: it was ended already. Once for each mark, whoever comes first. */
static __always_inline bool mark_end(struct mark *mark)
{
	if (__sync_lock_test_and_set(&mark->ended, 1))
		return false;
	__sync_fetch_and_add(&marked_alive, -1);
	return true;
}

static __always_inline char glob_at(__u32 at)
{
	return config.glob[at & (CONFIG_GLOB_BYTES - 1)];
}

/* '*' is any characters, '?' any one. A '*' that turns out too short is stretched by one and tried again. */
static __noinline int glob_matches(const char name[ABI_NAME_BYTES])
{
	__u32 at = 0, want = 0, star = 0, star_at = 0;
	bool starred = false;

	if (!name)
		return 0;
	for (int i = 0; i < GLOB_STEPS; i++) {
		char have = at < ABI_NAME_BYTES ? name[at & (ABI_NAME_BYTES - 1)] : 0;
		char pattern = want < config.glob_length ? glob_at(want) : 0;

		if (pattern == '*') {
			starred = true;
			star = ++want;
			star_at = at;
		} else if (!have) {
			return !pattern;
		} else if (pattern && (pattern == '?' || pattern == have)) {
			at++;
			want++;
		} else if (starred) {
			want = star;
			at = ++star_at;
		} else {
			return 0;
		}
	}
	return 0;
}

/* Is a process wanted whose leader has that name, or is about to? */
static __always_inline bool name_is_wanted(struct task_struct *leader, const char *comm)
{
	char name[ABI_NAME_BYTES];

	if (!config.glob_length || is_self(leader))
		return false;
	bpf_probe_read_kernel(name, sizeof(name), comm);
	return glob_matches(name);
}

static __always_inline bool is_seed(struct task_struct *task)
{
	__u32 pid = task->tgid;

	return bpf_map_lookup_elem(&seeds, &pid) != NULL;
}

/* Asked for itself, whoever created it? */
static __always_inline bool is_wanted(struct task_struct *task)
{
	if (config.all)
		return all_wants(task);
	return may_see(task) && (is_seed(task) || name_is_wanted(task->group_leader, task->group_leader->comm));
}

/* Created by a target before anybody looked? Parents come before their children in the walk, but where pids wrapped. */
static __always_inline bool is_child_of_target(struct task_struct *task)
{
	struct task_struct *parent = task->real_parent;

	return config.follow && !config.all && !is_self(task) && may_see(task) && parent &&
	       bpf_task_storage_get(&marks, parent, NULL, 0);
}

static __always_inline bool child_is_wanted(struct task_struct *creator, struct task_struct *child)
{
	bool same_process = creator->tgid == child->tgid;

	if (!config.all && (same_process || config.follow) && is_target(creator))
		return true;
	return is_wanted(child);
}

#endif
