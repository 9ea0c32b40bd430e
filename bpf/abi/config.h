/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
 *
 * What userspace settles before the probes load: constants to the verifier, so that what is not asked for costs
 * nothing. Owns the one struct and its bounds.
 */
#ifndef THRACE_ABI_CONFIG_H
#define THRACE_ABI_CONFIG_H

#include "events.h"

#define CONFIG_RINGS_MAX 64
#define CONFIG_PIDS_MAX 1024
#define CONFIG_SYSCALLS 512
#define CONFIG_GLOB_BYTES 32

/* --- where a probe of libthrace keeps its arguments, as its note in the ELF file says ------------------------- */

#define LIBRARY_ARGUMENTS 4 /* no probe has more */
#define LIBRARY_PROCESSES 90 /* observed at once through their probes */
#define LIBRARY_PROBES 40 /* of one process */

enum library_argument_kind {
	LIBRARY_NOTHING,
	LIBRARY_CONSTANT, /* value */
	LIBRARY_REGISTER, /* at struct pt_regs + reg */
	LIBRARY_MEMORY, /* where that register, plus value, points */
};

struct library_argument {
	__abi_u8 kind; /* enum library_argument_kind */
	__abi_u8 bytes; /* 1, 2, 4, 8 */
	__abi_u8 sign_extend;
	__abi_u8 reserved;
	__abi_u32 reg;
	__abi_u64 value;
};

struct library_site {
	__abi_u32 probe; /* its number in the library's list */
	__abi_u32 reserved;
	struct library_argument arguments[LIBRARY_ARGUMENTS];
};

struct thrace_config {
	__abi_u64 identity_key; /* secret of this observation: kernel objects become numbers through it */
	__abi_u32 rings; /* rings in use, a power of two: a CPU writes to ring cpu & (rings - 1) */
	__abi_u32 wake_bytes; /* wake the reader when a ring holds this much */
	__abi_u32 spare_bytes; /* unread in a ring: large records that nothing depends on take no more than that */
	__abi_u32 self_pid; /* the observer: never observed */
	__abi_u8 all; /* every thread is a target */
	__abi_u8 follow; /* child processes of a target are targets */
	__abi_u8 kernel_threads; /* with all: the kernel's own threads too */
	__abi_u8 glob_length; /* 0: no name pattern */
	__abi_u32 own_uid; /* with own_only */
	__abi_u8 own_only; /* who observes may see no other user's processes */
	__abi_u8 registers; /* the snapshot tells the user registers too */
	__abi_u8 creator_stacks; /* told with each creation: somebody turns them into places */
	__abi_u8 reserved; /* 0 */
	char glob[CONFIG_GLOB_BYTES];
	__abi_u8 wait_class[CONFIG_SYSCALLS]; /* enum wait_class by system call number */
};

#endif
