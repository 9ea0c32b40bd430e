/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Every system call has its name here, so that any wait can be called by it; those that block for a reason worth
 * telling apart have a second line that says how their arguments are read and what they wait for.
 */
#include "userspace/decode/syscalls.h"

#include <stddef.h>
#include "bpf/abi/config.h"
#include "userspace/decode/syscalls_x86_64.h"

enum {
#define X(number, call) NR_##call = number,
	X86_64_SYSCALLS(X)
#undef X
};

/* call, class, what it waits for */
#define BLOCKING_SYSCALLS(X)                                                                       \
	X(futex, FUTEX, FUTEX)                                                                     \
	X(futex_wait, OTHER, FUTEX)                                                                \
	X(futex_waitv, OTHER, FUTEX)                                                               \
	X(nanosleep, SLEEP, SLEEP)                                                                 \
	X(clock_nanosleep, CLOCK_SLEEP, SLEEP)                                                     \
	X(poll, POLL, POLL)                                                                        \
	X(ppoll, POLL, POLL)                                                                       \
	X(select, POLL, POLL)                                                                      \
	X(pselect6, POLL, POLL)                                                                    \
	X(epoll_wait, POLL, POLL)                                                                  \
	X(epoll_pwait, POLL, POLL)                                                                 \
	X(epoll_pwait2, POLL, POLL)                                                                \
	X(read, FD, READ)                                                                          \
	X(readv, FD, READ)                                                                         \
	X(pread64, FD, READ)                                                                       \
	X(preadv, FD, READ)                                                                        \
	X(preadv2, FD, READ)                                                                       \
	X(getdents, FD, READ)                                                                      \
	X(getdents64, FD, READ)                                                                    \
	X(splice, FD, READ)                                                                        \
	X(tee, FD, READ)                                                                           \
	X(ioctl, FD, OTHER)                                                                        \
	X(write, FD, WRITE)                                                                        \
	X(writev, FD, WRITE)                                                                       \
	X(pwrite64, FD, WRITE)                                                                     \
	X(pwritev, FD, WRITE)                                                                      \
	X(pwritev2, FD, WRITE)                                                                     \
	X(vmsplice, FD, WRITE)                                                                     \
	X(sendfile, FD, WRITE)                                                                     \
	X(fsync, FD, WRITE)                                                                        \
	X(fdatasync, FD, WRITE)                                                                    \
	X(syncfs, FD, WRITE)                                                                       \
	X(sync_file_range, FD, WRITE)                                                              \
	X(accept, FD, ACCEPT)                                                                      \
	X(accept4, FD, ACCEPT)                                                                     \
	X(connect, FD, CONNECT)                                                                    \
	X(recvfrom, FD, RECV)                                                                      \
	X(recvmsg, FD, RECV)                                                                       \
	X(recvmmsg, FD, RECV)                                                                      \
	X(sendto, FD, SEND)                                                                        \
	X(sendmsg, FD, SEND)                                                                       \
	X(sendmmsg, FD, SEND)                                                                      \
	X(flock, FD, LOCK_FILE)                                                                    \
	X(fcntl, FD, LOCK_FILE)                                                                    \
	X(wait4, CHILD, CHILD)                                                                     \
	X(waitid, CHILD, CHILD)                                                                    \
	X(pause, OTHER, SIGNAL)                                                                    \
	X(rt_sigsuspend, OTHER, SIGNAL)                                                            \
	X(rt_sigtimedwait, OTHER, SIGNAL)                                                          \
	X(msgrcv, OTHER, IPC)                                                                      \
	X(msgsnd, OTHER, IPC)                                                                      \
	X(semop, OTHER, IPC)                                                                       \
	X(semtimedop, OTHER, IPC)                                                                  \
	X(mq_timedreceive, OTHER, IPC)                                                             \
	X(mq_timedsend, OTHER, IPC)                                                                \
	X(io_uring_enter, FD, URING)                                                               \
	X(vfork, OTHER, VFORK)                                                                     \
	X(clone, OTHER, VFORK)                                                                     \
	X(clone3, OTHER, VFORK)

/* One entry per number: the names come first, a blocking call's entry replaces its name's. */
#pragma GCC diagnostic ignored "-Woverride-init"
static const struct syscall_info table[CONFIG_SYSCALLS] = {
#define X(number, call_) [number] = {.name = #call_},
	X86_64_SYSCALLS(X)
#undef X
#define X(name_, class_, call_)                                                                    \
	[NR_##name_] = {.name = #name_, .class = WAIT_CLASS_##class_, .call = CALL_##call_},
	BLOCKING_SYSCALLS(X)
#undef X
};

const struct syscall_info *syscall_info(int number)
{
	static const struct syscall_info unknown;

	if (number < 0 || number >= CONFIG_SYSCALLS)
		return &unknown;
	return &table[number];
}
