/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A thread's number is its own until another thread than its process's leader calls exec: then those two exchange theirs
 * (exchange_tids() in kernel/pid.c, since 5.8, 6b03d1304a32). The leader has exited by then but may still be on its way
 * off a CPU; the other has yet to become the new program. No tracepoint tells of it, so whichever of them is seen next
 * tells, before anything else is told of it by its new number.
 */
#ifndef THRACE_BPF_NUMBER_H
#define THRACE_BPF_NUMBER_H

#include "bpf/core/compat.h"
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"

static __noinline int number_compare(struct task_struct *task)
{
	struct cpu_account *account = account_here();
	struct mark *mark = mark_of(task);
	struct ev_task_renumber *ev;
	__u32 tid = task->pid;

	if (!mark || mark->tid == tid)
		return 0;
	/* Is it the one that runs here? It came by its old number. */
	if (account && account->running == 1 + mark->tid)
		account->running = 1 + tid;
	ev = record_reserve(REC_task_renumber, sizeof(*ev), 0);
	if (!ev)
		return 0;
	ev->tid = tid;
	ev->pid = task->tgid;
	ev->old_tid = mark->tid;
	ev->reserved = 0;
	mark->tid = tid;
	record_submit(ev, sizeof(*ev));
	return 0;
}

/* Only one that is in exec or has exited can have another number than it had. */
static __always_inline void number_tell(struct task_struct *task)
{
	if (task->exit_state || may_be_in_exec(task))
		number_compare(task);
}

#endif
