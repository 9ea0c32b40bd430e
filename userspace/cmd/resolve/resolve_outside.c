// SPDX-License-Identifier: GPL-2.0-only
/* Waits that another process ends: whoever holds a pipe's other end or a file lock, and children. */
#include <sys/wait.h>
#include "userspace/cmd/resolve/resolve_private.h"
#include "userspace/decode/syscalls.h"
#include "userspace/enrich/holders.h"
#include "userspace/enrich/waiter.h"

static void set_holders(struct ev_wait_resolved *resolved, enum resolved_wait what,
			const struct holders *holders)
{
	resolved->what = what;
	resolved->evidence = RESOLVED_BY_KERNEL;
	resolved->on_tid = resolved->on_pid = holders->pid;
	resolved->holders = holders->count;
	resolved->head.flags |= holders->pid ? RESOLVED_F_PROCESS : 0;
}

static void resolve_pipe(const struct thread *thread, bool reads, struct ev_wait_resolved *resolved)
{
	struct holders holders;

	if (!holders_of_pipe(thread->process->pid, thread->wait.raw.value, reads, &holders))
		set_holders(resolved, RESOLVED_PIPE, &holders);
}

static void resolve_file_lock(const struct thread *thread, struct ev_wait_resolved *resolved)
{
	struct holders holders;

	if (!holders_of_file_lock(thread->process->pid, &holders))
		set_holders(resolved, RESOLVED_FILE_LOCK, &holders);
}

/* Which child a call names: its number, 0 for any of several, or -1 when that is not known. */
static int64_t child_named(const struct thread *thread)
{
	struct waiter_look look;

	if (waiter_look(thread->process->pid, thread->tid, &look) || look.syscall != thread->wait.raw.syscall)
		return -1;
	if (look.syscall == 61) /* wait4: the number, or -1 for any, or a group */
		return (int32_t)look.args[0] > 0 ? (int32_t)look.args[0] : (int32_t)look.args[0] == -1 ? 0 : -1;
	if (look.args[0] == P_ALL)
		return 0;
	return look.args[0] == P_PID ? (int64_t)(uint32_t)look.args[1] : -1;
}

static void resolve_child(const struct thread *thread, struct ev_wait_resolved *resolved)
{
	struct holders holders = {0};
	int64_t child;

	if (thread->wait.on || (thread->ns_tid && thread->ns_tid != thread->tid))
		return; /* known already, or a number of another namespace */
	child = child_named(thread);
	if (child > 0)
		holders = (struct holders){.pid = (uint32_t)child, .count = 1};
	else if (child < 0 || holders_children(thread->process->pid, &holders))
		return;
	set_holders(resolved, RESOLVED_CHILD, &holders);
}

void resolve_outside(const struct model *model, const struct thread *thread,
		     struct ev_wait_resolved *resolved)
{
	(void)model;
	switch (syscall_info(thread->wait.raw.syscall)->call) {
	case CALL_READ:
		resolve_pipe(thread, true, resolved);
		break;
	case CALL_WRITE:
		resolve_pipe(thread, false, resolved);
		break;
	case CALL_LOCK_FILE:
		resolve_file_lock(thread, resolved);
		break;
	case CALL_CHILD:
		resolve_child(thread, resolved);
		break;
	default:
		break;
	}
}
