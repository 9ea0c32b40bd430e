/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What differs from kernel to kernel, each difference behind one function, with the commit that made it.
 */
#ifndef THRACE_BPF_COMPAT_H
#define THRACE_BPF_COMPAT_H

#include "bpf/core/kernel.h"

static __always_inline __u32 task_state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return (__u32)BPF_CORE_READ((struct task_struct___before_5_14 *)task, state);
}

/*
 * prev's state is the last argument since 5.18 (9c2136be0878); before that it stands in prev, not yet changed. The
 * kernel's BTF has a type of this name for the tracepoint's function: the same shape, or another number of arguments.
 */
typedef void (*btf_trace_sched_switch)(void *, bool, struct task_struct *, struct task_struct *, unsigned int);

static __always_inline __u32 switch_prev_state(__u64 *ctx, struct task_struct *prev)
{
	if (bpf_core_type_exists(btf_trace_sched_switch))
		return (__u32)ctx[3];
	return task_state_of(prev);
}

/* The thread of the process that is in exec and waits for the others to end. */
static __always_inline bool process_in_exec(struct signal_struct *signal)
{
	if (bpf_core_field_exists(signal->group_exec_task))
		return BPF_CORE_READ(signal, group_exec_task) != NULL;
	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return false;
	return BPF_CORE_READ((struct signal_struct___before_5_16 *)signal, group_exit_task) != NULL;
}

#define MAX_RT_PRIO 100 /* below it stand those who run in real time */

/*
 * How long it has been on its CPU since it came there last, as the scheduler keeps it. Only the fair class notes when one
 * comes (set_next_entity() in kernel/sched/fair.c); of the others it is not known: false.
 */
static __always_inline bool slice_of(struct task_struct *task, __u64 *slice_ns)
{
	*slice_ns = task->se.sum_exec_runtime - task->se.prev_sum_exec_runtime;
	return task->prio >= MAX_RT_PRIO;
}

/* False positives are harmless: who asks looks closer. */
static __always_inline bool may_be_in_exec(struct task_struct *task)
{
	if (bpf_core_field_exists(task->in_execve))
		return BPF_CORE_READ_BITFIELD(task, in_execve);
	return task->pid == task->tgid;
}

/* Blocked, but left in the queue for a while: since 6.12 (152e11f6df29). */
static __always_inline bool dequeue_delayed(struct task_struct *task)
{
	return bpf_core_field_exists(task->se.sched_delayed) && task->se.sched_delayed;
}

/* In the queue for a CPU, as one that could run. */
static __always_inline bool is_queued(struct task_struct *task)
{
	return task->on_rq && !dequeue_delayed(task);
}

/*
 * Does the present thread do this, or an interrupt that borrowed its CPU? The kernel keeps the answer in preempt_count,
 * a per-CPU variable that BPF finds by name only where the kernel was built with all its symbols (KALLSYMS_ALL). The
 * stack tells everywhere: on x86-64 an interrupt of kernel code, and every soft interrupt, runs on a stack of the CPU's
 * own (arch/x86/include/asm/irq_stack.h); one of user code runs on the thread's, above user registers that say that no
 * system call is under way (orig_ax is negative).
 *
 * PREEMPT_RT lets threads serve the soft interrupts, timers among them: whichever thread is about to allow them again, or
 * one that is there for nothing else. Each thread counts there what preempt_count counts elsewhere.
 *
 * So a thread that wakes another while it serves a page fault of its own (userfaultfd's, a file system's) passes for an
 * interrupt: both stand above user registers, on the thread's stack, with the same orig_ax, and nothing that BPF can
 * read without a symbol tells the two apart. A waker too few is better than one that was not.
 *
 * A thread that is on its way out may have been sent there from an interrupt of its code, but what it does then on its own
 * stack is its own doing.
 *
 * The caller's own variables must stay below 64 bytes: with more, newer kernels (6.13, 7d1cd70d4b16) give a program a
 * private stack.
 */
static __always_inline bool in_interrupt(struct task_struct *current)
{
	unsigned long on_stack;

	if (bpf_core_field_exists(current->softirq_disable_cnt) && current->softirq_disable_cnt & SOFTIRQ_SERVED)
		return true;
	/* A difference of two pointers is a number to the verifier; the pointer to the stack alone is not. */
	asm volatile("%0 = r10\n%0 -= %1" : "=&r"(on_stack) : "r"(current));
	on_stack += bpf_get_current_task();
	if (on_stack - (unsigned long)current->stack >= THREAD_SIZE)
		return true;
	if (!current->mm || current->flags & PF_EXITING)
		return false;
	return (long)((struct pt_regs *)bpf_task_pt_regs(current))->orig_ax < 0;
}

#endif
