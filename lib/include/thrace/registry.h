/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The memory layout contract with inspectors: who the threads are and what each waits for, readable from outside
 * (process_vm_readv, a core file) without stopping the process, also for threads older than the inspector.
 *
 * Find the data symbol "thr_registry" (the library's dynamic symbols, or the program's if linked statically),
 * check magic and version, walk the chunks from first_chunk by next. Slots are slot_size apart, which may grow;
 * chunks are never freed nor moved while the process lives. Addresses are the inspected process's.
 *
 * How it is read while it changes: each slot is guarded by its own sequence, odd while the slot is being written.
 *   1. read sequence;            odd: the slot is being written, begin again
 *   2. read the whole slot
 *   3. read sequence once more;  not the same as in 1: what 2 read may be torn, begin again
 * in this order (three ranges of one process_vm_readv() are copied in order). Writers wait for each other, never for a
 * reader, so a reader that lost ten times in a row may keep what it had before and say that it is old. A process
 * that was stopped or killed in the middle of a write leaves an odd sequence: the copy is then the best there is.
 *
 * A slot with uid 0 is free. uids are never reused within a process, so a slot read later is known to be another's. A
 * slot lives as long as its thread object: stopped threads stay until their last reference goes.
 * The wait_ fields mean something while wait_kind is not none. They are written before a thread sleeps and cleared after
 * it woke: who is Running or Ready with a wait_kind has just been woken, or is about to sleep.
 * In a forked child pid and the slots are brought up to date before fork() returns there; a child of vfork() or
 * clone() without the C library shows its parent's pid.
 */
#ifndef THRACE_REGISTRY_H
#define THRACE_REGISTRY_H

#include <stdint.h>

#define THR_REGISTRY_MAGIC   UINT64_C(0x0065636172687421) /* "!thrace" in memory, little endian */
#define THR_REGISTRY_VERSION 1
#define THR_REGISTRY_NAME    152

enum thr_slot_state { THR_SLOT_FREE, THR_SLOT_INITIAL, THR_SLOT_STARTED, THR_SLOT_STOPPED };

enum thr_slot_flag {
	THR_SLOT_DAEMON  = 1 << 0,
	THR_SLOT_MAIN    = 1 << 1,
	THR_SLOT_FOREIGN = 1 << 2, /* not started by the library */
};

enum thr_shutdown_phase {
	THR_PHASE_NONE,
	THR_PHASE_CALLBACKS,
	THR_PHASE_JOINING,
	THR_PHASE_DONE,
	THR_PHASE_FINAL, /* no thread can be started any more */
};

/* X(number, token, "words"): what a thread waits for. Numbers are for ever. */
#define THR_WAIT_KINDS(X)                                                                                    \
	X(0, none, "")                                                                                       \
	X(1, join, "a thread's end")                                                                         \
	X(2, lock, "a lock")                                                                                 \
	X(3, rlock, "a re-entrant lock")                                                                     \
	X(4, condition, "a notify")                                                                          \
	X(5, semaphore, "a semaphore")                                                                       \
	X(6, event, "an event")                                                                              \
	X(7, barrier, "a barrier")                                                                           \
	X(8, queue_put, "room in a queue")                                                                   \
	X(9, queue_get, "an item in a queue")                                                                \
	X(10, queue_join, "a queue's tasks")                                                                 \
	X(11, timer, "a timer's interval")                                                                   \
	X(12, shutdown, "the threads that keep the process alive")                                           \
	X(13, sleep, "time")                                                                                 \
	X(14, any, "any of several")                                                                         \
	X(15, group, "a group's threads")

#define THR_WAIT_ENUM(number, token, text) THR_WAIT_##token = number,
enum thr_wait_kind { THR_WAIT_KINDS(THR_WAIT_ENUM) };
#undef THR_WAIT_ENUM

struct thr_slot {
	uint32_t sequence;
	uint32_t state; /* enum thr_slot_state */
	uint64_t uid;
	uint64_t creator_uid; /* 0: unknown, or main */
	uint64_t ident;       /* pthread_t; as tid */
	uint32_t tid;         /* 0 until it first runs; kept after the end */
	uint32_t flags;       /* enum thr_slot_flag */
	uint32_t exit;        /* thr_exit, once stopped */
	uint32_t wait_kind;   /* enum thr_wait_kind; none: does not wait in the library */
	uint64_t wait_object; /* address; for locks the owner's tid is the uint32_t at wait_object + 8 now */
	uint64_t wait_target_uid; /* join, shutdown: the thread waited for */
	uint32_t wait_owner_tid;  /* lock, rlock: the owner when the wait began */
	uint32_t wait_count;      /* waits begun, wraps: tells a new wait on the same object */
	uint64_t wait_since_ns;   /* CLOCK_MONOTONIC */
	uint64_t wait_deadline_ns; /* CLOCK_MONOTONIC; UINT64_MAX: none */
	uint64_t reserved[2];
	char name[THR_REGISTRY_NAME]; /* ends with 0; cut between characters */
};

struct thr_chunk {
	uint64_t next; /* address, 0: the last */
	uint32_t n_slots, reserved;
	struct thr_slot slots[];
};

struct thr_registry {
	uint64_t magic; /* written last; 0 before the library is up */
	uint32_t version;
	uint32_t header_size; /* sizeof(struct thr_registry) */
	uint32_t slot_size;   /* sizeof(struct thr_slot) */
	uint32_t pid;
	uint64_t first_chunk; /* address */
	uint64_t main_uid;
	uint64_t last_uid; /* how many threads there ever were */
	uint32_t phase;    /* enum thr_shutdown_phase */
	uint32_t forks;    /* how many forks lie between the first process and this one */
};

#ifdef __cplusplus
static_assert(sizeof(struct thr_slot) == 256, "the slot's layout is a contract");
#else
_Static_assert(sizeof(struct thr_slot) == 256, "the slot's layout is a contract");
#endif

#endif
