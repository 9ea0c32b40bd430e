/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What several subjects tell of a thread: the kernel's own books, its ids in its own pid namespace, its name.
 */
#ifndef THRACE_BPF_BOOKS_H
#define THRACE_BPF_BOOKS_H

#include "bpf/abi/events.h"
#include "bpf/core/kernel.h"

static __always_inline void books_read(struct ev_books *books, struct task_struct *task)
{
	books->running_ns = task->se.sum_exec_runtime;
	books->ready_ns = task->sched_info.run_delay;
	books->voluntary = task->nvcsw;
	books->involuntary = task->nivcsw;
}

/*
 * The helper for `current` does not serve for others: the number of the deepest level is the task's own. The pointer is
 * read as bytes, which makes a number of it: the verifier of 6.1 does not see that what is added to it has a bound.
 */
static __always_inline __u32 own_number(struct task_struct *task)
{
	struct pid *pid = NULL;
	struct upid upid = {};
	__u32 level;

	bpf_probe_read_kernel(&pid, sizeof(pid), &task->thread_pid);
	if (!pid)
		return 0;
	level = BPF_CORE_READ(pid, level);
	if (level >= 32) /* MAX_PID_NS_LEVEL */
		return 0;
	bpf_probe_read_kernel(&upid.nr, sizeof(upid.nr),
			      (void *)pid + bpf_core_field_offset(pid->numbers) +
				      level * bpf_core_type_size(struct upid) + bpf_core_field_offset(upid.nr));
	return upid.nr;
}

static __always_inline void name_read(char to[ABI_NAME_BYTES], const char *from)
{
	bpf_probe_read_kernel(to, ABI_NAME_BYTES, from);
}

#endif
