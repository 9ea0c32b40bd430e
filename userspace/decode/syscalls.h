/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The one table of system calls that block: number, name, how the kernel side reads its arguments, what the wait is.
 * x86-64.
 */
#ifndef THRACE_DECODE_SYSCALLS_H
#define THRACE_DECODE_SYSCALLS_H

#include "bpf/abi/events.h"

enum blocking_call { /* what a call waits for, in the table's terms */
	CALL_OTHER, CALL_FUTEX, CALL_SLEEP, CALL_POLL, CALL_READ, CALL_WRITE, CALL_ACCEPT, CALL_CONNECT, CALL_RECV,
	CALL_SEND, CALL_LOCK_FILE, CALL_CHILD, CALL_SIGNAL, CALL_IPC, CALL_URING, CALL_VFORK,
};

struct syscall_info {
	const char *name;
	enum wait_class class;
	enum blocking_call call;
};

/* Never NULL: a number outside the table gives an entry with a NULL name. */
const struct syscall_info *syscall_info(int number);

#endif
