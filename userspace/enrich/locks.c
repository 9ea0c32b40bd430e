/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The layouts, one function each. Offsets are glibc's on x86-64, 2.25 (the present read-write lock
 * and condition variable) to 2.40; tests/live/waits holds them against the running one.
 */
#include "userspace/enrich/locks.h"

#include <string.h>

/* include/uapi/linux/futex.h */
#define FUTEX_COMMAND	   0x7f
#define FUTEX_WAIT	   0
#define FUTEX_LOCK_PI	   6
#define FUTEX_WAIT_BITSET  9
#define FUTEX_LOCK_PI2	   13
#define FUTEX_PRIVATE_FLAG 128
#define FUTEX_WAITERS	   0x80000000u
#define FUTEX_TID_MASK	   0x3fffffffu

#define MANY (1u << 22) /* no lock has as many users: the kernel has no more tids */

/* pthread_mutex_t.__kind, nptl/pthreadP.h */
enum {
	KIND_TYPE = 3, /* normal, recursive, error-checking, adaptive */
	KIND_ROBUST = 16,
	KIND_INHERIT = 32,
	KIND_PROTECT = 64,
	KIND_SHARED = 128,
	KIND_ELISION = 256 | 512,
	KIND_ALL = KIND_TYPE | KIND_ROBUST | KIND_INHERIT | KIND_PROTECT | KIND_SHARED | KIND_ELISION,
};

/* The word so many bytes from the one waited on. */
static bool word_at(const struct lock_bytes *lock, int offset, uint32_t *word)
{
	int at = LOCK_BYTES_BEFORE + offset;

	if (at < (int)lock->from || at + 4 > (int)lock->to)
		return false;
	memcpy(word, lock->bytes + at, sizeof(*word));
	return true;
}

/* So many words from there on. */
static bool words_at(const struct lock_bytes *lock, int offset, uint32_t *words, int count)
{
	for (int i = 0; i < count; i++)
		if (!word_at(lock, offset + i * 4, &words[i]))
			return false;
	return true;
}

/* glibc waits with a shared futex on what several processes may use, and on every robust lock: then
 * only may the owner be another process's. A lock that says other than the wait is none. */
static bool fits_sharing(const struct ev_wait *wait, bool shared)
{
	return shared == !(wait->op & FUTEX_PRIVATE_FLAG);
}

static uint32_t mutex_traits(uint32_t kind)
{
	static const uint32_t types[] = {0, LOCK_RECURSIVE, LOCK_ERRORCHECK, LOCK_ADAPTIVE};

	return types[kind & KIND_TYPE] | (kind & KIND_ROBUST ? LOCK_ROBUST : 0) |
	       (kind & KIND_SHARED ? LOCK_SHARED : 0);
}

/* lock, count, owner, users, kind, spins and elision, then the list of robust ones. Only a locked
 * one fits. */
static bool is_mutex(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t mutex[10];
	uint32_t kind, owner;
	bool listed;

	if (!words_at(lock, 0, mutex, 10))
		return false;
	kind = mutex[4];
	listed = kind & (KIND_ROBUST | KIND_INHERIT);
	owner = listed ? mutex[0] & FUTEX_TID_MASK : mutex[2];
	if (kind & ~KIND_ALL || !owner || owner >= MANY || !mutex[3] || mutex[3] > MANY)
		return false;
	if (!fits_sharing(wait, kind & (KIND_SHARED | KIND_ROBUST)))
		return false;
	if (!listed && (mutex[6] || mutex[7] || mutex[8] || mutex[9]))
		return false;
	if ((kind & KIND_TYPE) == 1 ? !mutex[1] : mutex[1] > !!(kind & (KIND_ROBUST | KIND_INHERIT | KIND_PROTECT)))
		return false; /* only a recursive one counts beyond 1, and a plain one not at all */
	found->what = kind & KIND_INHERIT ? RESOLVED_PI_MUTEX : RESOLVED_MUTEX;
	found->traits = mutex_traits(kind);
	found->owner = owner;
	found->whole = true;
	return true;
}

/* lock, count, and the owner's descriptor. */
static bool is_stream(const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t stream[4];
	uint64_t owner;

	if (!words_at(lock, 0, stream, 4))
		return false;
	owner = (uint64_t)stream[3] << 32 | stream[2];
	if (!stream[1] || stream[1] > MANY || owner < 1ull << 32 || owner >> 47 || owner % 64)
		return false;
	found->what = RESOLVED_MUTEX;
	found->traits = LOCK_STREAM;
	found->owner_descriptor = owner;
	return true;
}

static void recognise_lock(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t word = 0, owner = 0;

	if (!word_at(lock, 0, &word) || word != wait->value || is_mutex(wait, lock, found))
		return;
	if (word & FUTEX_WAITERS) { /* the kernel's own format: the holder in the word */
		found->what = RESOLVED_MUTEX;
		found->owner = word & FUTEX_TID_MASK;
	} else if (word == 2 && !is_stream(lock, found) && word_at(lock, 8, &owner) && owner && owner < MANY) {
		found->what = RESOLVED_MUTEX;
		found->owner = owner;
	}
}

static void recognise_inheriting(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t word = 0;

	if (is_mutex(wait, lock, found) && found->what == RESOLVED_PI_MUTEX)
		return;
	*found = (struct lock_found){.what = RESOLVED_PI_MUTEX, .address = wait->address};
	if (word_at(lock, 0, &word))
		found->owner = word & FUTEX_TID_MASK;
}

/*
 * readers (count << 3, then waiting, write-locked, write phase), writers, the word for the phase,
 * the word for writers, two pads, the writer's tid, shared, elision, two pads, flags. The word is 1
 * while its side must wait, and 2 more once somebody does; a writer that waits for readers to leave
 * waits for the phase's word to stop being 0.
 */
static bool is_rwlock(const struct ev_wait *wait, const struct lock_bytes *lock, int offset, struct lock_found *found)
{
	uint32_t value = wait->value, readers, writer;
	uint32_t rw[13];

	if (!words_at(lock, -offset, rw, 13) || (value != 3 && (value != 2 || offset != 8)))
		return false;
	readers = rw[0] >> 3;
	writer = rw[6];
	if (rw[4] || rw[5] || rw[7] > 1 || rw[8] || rw[9] || rw[10] || rw[11] || rw[12] > 2)
		return false;
	if (!fits_sharing(wait, rw[7]) || rw[1] > MANY || readers > MANY || writer >= MANY || rw[offset / 4] != value)
		return false;
	if (offset == 8 && value == 3 && !(rw[0] & 1))
		return false; /* readers wait in a write phase only */
	if (value == 3 && offset == 8 ? !writer : !writer && !readers)
		return false;
	found->what = RESOLVED_RWLOCK;
	found->traits = (value == 3 && offset == 8 ? LOCK_TO_READ : 0) | (rw[7] ? LOCK_SHARED : 0);
	found->owner = rw[0] & 1 ? writer : 0; /* in a read phase it is the next writer's */
	found->holders = rw[0] & 1 ? 0 : readers;
	found->whole = true;
	found->address = lock->address - (unsigned int)offset;
	return true;
}

/* sequence (64 bits), start (64), references of two groups, sizes of two, the first's size,
 * waiters, signals of two. */
static bool is_condition(const struct ev_wait *wait, const struct lock_bytes *lock, int group, struct lock_found *found)
{
	uint32_t cond[12];
	int offset = 40 + group * 4;
	uint64_t sequence, start;
	uint32_t waiters;

	if ((lock->address - (unsigned int)offset) % 8 || !words_at(lock, -offset, cond, 12))
		return false;
	sequence = (uint64_t)cond[1] << 32 | cond[0];
	start = (uint64_t)cond[3] << 32 | cond[2];
	waiters = cond[9] >> 3;
	if (wait->value || cond[10 + group] || !waiters || waiters > MANY || sequence >> 1 < 1 || start > sequence)
		return false;
	if (!fits_sharing(wait, cond[9] & 1) || cond[4 + group] >> 1 < 1 || cond[4 + group] >> 1 > waiters ||
	    (cond[5 - group] >> 1) > waiters)
		return false;
	found->what = RESOLVED_CONDITION;
	found->address = lock->address - (unsigned int)offset;
	found->traits = cond[9] & 1 ? LOCK_SHARED : 0;
	return true;
}

/* value and waiters (64 bits), private, pad. */
static bool is_semaphore(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t sem[4];

	if (wait->value || lock->address % 8 || !words_at(lock, 0, sem, 4))
		return false;
	if (sem[0] || !sem[1] || sem[1] > MANY || (sem[2] && sem[2] != 128) || sem[3] || !fits_sharing(wait, sem[2]))
		return false;
	found->what = RESOLVED_SEMAPHORE;
	found->traits = sem[2] ? LOCK_SHARED : 0;
	return true;
}

/* arrived, round, count, shared, left. */
static bool is_barrier(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t barrier[5];

	if (!words_at(lock, -4, barrier, 5))
		return false;
	if (!fits_sharing(wait, barrier[3]) || barrier[1] != wait->value || barrier[2] < 2 || barrier[2] > MANY ||
	    barrier[0] <= barrier[1] || barrier[0] - barrier[1] >= barrier[2] || (barrier[3] && barrier[3] != 128) ||
	    barrier[4] > barrier[0])
		return false;
	found->what = RESOLVED_BARRIER;
	found->holders = barrier[0] - barrier[1];
	found->traits = barrier[3] ? LOCK_SHARED : 0;
	found->address = lock->address - 4;
	return true;
}

static void recognise_other(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	uint32_t word, value = wait->value;

	if (!word_at(lock, 0, &word) || word != value)
		return; /* it has been woken, and is on its way */
	if (is_rwlock(wait, lock, 8, found) || is_rwlock(wait, lock, 12, found) || is_condition(wait, lock, 0, found) ||
	    is_condition(wait, lock, 1, found) || is_semaphore(wait, lock, found) || is_barrier(wait, lock, found))
		return;
	if (!value || value >= MANY)
		return;
	found->what = RESOLVED_JOIN; /* if there is such a thread, and the word is its descriptor's */
	found->owner = value;
}

void lock_recognise(const struct ev_wait *wait, const struct lock_bytes *lock, struct lock_found *found)
{
	unsigned int command = wait->op & FUTEX_COMMAND;

	*found = (struct lock_found){.what = RESOLVED_FUTEX, .address = wait->address};
	if (command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2) {
		recognise_inheriting(wait, lock, found);
		return;
	}
	if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET)
		return;
	if (wait->value == 2 || wait->value & FUTEX_WAITERS)
		recognise_lock(wait, lock, found);
	if (found->what == RESOLVED_FUTEX)
		recognise_other(wait, lock, found);
}
