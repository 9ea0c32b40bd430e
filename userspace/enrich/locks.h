/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a futex is part of, told from the bytes around it: glibc's mutexes, read-write locks, condition variables,
 * semaphores, barriers, thread descriptors and streams (x86-64), and whoever keeps an owner's tid where glibc does.
 *
 * The bytes are the target's and may be anything. A thing is called by its name only when every field that can be
 * checked fits; else it stays a futex. An owner is a number as the target's own threads see it: whether there is such a
 * thread is for the caller to find out.
 */
#ifndef THRACE_ENRICH_LOCKS_H
#define THRACE_ENRICH_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include "bpf/abi/events.h"

#define LOCK_BYTES_BEFORE 48 /* a condition variable's word lies up to 44 bytes into it */
#define LOCK_BYTES_AFTER  48

struct lock_bytes {
	uint64_t address; /* of the word */
	unsigned char bytes[LOCK_BYTES_BEFORE + LOCK_BYTES_AFTER];
	unsigned int from, to; /* what could be read of them */
};

struct lock_found {
	enum resolved_wait what; /* RESOLVED_FUTEX: it could not be told */
	uint32_t traits; /* enum lock_trait */
	uint32_t owner; /* join: the thread waited for; 0: none, or not known */
	uint64_t owner_descriptor; /* a stream's: glibc's thread descriptor; 0: none */
	bool whole; /* every field fits: an owner that is no thread is one that has ended */
	uint32_t holders; /* read-write lock: its readers; barrier: how many are there; 0: not told */
	uint64_t address; /* where the thing begins */
};

/* Reads around the words of so many waits of one process. Returns 0 or -errno as memory_read_parts() does; a word that
 * could not be read has to == 0. */
int lock_bytes_read(uint32_t pid, struct lock_bytes *bytes, size_t count);

void lock_recognise(const struct ev_wait *wait, const struct lock_bytes *bytes, struct lock_found *found);

/* The tid in glibc's descriptor of a thread; 0: there is none at that address. */
uint32_t lock_descriptor_tid(uint32_t pid, uint64_t descriptor);
/* Where the descriptor begins whose tid is the word at this address. */
uint64_t lock_descriptor_of_tid(uint64_t address);

#endif
