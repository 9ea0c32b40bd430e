/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The clone flags once: name, value, and what the flag makes common between creator and created, in words. The values
 * are the kernel's for ever (include/uapi/linux/sched.h); written out, for old headers lack the new ones.
 */
#ifndef THRACE_DECODE_CLONE_FLAGS_H
#define THRACE_DECODE_CLONE_FLAGS_H

/* X(name, value, words); words "" where the flag shares nothing and only asks for bookkeeping. */
#define CLONE_FLAGS(X)                                                                             \
	X(CLONE_VM, 0x00000100ull, "memory")                                                       \
	X(CLONE_FS, 0x00000200ull, "working directory")                                            \
	X(CLONE_FILES, 0x00000400ull, "open files")                                                \
	X(CLONE_SIGHAND, 0x00000800ull, "signal handlers")                                         \
	X(CLONE_PIDFD, 0x00001000ull, "")                                                          \
	X(CLONE_PTRACE, 0x00002000ull, "debugger")                                                 \
	X(CLONE_VFORK, 0x00004000ull, "")                                                          \
	X(CLONE_PARENT, 0x00008000ull, "parent")                                                   \
	X(CLONE_THREAD, 0x00010000ull, "process")                                                  \
	X(CLONE_NEWNS, 0x00020000ull, "")                                                          \
	X(CLONE_SYSVSEM, 0x00040000ull, "semaphore undo list")                                     \
	X(CLONE_SETTLS, 0x00080000ull, "")                                                         \
	X(CLONE_PARENT_SETTID, 0x00100000ull, "")                                                  \
	X(CLONE_CHILD_CLEARTID, 0x00200000ull, "")                                                 \
	X(CLONE_DETACHED, 0x00400000ull, "")                                                       \
	X(CLONE_UNTRACED, 0x00800000ull, "")                                                       \
	X(CLONE_CHILD_SETTID, 0x01000000ull, "")                                                   \
	X(CLONE_NEWCGROUP, 0x02000000ull, "")                                                      \
	X(CLONE_NEWUTS, 0x04000000ull, "")                                                         \
	X(CLONE_NEWIPC, 0x08000000ull, "")                                                         \
	X(CLONE_NEWUSER, 0x10000000ull, "")                                                        \
	X(CLONE_NEWPID, 0x20000000ull, "")                                                         \
	X(CLONE_NEWNET, 0x40000000ull, "")                                                         \
	X(CLONE_IO, 0x80000000ull, "I/O context")                                                  \
	X(CLONE_CLEAR_SIGHAND, 0x100000000ull, "")                                                 \
	X(CLONE_INTO_CGROUP, 0x200000000ull, "")

enum clone_share { /* the flags that views ask for by name */
	CLONE_SHARE_VM = 0x00000100,
	CLONE_SHARE_VFORK = 0x00004000,
	CLONE_SHARE_THREAD = 0x00010000,
	CLONE_SHARE_ANY = 0x00010f00, /* memory, directory, files, handlers, process */
};

#endif
