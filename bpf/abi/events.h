/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
 *
 * The records: THE contract between the kernel side, the decoder, the model and the trace file.
 *
 * Owns every record's layout and the one list of kinds (THRACE_RECORDS). Knows no kernel type and no libc beyond
 * fixed-width integers, so that it compiles for BPF and for userspace alike.
 *
 * Rules, each held by a _Static_assert or by the decoder:
 *  - a record is a struct rec_head followed by its kind's body; its size is a multiple of 8;
 *  - kinds are numbered for ever: a kind is added at the end, never renumbered, never given another meaning;
 *  - a body may grow at its end in a later version; a reader takes the bytes that it knows and skips the rest;
 *  - times are CLOCK_MONOTONIC nanoseconds, ids are those of the initial pid namespace;
 *  - names are raw bytes, not terminated when full: escaping is the views' business.
 */
#ifndef THRACE_ABI_EVENTS_H
#define THRACE_ABI_EVENTS_H

#ifndef __bpf__
#include <stdint.h>
typedef uint8_t __abi_u8;
typedef uint16_t __abi_u16;
typedef int16_t __abi_s16;
typedef uint32_t __abi_u32;
typedef int32_t __abi_s32;
typedef uint64_t __abi_u64;
#else
typedef unsigned char __abi_u8;
typedef unsigned short __abi_u16;
typedef short __abi_s16;
typedef unsigned int __abi_u32;
typedef int __abi_s32;
typedef unsigned long long __abi_u64;
#endif

#define ABI_NAME_BYTES 16 /* TASK_COMM_LEN */
#define ABI_TEXT_BYTES 120 /* longest text of a record that carries one */
/* Of threads told by name only (SNAPSHOT_F_CONTEXT) the last so many are remembered: who means another tells it again. */
#define ABI_CONTEXT_THREADS 16384
/* Of a creator's stack: from its system call through the C library (some 550), system(3) or Rust's threads (2,000). */
#define ABI_STACK_BYTES 2048
#define ABI_PLACE_FRAMES 4 /* of one place: a wrapper or two must not hide who called them */

/*
 * Every kind once: number, token, what it tells. The token names the struct (ev_<token>), the apply function
 * (apply_<token>), the JSON "event" value and the golden case.
 */
#define THRACE_RECORDS(X)                                                                          \
	/* from the kernel */                                                                      \
	X(1, sched_switch, "a CPU passed from one thread to another")                              \
	X(2, sched_waking, "a thread was made ready, and by whom")                                 \
	X(3, task_newtask, "a thread or process was created, with its clone flags")                \
	X(4, sched_process_exec, "a process replaced its program")                                 \
	X(5, sched_process_exit, "a thread began to end, and why")                                 \
	X(6, task_rename, "a thread changed its name")                                             \
	X(7, task_snapshot, "a thread that was there before the observation began")                \
	X(8, clear_tid, "the address that the kernel clears, and wakes joiners on, at a thread's end") \
	/* learned outside the kernel's stream */                                                  \
	X(9, lost, "records that found a buffer full")                                             \
	X(10, begin, "the observation began: who observes, on what")                               \
	X(11, end, "the observation ended; the books close here")                                  \
	X(12, launch, "the process that was started to be observed")                               \
	X(13, fd_name, "what a file descriptor of a process stands for")                           \
	X(14, task_sample, "a thread as seen in /proc at one moment")                              \
	/* told by libthrace's probes */                                                           \
	X(15, library, "a word from the threading library")                                        \
	X(16, thread_name, "a thread's full name, as its library or runtime knows it")             \
	/* anatomy and sharing: read at one moment, from outside */                                \
	X(17, task_registers, "a thread's user registers while it was off the CPU")                \
	X(18, stack_frame, "one function call of a thread's user stack")                           \
	X(19, task_share, "which kernel objects a thread has, numbered so that equals are equal")  \
	X(20, task_own, "what a thread has for itself: stack, signal mask, scheduling")            \
	X(21, process_memory, "how many of a process's pages are its own and how many shared")     \
	X(22, share_link, "an open file or a mapping that two processes have in common")           \
	/* read later, of a wait that was seen */                                                   \
	X(23, wait_resolved, "what a thread's present wait is, and on whom")                         \
	/* in a recording: where a reader may begin */                                             \
	X(24, thread_past, "what earlier records told of a thread that a snapshot does not")        \
	/* from the kernel */                                                                      \
	X(25, sched_arrival, "a thread had come to its CPU by a switch that no probe saw")          \
	X(26, creator_stack, "the top of a creator's user stack: private, never kept or shown")    \
	/* made of it, at once */                                                                  \
	X(27, place_frame, "one function call of a place in a program where threads are created")  \
	X(28, created_at, "the place in its creator's program where a thread was created")         \
	/* from the kernel */                                                                      \
	X(29, task_renumber, "an exec made a thread and its process's leader exchange numbers")

enum rec_kind {
#define X(number, token, text) REC_##token = number,
	THRACE_RECORDS(X)
#undef X
	REC_KIND_END /* one past the last */
};

struct rec_head {
	__abi_u64 ts_ns;
	__abi_u16 size; /* of the whole record, this head included */
	__abi_u8 kind; /* enum rec_kind */
	__abi_u8 flags; /* the kind's own REC_F_* */
	__abi_u16 cpu;
	__abi_u16 reserved; /* 0 */
};

/* --- waits: what a thread blocks on, as its saved registers tell -------------------------------------------- */

/*
 * How the kernel side reads a blocking system call. Userspace fills config.wait_class[] from one table
 * (userspace/decode/syscalls.c), so the kernel side knows no system call by number.
 */
enum wait_class {
	WAIT_CLASS_OTHER = 0, /* number and first argument only */
	WAIT_CLASS_FUTEX, /* address: the word; value: expected value; owner: the word at address + 8 */
	WAIT_CLASS_FD, /* value: descriptor; detail: inode number, owner: mode and filesystem magic */
	WAIT_CLASS_SLEEP, /* nothing more than the call */
	WAIT_CLASS_CLOCK_SLEEP, /* the same, with a clock and flags first */
	WAIT_CLASS_POLL, /* address: first argument; value: second */
	WAIT_CLASS_CHILD, /* value: which child */
	WAIT_CLASS_COUNT,
	WAIT_CLASS_FAULT = 0x40, /* no system call: an exception, as a rule a page fault */
	WAIT_CLASS_KERNEL, /* a thread of the kernel itself */
	WAIT_CLASS_COMPAT, /* a 32-bit system call: its numbers mean something else */
	WAIT_CLASS_UNSEEN, /* the registers were not read (procfs without the right, say) */
};

enum wait_flag {
	WAIT_F_OWNER = 1, /* owner was read from the target's memory */
	WAIT_F_FILE = 2, /* mode, magic and detail describe the descriptor's file */
	WAIT_F_IO = 4, /* the kernel counts this sleep as waiting for a disk (in_iowait) */
	WAIT_F_TIMED = 8, /* futex: a time was given, so the wait ends by itself */
};

struct ev_wait {
	__abi_s16 syscall; /* -1: none */
	__abi_u8 class; /* enum wait_class */
	__abi_u8 flags; /* enum wait_flag */
	__abi_u32 value;
	__abi_u64 address;
	__abi_u64 detail;
	__abi_u32 owner; /* futex: the word at address + 8; descriptor: the file system's magic */
	__abi_u16 op; /* futex: its operation; clock sleep: flags; descriptor: the file's mode */
	__abi_u16 reserved;
};

/* --- from the kernel ---------------------------------------------------------------------------------------- */

/* The kernel's task states as far as they matter here; include/linux/sched.h. Never compare for equality: newer
 * kernels add bits (TASK_FREEZABLE and the like). */
enum task_state {
	TASK_S_RUNNING = 0,
	TASK_S_INTERRUPTIBLE = 0x1,
	TASK_S_UNINTERRUPTIBLE = 0x2,
	TASK_S_STOPPED = 0x4,
	TASK_S_TRACED = 0x8,
	TASK_S_EXIT_DEAD = 0x10,
	TASK_S_EXIT_ZOMBIE = 0x20,
	TASK_S_PARKED = 0x40,
	TASK_S_DEAD = 0x80,
	TASK_S_WAKEKILL = 0x100,
	TASK_S_NOLOAD = 0x400,
	TASK_S_NEW = 0x800,
};

enum sched_switch_flag {
	SWITCH_F_PREV_TARGET = 1, /* prev is observed */
	SWITCH_F_NEXT_TARGET = 2, /* next is observed */
	SWITCH_F_PREEMPTED = 4, /* prev did not give the CPU up by itself */
	SWITCH_F_WAIT = 8, /* a struct ev_wait follows: prev goes to sleep */
};

struct ev_sched_switch { /* head.flags: enum sched_switch_flag */
	struct rec_head head;
	__abi_u32 prev_tid; /* 0: the idle task */
	__abi_u32 next_tid;
	__abi_u32 prev_state; /* enum task_state */
	__abi_u32 prev_nvcsw; /* the kernel's count of prev's voluntary switches, this one included, low 32 bits */
};

struct ev_sched_switch_wait { /* a sched_switch with SWITCH_F_WAIT */
	struct ev_sched_switch switched;
	struct ev_wait wait;
};

enum sched_waking_flag {
	WAKING_F_INTERRUPT = 1, /* an interrupt did it: the thread that was interrupted is no waker */
	WAKING_F_CONTEXT_UNKNOWN = 2, /* this kernel did not tell whether an interrupt did it */
	WAKING_F_KERNEL = 4, /* the waker is a thread of the kernel */
};

struct ev_sched_waking { /* head.flags: enum sched_waking_flag */
	struct rec_head head;
	__abi_u32 tid;
	__abi_u32 waker_tid; /* 0: an interrupt, or the idle task */
	__abi_u32 waker_pid;
	__abi_u32 reserved;
};

/*
 * Comes right before the switch by which the thread leaves. The kernel lets nobody trace some processes (the init of
 * some virtual machines), and so not a switch from one of them either.
 */
struct ev_sched_arrival {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 slice_ns; /* so long ago it came */
};

struct ev_task_newtask {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 creator_tid, creator_pid;
	__abi_u64 clone_flags;
	__abi_u64 clear_tid_address;
	__abi_u32 ns_tid, ns_pid; /* as the task itself sees them (its own pid namespace) */
	__abi_u64 start_ns; /* the kernel's start_time: with tid, an identity that is never reused */
	char name[ABI_NAME_BYTES];
};

/* The kernel's own books of one thread, so that counted and kept can be compared. */
struct ev_books {
	__abi_u64 running_ns; /* se.sum_exec_runtime */
	__abi_u64 ready_ns; /* sched_info.run_delay */
	__abi_u64 voluntary, involuntary; /* context switches */
};

struct ev_sched_process_exec {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 old_tid; /* differs from tid when another thread than the leader called exec */
	__abi_u32 reserved;
	struct ev_books books;
	char name[ABI_NAME_BYTES];
};

enum sched_process_exit_flag {
	EXIT_F_GROUP = 1, /* the whole process is ending (SIGNAL_GROUP_EXIT) */
	EXIT_F_EXEC = 2, /* another thread of the process is in exec */
	EXIT_F_OWN = 4, /* the thread is in exit(2) or exit_group(2) of its own */
	EXIT_F_LAST = 8, /* the last thread of its process */
	EXIT_F_GROUP_CALL = 16, /* ... and it is exit_group(2): this thread ends its process */
	EXIT_F_UNSEEN = 32, /* gone between two looks: how it ended is not known */
	EXIT_F_PROCESS_CODE = 64, /* with EXIT_F_GROUP: process_code is told */
};

struct ev_sched_process_exit { /* head.flags: enum sched_process_exit_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 exit_code; /* as wait(2) would give it: signal in the low 7 bits, status << 8 */
	__abi_u32 process_code; /* its process's, likewise: the kernel's own, which it may still replace */
	struct ev_books books;
};

/*
 * A thread that is not its process's leader calls exec: once all others have exited, it and the leader exchange their
 * numbers. Either may tell, by its next record or right before sched_process_exec, so it may be told twice.
 */
struct ev_task_renumber {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 old_tid; /* of the two numbers one is pid: tid of the thread that called exec, old_tid of the leader */
	__abi_u32 reserved;
};

/*
 * What it takes to find the caller of a system call that created a thread. It holds the target's data: who reads the
 * ring makes a created_at of it; no recording, export or view ever gets it.
 */
struct ev_creator_stack {
	struct rec_head head;
	__abi_u32 tid, pid; /* of the new thread */
	__abi_u32 creator_tid, creator_pid;
	__abi_u64 start_ns; /* of the new thread, as in task_newtask */
	__abi_u64 ip, sp, bp, bx, di, r12, r13, r14, r15; /* the creator's: what callers' frames can depend on */
	__abi_u32 stack_bytes; /* that many of stack[] were read, from sp on */
	__abi_u32 reserved;
	__abi_u8 stack[ABI_STACK_BYTES];
};

enum task_rename_flag {
	RENAME_F_WANTED = 1, /* by its new name the process is one that was asked for; live.c asks for its threads, and nobody else gets it */
};

struct ev_task_rename { /* head.flags: enum task_rename_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	char name[ABI_NAME_BYTES];
};

enum task_snapshot_flag {
	SNAPSHOT_F_ON_CPU = 1,
	SNAPSHOT_F_KERNEL = 2, /* a thread of the kernel */
	SNAPSHOT_F_CONTEXT = 4, /* not itself observed; carried for its name only */
	SNAPSHOT_F_SINCE = 8, /* since_ns is known */
	SNAPSHOT_F_STATE_UNKNOWN = 16, /* it is there; what it does was not seen */
	SNAPSHOT_F_NO_BOOKS = 32, /* books were not read */
	SNAPSHOT_F_CLOSED = 64, /* a sample's: it has ended since, and these are its books at the end; no state was read */
};

struct ev_task_snapshot { /* head.flags: enum task_snapshot_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 parent_pid;
	__abi_u32 state; /* enum task_state; 0 and not on a CPU: ready */
	__abi_u32 ns_tid, ns_pid;
	__abi_u64 start_ns;
	__abi_u64 since_ns; /* about when it last left a CPU (the scheduler's clock, to a tick) */
	__abi_u64 clear_tid_address;
	/* Which kernel objects are one and the same: equal numbers, equal objects. Keyed per observation, so that no
	 * kernel address leaves the kernel; 0: none. */
	__abi_u64 mm_id, files_id, fs_id, sighand_id, signal_id;
	__abi_u64 user_ip, user_sp, tls_base; /* user registers; 0 when running or unknown */
	struct ev_books books;
	struct ev_wait wait;
	char name[ABI_NAME_BYTES];
};

struct ev_clear_tid {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 address;
};

/* --- learned outside the kernel's stream -------------------------------------------------------------------- */

enum lost_flag { /* set by who reads a recording; none: they found a buffer full */
	LOST_F_DAMAGED = 1, /* they were recorded, and damage to the recording has taken them */
	LOST_F_CUT = 2, /* the recording has no end: what would follow is not there, nor how much; count is 0 */
};

struct ev_lost { /* head.flags: enum lost_flag */
	struct rec_head head; /* ts_ns: when it was noticed */
	__abi_u32 ring;
	__abi_u16 lost_kind; /* enum rec_kind; 0: not known */
	__abi_u16 within_ms; /* not longer ago; 65535: as long ago as can be; 0: not known */
	__abi_u64 count; /* since the last such record of this ring and kind */
};

enum begin_source {
	BEGIN_SOURCE_BPF = 1,
	BEGIN_SOURCE_PROCFS = 2,
};

struct ev_begin {
	struct rec_head head;
	__abi_u32 source; /* enum begin_source */
	__abi_u32 cpus; /* CPUs online */
	__abi_u64 realtime_ns; /* CLOCK_REALTIME at head.ts_ns */
	__abi_u32 whole_system; /* 1: every thread is observed */
	__abi_u32 sample_ns; /* procfs: the time between looks */
	char host[64];
	char kernel[64];
};

struct ev_end {
	struct rec_head head;
};

struct ev_launch {
	struct rec_head head;
	__abi_u32 pid;
	__abi_u32 parent_pid;
};

struct ev_fd_name {
	struct rec_head head;
	__abi_u32 pid;
	__abi_u32 fd;
	__abi_u64 inode; /* the name is of this one: ev_wait.detail of the waits that have it */
	char name[ABI_TEXT_BYTES]; /* "": when it was looked up, the descriptor stood for it no more */
};

/* What a wait was found to be when somebody looked closer. Numbers are for ever. */
enum resolved_wait {
	RESOLVED_SAME, /* what it was seen to be, known as it was known: the rest of the record is new */
	RESOLVED_FUTEX, /* a futex: nothing more could be told */
	RESOLVED_JOIN,
	RESOLVED_MUTEX,
	RESOLVED_PI_MUTEX,
	RESOLVED_RWLOCK,
	RESOLVED_CONDITION,
	RESOLVED_SEMAPHORE,
	RESOLVED_BARRIER,
	RESOLVED_PIPE,
	RESOLVED_FILE_LOCK,
	RESOLVED_CHILD,
	/* told by the library's registry */
	RESOLVED_LOCK,
	RESOLVED_RLOCK,
	RESOLVED_EVENT,
	RESOLVED_QUEUE_PUT,
	RESOLVED_QUEUE_GET,
	RESOLVED_QUEUE_JOIN,
	RESOLVED_TIMER,
	RESOLVED_SHUTDOWN,
	RESOLVED_SLEEP,
	RESOLVED_COUNT,
};

enum resolved_evidence { /* how it is known */
	RESOLVED_BY_NOTHING,
	RESOLVED_BY_KERNEL,
	RESOLVED_BY_MEMORY, /* read from the target's memory */
	RESOLVED_BY_LIBRARY,
};

enum wait_resolved_flag {
	RESOLVED_F_PROCESS = 1, /* any thread of on_pid can end the wait */
	RESOLVED_F_TIMED = 2, /* it ends by itself after a time */
	RESOLVED_F_OWNER_ENDED = 4, /* on_tid is its holder, and there is no such thread any more */
	/* A second look found the wait, its target and the waiter's count of switches unchanged: the two were there
	 * together with those of all other records that were confirmed with it. */
	RESOLVED_F_CONFIRMED = 8,
};

enum lock_trait {
	LOCK_RECURSIVE = 1,
	LOCK_ERRORCHECK = 2,
	LOCK_ADAPTIVE = 4,
	LOCK_ROBUST = 8,
	LOCK_SHARED = 16, /* between processes */
	LOCK_STREAM = 32, /* the lock of a stdio stream */
	LOCK_TO_READ = 64, /* a read-write lock is wanted for reading */
};

/* Read after the wait was seen: from the target's memory, from /proc, or from the library's registry. */
struct ev_wait_resolved { /* head.flags: enum wait_resolved_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 on_tid, on_pid; /* 0: nobody, or not known */
	__abi_u32 what; /* enum resolved_wait */
	__abi_u32 evidence; /* enum resolved_evidence */
	__abi_u32 traits; /* enum lock_trait */
	__abi_u32 holders; /* that many hold it, by name or not; 0: not known */
	__abi_u64 wait_address; /* of the wait that was looked at: its address, or its value when it has none */
	__abi_u64 address; /* of what is waited for; 0: it has none */
	__abi_u64 since_ns; /* 0: not known */
};

/* procfs source: one look at one thread; a thread's first look is a task_snapshot. */
struct ev_task_sample { /* head.flags: enum task_snapshot_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 state; /* enum task_state */
	__abi_u32 reserved;
	struct ev_books books;
	struct ev_wait wait;
};

/* --- told by libthrace's probes (lib/include/thrace/probes.h names the arguments) --------------------------- */

struct ev_library {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 probe; /* enum library_probe */
	__abi_u32 reserved;
	__abi_u64 arg[6];
};

struct ev_thread_name {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 uid; /* the library's never-reused number; 0: not known */
	__abi_u32 daemon; /* 0 no, 1 yes, 2 not known */
	__abi_u32 reserved;
	char name[ABI_TEXT_BYTES];
};

/* --- anatomy and sharing: read at one moment, from outside -------------------------------------------------- */

enum task_registers_flag {
	REGISTERS_F_GENERAL = 1, /* all of them; else ip and sp only */
	REGISTERS_F_BASES = 2, /* fs_base and gs_base too */
	REGISTERS_F_ON_CPU = 4, /* it was on a CPU and used them, or ready to go on: they are 0 */
};

struct ev_task_registers { /* head.flags: enum task_registers_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 ip, sp; /* 0: not to be had */
	__abi_u64 flags;
	__abi_u64 ax; /* in a system call its number */
	__abi_u64 bx, cx, dx, si, di, bp;
	__abi_u64 r8, r9, r10, r11, r12, r13, r14, r15;
	__abi_u64 fs_base, gs_base;
};

enum stack_frame_flag {
	FRAME_F_LAST = 1, /* nothing is known beyond it ... */
	FRAME_F_OUTERMOST = 2, /* ... because the stack ends there */
	FRAME_F_LIMIT = 4, /* ... because more frames were not read */
	FRAME_F_POINTER = 8, /* found by the frame pointer: right only where the code keeps one */
	FRAME_F_SIGNAL = 16, /* the frame of a signal handler's return: the next one was interrupted */
};

struct ev_stack_frame { /* head.flags: enum stack_frame_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 index; /* 0: the innermost; it opens a new stack */
	__abi_u32 line; /* 0: not known */
	__abi_u64 address;
	__abi_u64 offset; /* into the function; without a function, into the module's file */
	char function[ABI_TEXT_BYTES]; /* each empty when not known; a long one is cut */
	char module[ABI_TEXT_BYTES];
	char file[ABI_TEXT_BYTES];
};

/*
 * A place where threads are created: the innermost calls outside of what every creation goes through (C library,
 * threading libraries). Its number is the observation's own; told again, the last telling stands.
 */
struct ev_place_frame { /* head.flags: FRAME_F_LAST */
	struct rec_head head;
	__abi_u32 place; /* 1 and up */
	__abi_u32 index; /* 0 to ABI_PLACE_FRAMES - 1; 0 begins the place anew */
	__abi_u32 line; /* 0: not known */
	__abi_u32 reserved;
	__abi_u64 offset; /* into the function; without a function, into the module's file */
	char function[ABI_TEXT_BYTES]; /* each empty when not known; a long one is cut */
	char module[ABI_TEXT_BYTES];
	char file[ABI_TEXT_BYTES];
};

/* Why a place is not known. Numbers are for ever. */
enum created_unknown {
	CREATED_NOT_TOLD, /* no stack came: it was lost, or there was none to be had */
	CREATED_GONE, /* the program had ended, or become another, before anybody looked */
	CREATED_STACK, /* the stack does not lead to a call of the program's own */
	CREATED_MANY, /* there were too many at once */
	CREATED_32_BIT, /* of a 32-bit program no stack can be read */
	CREATED_NO_RIGHT, /* the process may not be looked into */
	CREATED_UNKNOWN_COUNT,
};

/* Comes some time after the thread's task_newtask, perhaps after its end. */
struct ev_created_at {
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 start_ns; /* as in task_newtask: whoever had the tid before or after is another */
	__abi_u32 place; /* 0: not known */
	__abi_u32 why; /* enum created_unknown: of place 0 */
};

/* Kernel objects that threads and processes may have in common: number, token, words. Numbered for ever. */
#define SHARE_RESOURCES(X)                                                                         \
	X(0, address_space, "address space")                                                       \
	X(1, files, "open files table")                                                            \
	X(2, fs, "directory, root, umask")                                                         \
	X(3, signal_handlers, "signal handlers")                                                   \
	X(4, thread_group, "thread group")                                                         \
	X(5, credentials, "user and group")                                                        \
	X(6, cgroup, "cgroup")                                                                     \
	X(7, io_context, "I/O context")                                                            \
	X(8, semaphore_undo, "semaphore undo")                                                     \
	X(9, ns_mnt, "mount namespace")                                                            \
	X(10, ns_pid, "pid namespace")                                                             \
	X(11, ns_net, "network namespace")                                                         \
	X(12, ns_ipc, "IPC namespace")                                                             \
	X(13, ns_uts, "host name namespace")                                                       \
	X(14, ns_user, "user namespace")                                                           \
	X(15, ns_cgroup, "cgroup namespace")                                                       \
	X(16, ns_time, "time namespace")

enum share_resource {
#define X(number, token, text) SHARE_##token = number,
	SHARE_RESOURCES(X)
#undef X
	SHARE_COUNT
};

#define SHARE_UNKNOWN 0 /* an id: could not be read */
#define SHARE_NONE 0xffffffffu /* an id: the thread has no such object */

enum task_share_flag {
	SHARE_F_FIRST = 1 << 0, /* a look begins: what earlier ones told of sharing holds no longer */
};

struct ev_task_share {
	struct rec_head head; /* flags: enum task_share_flag */
	__abi_u32 tid, pid;
	__abi_u32 id[SHARE_COUNT]; /* by enum share_resource: equal numbers of one look, the same object */
	__abi_u32 reserved[23 - SHARE_COUNT]; /* 0; room for more resources */
	__abi_u32 kcmp_error; /* why kcmp(2) could not tell, as errno; 0: it could */
};

enum task_own_flag {
	OWN_F_STACK = 1, /* stack_low and stack_high are known */
	OWN_F_TOUCHED = 2, /* stack_touched_bytes is known */
	OWN_F_GUARD = 4, /* guard_bytes is known */
	OWN_F_MAIN_STACK = 8, /* the process's first stack, which grows by itself */
	OWN_F_SIGNALS = 16, /* the signal sets are known */
	OWN_F_SCHEDULING = 32, /* policy, priority and nice are known */
};

struct ev_task_own { /* head.flags: enum task_own_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u64 stack_low, stack_high;
	__abi_u64 stack_touched_bytes; /* of its pages, those in memory */
	__abi_u64 guard_bytes; /* of the mapping below that none may touch */
	__abi_u64 signals_blocked, signals_pending; /* bit N - 1: signal N */
	__abi_u32 policy; /* SCHED_* */
	__abi_u32 rt_priority;
	__abi_s32 nice;
	__abi_u32 reserved;
	char cpus[64]; /* on which it may run, as a list: "0-3,8"; a long one is cut */
};

struct ev_process_memory {
	struct rec_head head;
	__abi_u32 pid;
	__abi_u32 reserved;
	__abi_u64 resident_bytes;
	__abi_u64 proportional_bytes; /* each shared page divided by those who share it */
	__abi_u64 private_bytes, shared_bytes; /* of the resident ones */
	__abi_u64 swap_bytes;
};

enum share_link_kind {
	SHARE_LINK_FILE = 1, /* one open file description: position and flags are one */
	SHARE_LINK_MEMORY = 2, /* one shared mapping's object: what one writes, the other reads */
};

struct ev_share_link {
	struct rec_head head;
	__abi_u32 pid, other_pid;
	__abi_u32 kind; /* enum share_link_kind */
	__abi_u32 reserved;
	__abi_u32 fd, other_fd; /* file: their numbers in either process */
	__abi_u64 bytes; /* memory: mapped by pid */
	char name[ABI_TEXT_BYTES]; /* the file's, as pid sees it */
};

/* --- in a recording ------------------------------------------------------------------------------------------ */

enum thread_past_flag {
	PAST_F_BORN = 1, /* its creation was seen: creator and clone_flags are known */
	PAST_F_RUNNING = 2, /* on head.cpu */
	PAST_F_PREEMPTED = 4, /* Ready because the CPU was taken from it */
	PAST_F_WOKEN = 8, /* asleep, but its waking came before its switch */
	PAST_F_EXITING = 16, /* its exit was seen, its last switch not yet */
	PAST_F_RESTARTED = 32, /* its process was launched, and its exec was seen */
	PAST_F_CODE_TOLD = 64, /* its process's exit code is that of an end of the whole process */
};

/* Follows the task_snapshot of the same thread, and all others', in a keyframe. */
struct ev_thread_past { /* head.flags: enum thread_past_flag */
	struct rec_head head;
	__abi_u32 tid, pid;
	__abi_u32 creator_tid, creator_pid; /* 0: not known */
	__abi_u64 clone_flags;
	__abi_u32 waker_tid, waker_pid; /* who made it ready last; 0: an interrupt, or not known */
	__abi_u32 former_tid;
	__abi_u32 exit_code; /* the three: while exiting */
	__abi_u32 exit_flags; /* enum sched_process_exit_flag */
	__abi_u32 execs; /* of its process */
	char process_name[ABI_NAME_BYTES];
};

/* Only what never leaves the reader of the ring may be large. */
#define REC_MOST_BYTES(number) ((number) == REC_creator_stack ? ABI_STACK_BYTES + 128 : 512)
#define REC_WHOLE(type, most)                                                                      \
	_Static_assert(sizeof(type) % 8 == 0 && sizeof(type) <= (most), #type " is a whole record")
_Static_assert(sizeof(struct rec_head) == 16, "the head's layout is for ever");
_Static_assert(sizeof(struct ev_wait) == 32, "the wait's layout is for ever");
_Static_assert(sizeof(struct ev_sched_switch) == 32, "the commonest record stays small");
_Static_assert(sizeof(struct ev_sched_waking) == 32, "the second commonest too");
REC_WHOLE(struct ev_sched_switch_wait, 512);
#define X(number, token, text) REC_WHOLE(struct ev_##token, REC_MOST_BYTES(number));
THRACE_RECORDS(X)
#undef X
#undef REC_WHOLE
#undef REC_MOST_BYTES

#endif
