/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a thread that goes to sleep waits for, read from the registers that it entered the kernel with. No probe on any
 * system call is needed, and a thread that does not block costs nothing.
 */
#ifndef THRACE_BPF_WAIT_H
#define THRACE_BPF_WAIT_H

#include "bpf/abi/events.h"
#include "bpf/core/compat.h"
#include "bpf/core/filter.h"

#define FUTEX_COMMAND 0x7f /* without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME */
#define FUTEX_WAIT 0
#define FUTEX_LOCK_PI 6
#define FUTEX_LOCK_PI2 13
#define MUTEX_OWNER_OFFSET 8 /* glibc, x86-64: int lock, unsigned count, int owner */

/*
 * The owner's word. A PI lock has it in the futex word itself, a glibc mutex behind its lock and count. Whoever sleeps
 * here is `current`, so the address is its own.
 */
static __always_inline void owner_read(struct ev_wait *wait)
{
	__u32 command = wait->op & FUTEX_COMMAND;
	__u64 at = wait->address;

	if (command == FUTEX_WAIT)
		at += MUTEX_OWNER_OFFSET;
	else if (command != FUTEX_LOCK_PI && command != FUTEX_LOCK_PI2)
		return;
	if (!bpf_probe_read_user(&wait->owner, sizeof(wait->owner), (void *)at))
		wait->flags |= WAIT_F_OWNER;
}

static __always_inline void file_read(struct ev_wait *wait, struct task_struct *task)
{
	struct files_struct *files = task->files;
	struct file *file = NULL;
	struct inode *inode;
	struct file **slots;

	if (!files || wait->value >= files->fdt->max_fds)
		return;
	slots = files->fdt->fd;
	bpf_probe_read_kernel(&file, sizeof(file), slots + wait->value);
	inode = BPF_CORE_READ(file, f_inode);
	if (!inode)
		return;
	wait->op = BPF_CORE_READ(inode, i_mode);
	wait->detail = BPF_CORE_READ(inode, i_ino);
	wait->owner = (__u32)BPF_CORE_READ(inode, i_sb, s_magic);
	wait->flags |= WAIT_F_FILE;
}

static __always_inline void syscall_read(struct ev_wait *wait, struct task_struct *task, struct pt_regs *regs,
					 bool own_memory)
{
	wait->address = regs->di;
	switch (wait->class) {
	case WAIT_CLASS_FUTEX:
		wait->op = regs->si;
		wait->value = regs->dx;
		if (regs->r10)
			wait->flags |= WAIT_F_TIMED;
		if (own_memory)
			owner_read(wait);
		break;
	case WAIT_CLASS_FD:
		wait->value = regs->di;
		file_read(wait, task);
		break;
	case WAIT_CLASS_CLOCK_SLEEP:
		wait->value = regs->di;
		wait->op = regs->si;
		break;
	case WAIT_CLASS_POLL:
		wait->value = regs->si;
		break;
	case WAIT_CLASS_CHILD:
		wait->value = regs->di;
		break;
	}
}

/* own_memory: task is `current`, its memory can be read. Fills all of *wait. */
static __always_inline void wait_read(struct ev_wait *wait, struct task_struct *task, bool user, bool own_memory)
{
	struct pt_regs *regs;
	long number;

	__builtin_memset(wait, 0, sizeof(*wait));
	wait->syscall = -1;
	wait->class = WAIT_CLASS_KERNEL;
	if (BPF_CORE_READ_BITFIELD(task, in_iowait))
		wait->flags |= WAIT_F_IO;
	/* A set-user-id program that an observed one has become: that it sleeps anybody may know, not what it does. */
	if (!may_see(task)) {
		wait->class = WAIT_CLASS_UNSEEN;
		return;
	}
	/* Workers of io_uring and vhost have the process's memory but no registers of its. */
	if (!user || task->flags & (PF_KTHREAD | PF_IO_WORKER))
		return;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	number = (long)regs->orig_ax;
	if (number < 0 || number >= 0x8000) { /* negative: an exception or an interrupt */
		wait->class = WAIT_CLASS_FAULT;
		return;
	}
	wait->syscall = number;
	if (task->thread_info.status & TS_COMPAT) {
		wait->class = WAIT_CLASS_COMPAT;
		return;
	}
	wait->class = number < CONFIG_SYSCALLS ? config.wait_class[number & (CONFIG_SYSCALLS - 1)] : WAIT_CLASS_OTHER;
	syscall_read(wait, task, regs, own_memory);
}

#endif
