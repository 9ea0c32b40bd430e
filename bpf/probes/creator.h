/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where a creator stands in its program. The kernel cannot unwind a stack without frame pointers, so its top is copied
 * as it is, with the registers that belong to it; who reads the ring unwinds (userspace/enrich/stack.h).
 */
#ifndef THRACE_BPF_CREATOR_H
#define THRACE_BPF_CREATOR_H

#include "bpf/core/compat.h"
#include "bpf/core/emit.h"
#include "bpf/core/filter.h"

#define STACK_STEP_BYTES 256

/* NULL: it did not create by a 64-bit system call of its own, as the kernel's threads and io_uring's workers. */
static __always_inline struct pt_regs *creator_registers(struct task_struct *creator)
{
	struct pt_regs *regs;

	if (!BPF_CORE_READ(creator, mm) || creator->flags & (PF_KTHREAD | PF_IO_WORKER) || creator->thread_info.status & TS_COMPAT)
		return NULL;
	regs = (struct pt_regs *)bpf_task_pt_regs(creator);
	switch (regs->orig_ax) {
	case SYSCALL_CLONE:
	case SYSCALL_FORK:
	case SYSCALL_VFORK:
	case SYSCALL_CLONE3:
		return regs;
	default:
		return NULL;
	}
}

/* At once as a rule. A stack may end before that, or not be in memory further up: then step by step. */
static __always_inline __u32 stack_read(__u8 stack[ABI_STACK_BYTES], __u64 sp)
{
	if (!bpf_probe_read_user(stack, ABI_STACK_BYTES, (void *)sp))
		return ABI_STACK_BYTES;
#pragma unroll
	for (__u32 bytes = 0; bytes < ABI_STACK_BYTES; bytes += STACK_STEP_BYTES)
		if (bpf_probe_read_user(stack + bytes, STACK_STEP_BYTES, (void *)(sp + bytes)))
			return bytes;
	return ABI_STACK_BYTES;
}

/* A program's files can be looked at as long as it lives, which may be short: its first creation is told at once. */
static __always_inline bool is_first_creation(struct task_struct *creator)
{
	struct mark *mark = mark_of(creator);

	if (!mark)
		return true;
	if (mark->creator)
		return false;
	mark->creator = true;
	return true;
}

/* creator: `current`. */
static __always_inline void creator_tell(struct task_struct *creator, struct task_struct *task)
{
	struct ev_creator_stack *ev;
	struct pt_regs *regs;

	if (!config.creator_stacks || !may_see(creator) || is_self(creator))
		return;
	regs = creator_registers(creator);
	if (!regs)
		return;
	ev = record_reserve_spare(REC_creator_stack, sizeof(*ev), 0);
	if (!ev)
		return;
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->creator_tid = creator->pid;
	ev->creator_pid = creator->tgid;
	ev->start_ns = task->start_time;
	ev->ip = regs->ip;
	ev->sp = regs->sp;
	ev->bp = regs->bp;
	ev->bx = regs->bx;
	ev->di = regs->di;
	ev->r12 = regs->r12;
	ev->r13 = regs->r13;
	ev->r14 = regs->r14;
	ev->r15 = regs->r15;
	ev->stack_bytes = stack_read(ev->stack, regs->sp);
	ev->reserved = 0;
	if (is_first_creation(creator))
		record_hurry(ev, sizeof(*ev));
	else
		record_submit(ev, sizeof(*ev));
}

#endif
