// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread's life: created, renamed, its program replaced, its exit.
 *
 * Since 7.0 a probe here can be preempted, and while it is, the kernel passes over the same probe on that CPU
 * (__bpf_trace_run() in kernel/trace/bpf_trace.c). What cannot be made up for, a creation and an exit, has two probes one
 * behind the other: the second tells what the first was not asked for. Where no probe is preempted it is not loaded.
 */
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"
#include "bpf/core/compat.h"
#include "bpf/probes/books.h"
#include "bpf/probes/creator.h"
#include "bpf/probes/number.h"

/* Was it told? Then it bears a mark; so it does when its record was lost, which was counted then. */
static __always_inline int newtask(__u64 *ctx, __u64 *caught)
{
	struct task_struct *task = (void *)ctx[0], *creator = bpf_get_current_task_btf();
	struct ev_task_newtask *ev;
	struct mark *mark;

	if ((caught && mark_of(task)) || !child_is_wanted(creator, task))
		return 0;
	if (caught)
		__sync_fetch_and_add(caught, 1);
	mark = mark_task(task);
	if (!mark) {
		record_lost(REC_task_newtask);
		return 0;
	}
	mark->clear_tid_address = may_see(task) ? (__u64)task->clear_child_tid : 0;
	ev = record_reserve(REC_task_newtask, sizeof(*ev), 0);
	if (!ev)
		return 0;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->creator_tid = creator->pid;
	ev->creator_pid = creator->tgid;
	ev->clone_flags = ctx[1];
	ev->clear_tid_address = mark->clear_tid_address;
	ev->ns_tid = own_number(task);
	ev->ns_pid = own_number(BPF_CORE_READ(task, group_leader));
	ev->start_ns = task->start_time;
	name_read(ev->name, task->comm);
	record_submit(ev, sizeof(*ev));
	creator_tell(creator, task);
	return 0;
}

SEC("tp_btf/task_newtask")
int on_task_newtask(__u64 *ctx)
{
	return newtask(ctx, NULL);
}

SEC("tp_btf/task_newtask")
int on_task_newtask_second(__u64 *ctx)
{
	return newtask(ctx, &caught_newtask);
}

/* An exec gives a new name, too; it is told by a record of its own. */
static __always_inline bool in_exec(struct task_struct *task)
{
	long number = (long)((struct pt_regs *)bpf_task_pt_regs(task))->orig_ax;

	return task == bpf_get_current_task_btf() && (number == SYSCALL_EXECVE || number == SYSCALL_EXECVEAT);
}

/* By its leader's new name a process may become one that was asked for; its other threads are not at hand here. */
static __always_inline bool becomes_wanted(struct task_struct *task, const char *name)
{
	return !config.all && task->pid == task->tgid && !in_exec(task) && may_see(task) && name_is_wanted(task, name);
}

/* Fires before the name changes: the new one is the second argument. */
SEC("tp_btf/task_rename")
int on_task_rename(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct ev_task_rename *ev;
	__u8 flags = 0;

	if (is_target(task))
		number_tell(task);
	else if (becomes_wanted(task, (const char *)ctx[1]))
		flags = RENAME_F_WANTED;
	else
		return 0;
	ev = record_reserve(REC_task_rename, sizeof(*ev), flags);
	if (!ev)
		return 0;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	name_read(ev->name, (const char *)ctx[1]);
	record_submit(ev, sizeof(*ev));
	return 0;
}

/* The thread that calls exec has its process's number from now on: it came to this CPU with another. */
static __always_inline void renumber_running(struct task_struct *task)
{
	struct cpu_account *account = account_here();

	if (account && account->running)
		account->running = 1 + task->pid;
}

/* By its new name a process may become one that was asked for. */
SEC("tp_btf/sched_process_exec")
int on_sched_process_exec(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct ev_sched_process_exec *ev;
	struct mark *mark;

	if (!is_target(task)) {
		if (config.all || !name_is_wanted(task, task->comm))
			return 0;
		if (!mark_task(task)) {
			record_lost(REC_sched_process_exec);
			return 0;
		}
	}
	number_compare(task);
	renumber_running(task);
	mark = mark_of(task);
	if (mark) {
		mark->clear_tid_address = 0;
		mark->creator = false;
	}
	ev = record_reserve(REC_sched_process_exec, sizeof(*ev), 0);
	if (!ev)
		return 0;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->old_tid = (__u32)ctx[1];
	ev->reserved = 0;
	books_read(&ev->books, task);
	name_read(ev->name, task->comm);
	record_submit(ev, sizeof(*ev));
	return 0;
}

static __always_inline __u8 exit_flags(struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal); /* rare enough to be read as bytes: kernel.h */
	long number = (long)((struct pt_regs *)bpf_task_pt_regs(task))->orig_ax;
	bool user = BPF_CORE_READ(task, mm) || !(task->flags & PF_KTHREAD);
	__u8 flags = 0;

	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		flags |= EXIT_F_GROUP | EXIT_F_PROCESS_CODE;
	if (process_in_exec(signal))
		flags |= EXIT_F_EXEC;
	if (!BPF_CORE_READ(signal, live.counter))
		flags |= EXIT_F_LAST;
	if (user && (number == SYSCALL_EXIT || number == SYSCALL_EXIT_GROUP))
		flags |= EXIT_F_OWN;
	if (user && number == SYSCALL_EXIT_GROUP)
		flags |= EXIT_F_GROUP_CALL;
	return flags;
}

static __always_inline int process_exit(__u64 *ctx, __u64 *caught)
{
	struct task_struct *task = (void *)ctx[0];
	struct mark *mark = mark_of(task);
	struct ev_sched_process_exit *ev;

	if (!is_target(task) || (mark ? !mark_end(mark) : caught != NULL))
		return 0;
	if (caught)
		__sync_fetch_and_add(caught, 1);
	number_compare(task);
	ev = record_reserve(REC_sched_process_exit, sizeof(*ev), exit_flags(task));
	if (!ev)
		return 0;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->exit_code = task->exit_code;
	ev->process_code = BPF_CORE_READ(task, signal, group_exit_code);
	books_read(&ev->books, task);
	record_submit(ev, sizeof(*ev));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_sched_process_exit(__u64 *ctx)
{
	return process_exit(ctx, NULL);
}

SEC("tp_btf/sched_process_exit")
int on_sched_process_exit_second(__u64 *ctx)
{
	return process_exit(ctx, &caught_exit);
}
