/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The slice of the kernel's types that the probes touch, kept by hand: each field is found at load time by its name in
 * the running kernel's BTF (CO-RE), so neither order nor completeness matters, and no generated vmlinux.h is needed.
 *
 * A pointer to a struct that is loaded straight through a trusted one costs 0.7 ms at loading: the verifier (since 6.2)
 * walks all of the kernel's types three times to know what it may be trusted with. What is off the hot path, or only
 * compared with NULL, is read as bytes instead (BPF_CORE_READ).
 */
#ifndef THRACE_BPF_KERNEL_H
#define THRACE_BPF_KERNEL_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct super_block {
	unsigned long s_magic;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct file {
	struct inode *f_inode;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct cred {
	struct {
		unsigned int val;
	} uid, suid, euid; /* kuid_t */
};

struct upid {
	int nr;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct signal_struct {
	struct {
		int counter;
	} live; /* atomic_t: threads that have not begun to exit */
	unsigned int flags;
	int group_exit_code;
	struct task_struct *group_exec_task;
};

/* Before 5.16 (60700e38fb68, "signal: Replace task_struct of group_exit_task"). */
struct signal_struct___before_5_16 {
	struct task_struct *group_exit_task;
};

struct sched_info {
	unsigned long long run_delay;
	unsigned long long last_arrival;
};

struct sched_entity {
	__u64 sum_exec_runtime;
	__u64 prev_sum_exec_runtime;
	unsigned char sched_delayed; /* since 6.12 (152e11f6df29, "sched/fair: Implement delayed dequeue") */
};

struct thread_struct {
	unsigned long fsbase, gsbase;
};

struct thread_info {
	unsigned int status;
};

struct mm_struct;
struct fs_struct;
struct sighand_struct;

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	void *stack;
	unsigned int flags;
	int prio;
	unsigned int on_cpu, on_rq; /* one byte each in 7.x: a load is only made narrower where it is unsigned */
	struct sched_entity se;
	struct sched_info sched_info;
	struct mm_struct *mm;
	int exit_state;
	int exit_code;
	unsigned int in_execve : 1;
	unsigned int in_iowait : 1;
	unsigned int softirq_disable_cnt; /* on PREEMPT_RT */
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	int *clear_child_tid;
	unsigned long nvcsw;
	unsigned long nivcsw;
	__u64 start_time;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct thread_struct thread;
};

/* Before 5.14 (2f064a59a11f, "sched: Change task_struct::state"). */
struct task_struct___before_5_14 {
	long state;
};

#pragma clang attribute pop

/*
 * These never move: the first is what ptrace(2) and signal handlers see, the others are the interface of iterators. Not to
 * look for them by name when loading saves the time of that: each type that is looked for is a walk over all types.
 */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

struct linux_binprm;
struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#define PF_EXITING 0x00000004
#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define SOFTIRQ_SERVED 0x100 /* in softirq_disable_cnt */
#define TS_COMPAT 0x0002
#define THREAD_SIZE 16384

#define SYSCALL_CLONE 56
#define SYSCALL_FORK 57
#define SYSCALL_VFORK 58
#define SYSCALL_EXECVE 59
#define SYSCALL_EXIT 60
#define SYSCALL_EXIT_GROUP 231
#define SYSCALL_EXECVEAT 322
#define SYSCALL_CLONE3 435

#endif
