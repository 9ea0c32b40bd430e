/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a wait is, from what the kernel side read of the sleeping thread, and on whom, where that is proven.
 */
#include "userspace/model/private.h"

#include <sys/stat.h>
#include "userspace/decode/syscalls.h"

/* include/uapi/linux/futex.h */
#define FUTEX_COMMAND 0x7f /* without the private and clock bits */
#define FUTEX_WAIT 0
#define FUTEX_LOCK_PI 6
#define FUTEX_WAIT_BITSET 9
#define FUTEX_LOCK_PI2 13
#define FUTEX_WAITERS 0x80000000u
#define FUTEX_TID_MASK 0x3fffffffu

#define SYSCALL_WAIT4 61

static const enum wait_kind call_kinds[] = {
	[CALL_OTHER] = WAIT_SYSCALL,   [CALL_FUTEX] = WAIT_FUTEX,     [CALL_SLEEP] = WAIT_SLEEP,
	[CALL_POLL] = WAIT_POLL,       [CALL_READ] = WAIT_READ,	      [CALL_WRITE] = WAIT_WRITE,
	[CALL_ACCEPT] = WAIT_ACCEPT,   [CALL_CONNECT] = WAIT_CONNECT, [CALL_RECV] = WAIT_RECV,
	[CALL_SEND] = WAIT_SEND,       [CALL_LOCK_FILE] = WAIT_FILE_LOCK, [CALL_CHILD] = WAIT_CHILD,
	[CALL_SIGNAL] = WAIT_SIGNAL,   [CALL_IPC] = WAIT_IPC,	      [CALL_URING] = WAIT_IO_URING,
	[CALL_VFORK] = WAIT_VFORK,
};

static void wait_is(struct wait *wait, enum wait_kind kind, enum evidence evidence, const struct thread *on)
{
	wait->kind = kind;
	wait->evidence = evidence;
	wait->on = on;
}

/*
 * A mutex that tells its owner: glibc's plain mutex waits for the value 2 and has its owner's tid two words further;
 * robust and many other mutexes follow the kernel's own format, the owner's tid in the word itself.
 */
static const struct thread *mutex_owner(const struct model *model, const struct thread *thread,
					const struct ev_wait *raw)
{
	const struct thread *owner;

	if (raw->value == 2 && raw->flags & WAIT_F_OWNER)
		return edges_by_tid(model, thread, raw->owner);
	if (!(raw->value & FUTEX_WAITERS))
		return NULL;
	owner = edges_by_tid(model, thread, raw->value & FUTEX_TID_MASK);
	return owner != thread ? owner : NULL;
}

/*
 * Waiting on the word that the kernel clears at another thread's end is a join on it. Not so when the waiter's own end
 * clears the same word: then it is a lock (musl's thread list), and its holder stands in its value.
 */
static const struct thread *joined_thread(const struct thread *thread, const struct ev_wait *raw)
{
	const struct thread *on = edges_by_address(thread, raw->address);

	return on && on != thread && thread->clear_tid_address != raw->address ? on : NULL;
}

static void classify_futex(struct wait *wait, const struct model *model, const struct thread *thread)
{
	const struct ev_wait *raw = &wait->raw;
	unsigned int command = raw->op & FUTEX_COMMAND;
	const struct thread *on;

	wait_is(wait, WAIT_FUTEX, EVIDENCE_UNKNOWN, NULL);
	if (raw->class != WAIT_CLASS_FUTEX)
		return;
	if (command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2) {
		on = raw->flags & WAIT_F_OWNER ? edges_by_tid(model, thread, raw->owner & FUTEX_TID_MASK) : NULL;
		wait_is(wait, WAIT_PI_MUTEX, on ? EVIDENCE_MEMORY : EVIDENCE_KERNEL, on);
		return;
	}
	if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET)
		return;
	on = joined_thread(thread, raw);
	if (on) {
		wait_is(wait, WAIT_JOIN, EVIDENCE_KERNEL, on);
		return;
	}
	on = command == FUTEX_WAIT ? mutex_owner(model, thread, raw) : NULL;
	if (on)
		wait_is(wait, WAIT_MUTEX, EVIDENCE_MEMORY, on);
}

/* wait4 names its child by pid; waitid's first argument does not. */
static const struct thread *named_child(const struct model *model, const struct thread *thread,
					const struct ev_wait *raw)
{
	const struct process *child;

	if (raw->class != WAIT_CLASS_CHILD || raw->syscall != SYSCALL_WAIT4 || (int32_t)raw->value <= 0)
		return NULL;
	if (thread->ns_tid && thread->ns_tid != thread->tid)
		return NULL; /* the number is of another pid namespace */
	child = model_process(model, raw->value);
	return child && child->parent == thread->process ? child->leader : NULL;
}

static enum wait_kind file_kind(enum wait_kind kind, const struct ev_wait *raw)
{
	if (!(raw->flags & WAIT_F_FILE) || (kind != WAIT_READ && kind != WAIT_WRITE))
		return kind;
	if (S_ISFIFO(raw->op))
		return WAIT_PIPE;
	if (S_ISSOCK(raw->op))
		return kind == WAIT_READ ? WAIT_RECV : WAIT_SEND;
	return kind;
}

static void classify_call(struct wait *wait, const struct model *model, const struct thread *thread)
{
	enum blocking_call call = syscall_info(wait->raw.syscall)->call;
	enum wait_kind kind = file_kind(call_kinds[call], &wait->raw);
	const struct thread *on = NULL;

	if (kind == WAIT_FUTEX) {
		classify_futex(wait, model, thread);
		return;
	}
	if (kind == WAIT_CHILD)
		on = named_child(model, thread, &wait->raw);
	else if (kind == WAIT_VFORK)
		on = thread_own(thread)->vfork_child;
	wait_is(wait, kind, EVIDENCE_KERNEL, on);
	wait->any_thread = kind == WAIT_CHILD && on;
}

static bool uninterruptible(uint32_t state)
{
	return state & TASK_S_UNINTERRUPTIBLE && !(state & TASK_S_INTERRUPTIBLE);
}

static void classify(struct wait *wait, const struct model *model, const struct thread *thread, uint32_t state)
{
	const struct ev_wait *raw = &wait->raw;
	bool vfork = raw->class < WAIT_CLASS_COUNT && syscall_info(raw->syscall)->call == CALL_VFORK;

	if (state & (TASK_S_TRACED | TASK_S_STOPPED)) {
		wait->halt = state & TASK_S_TRACED ? WAIT_TRACED : WAIT_STOPPED;
		wait_is(wait, wait->halt, EVIDENCE_KERNEL, NULL);
	} else if (raw->class == WAIT_CLASS_FAULT)
		wait_is(wait, WAIT_FAULT, EVIDENCE_KERNEL, NULL);
	else if (raw->flags & WAIT_F_IO && uninterruptible(state))
		wait_is(wait, WAIT_DISK, EVIDENCE_KERNEL, NULL);
	else if (raw->class == WAIT_CLASS_KERNEL)
		wait_is(wait, WAIT_KERNEL, EVIDENCE_KERNEL, NULL);
	else if (uninterruptible(state) && !vfork)
		wait_is(wait, WAIT_UNINTERRUPTIBLE, EVIDENCE_KERNEL, NULL);
	else if (raw->class == WAIT_CLASS_COMPAT)
		wait_is(wait, WAIT_SYSCALL, EVIDENCE_KERNEL, NULL);
	else if (raw->class < WAIT_CLASS_COUNT && raw->syscall >= 0)
		classify_call(wait, model, thread);
}

struct wait wait_classify(const struct model *model, const struct thread *thread, const struct ev_wait *raw,
			  uint32_t state, uint64_t since_ns)
{
	struct wait wait = {.kind = WAIT_UNKNOWN, .evidence = EVIDENCE_UNKNOWN, .since_ns = since_ns};

	if (raw)
		wait.raw = *raw;
	else
		wait.raw = (struct ev_wait){.syscall = -1, .class = WAIT_CLASS_UNSEEN};
	classify(&wait, model, thread, state);
	library_classify(&wait, model, thread);
	wait.on_tid = wait.on ? wait.on->tid : 0;
	wait.timed |= (wait.raw.flags & WAIT_F_TIMED) != 0;
	if (wait.raw.class == WAIT_CLASS_FUTEX && !wait.address)
		wait.address = wait.raw.address;
	return wait;
}
