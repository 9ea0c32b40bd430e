/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The kernel's futex, deadlines, and the guard: the library's own small lock. Knows no object of the library.
 *
 * A guard has a lock's layout (word, then the owner's tid at byte 8), so an inspector names its holder too. States
 * of a word: 0 free, 1 held, 2 held and perhaps waited for. Legal: 2 with no waiter (one wake too many). Illegal: a
 * waiter asleep while the word is 0 or 1.
 */
#ifndef THR_FUTEX_H
#define THR_FUTEX_H

#include <pthread.h>
#include <stdint.h>
#include <thrace/base.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define load_relaxed(p)     __atomic_load_n(p, __ATOMIC_RELAXED)
#define load_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define store_relaxed(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define exchange(p, v)      __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define fetch_add(p, v)     __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST)

#define cas(p, from, to)                                                                                     \
	({                                                                                                   \
		__typeof__(*(p)) from_ = (from);                                                             \
		__atomic_compare_exchange_n(p, &from_, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);           \
	})

/* Absolute, CLOCK_MONOTONIC. */
typedef int64_t thr__deadline;
#define THR__NEVER INT64_MAX

/*
 * Sleeps while *word == value. 0, -EAGAIN (it differs), -EINTR, -ETIMEDOUT: the caller looks again in any case.
 * With value 2 and a relative time this is what inspectors know as waiting for a mutex: thr__futex_wait_lock.
 */
int thr__futex_wait(uint32_t *word, uint32_t value, thr__deadline deadline);
int thr__futex_wait_lock(uint32_t *word, thr__deadline deadline);
void thr__futex_wake(uint32_t *word, int n);

/* -EINVAL: THR_INVALID. -EOVERFLOW. Negative times are "now". */
int thr__deadline_after(thr_ns timeout, thr__deadline *deadline);

/* The calling thread's kernel id, cached. */
extern __thread uint32_t thr__tid_cache __attribute__((tls_model("initial-exec")));
uint32_t thr__tid_look_up(void);
uint32_t thr__native_id(pthread_t pthread); /* 0: not known */

static inline uint32_t thr__tid(void)
{
	uint32_t tid = thr__tid_cache;

	return likely(tid) ? tid : thr__tid_look_up();
}

/* Inside a spin: be kind to the other hardware thread. */
static inline void thr__relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

struct thr__guard {
	uint32_t word, reserved, owner_tid, reserved2;
};

void thr__guard_lock_slow(struct thr__guard *guard);

static inline void thr__guard_lock(struct thr__guard *guard)
{
	if (unlikely(!cas(&guard->word, 0, 1)))
		thr__guard_lock_slow(guard);
	store_relaxed(&guard->owner_tid, thr__tid());
}

static inline void thr__guard_unlock(struct thr__guard *guard)
{
	store_relaxed(&guard->owner_tid, 0);
	if (unlikely(exchange(&guard->word, 0) == 2))
		thr__futex_wake(&guard->word, 1);
}

#endif
