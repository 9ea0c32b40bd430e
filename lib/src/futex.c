/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Sleeping and waking in the kernel, and telling the time. Knows no object of the library. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "futex.h"

__thread uint32_t thr__tid_cache;

/* The kernel's clock ids hold the thread's id, and the C library gives a thread's clock id without asking the kernel. */
uint32_t thr__native_id(pthread_t pthread)
{
	clockid_t clock;

	return pthread_getcpuclockid(pthread, &clock) ? 0 : ~((uint32_t)clock >> 3 | 0xe0000000U);
}

uint32_t thr__tid_look_up(void)
{
	uint32_t tid = thr__native_id(pthread_self());

	thr__tid_cache = tid ? tid : (uint32_t)syscall(SYS_gettid);
	return thr__tid_cache;
}

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
}

thr_ns thr_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (thr_ns)now.tv_sec * 1000000000 + now.tv_nsec;
}

int thr__deadline_after(thr_ns timeout, thr__deadline *deadline)
{
	if (timeout == THR_INVALID)
		return -EINVAL;
	if (timeout > THR_TIMEOUT_MAX)
		return -EOVERFLOW;
	if (timeout == THR_FOREVER)
		*deadline = THR__NEVER;
	else
		*deadline = timeout > 0 ? thr_monotonic() + timeout : 0;
	return 0;
}

/* The system call without errno: a wait must leave it alone. */
static int futex(uint32_t *word, int op, uint32_t value, const struct timespec *time, uint32_t mask)
{
	int saved = errno;
	long result = syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, time, NULL, mask);
	int error = result < 0 ? -errno : 0;

	errno = saved;
	return error;
}

int thr__futex_wait(uint32_t *word, uint32_t value, thr__deadline deadline)
{
	struct timespec at = to_timespec(deadline);

	return futex(word, FUTEX_WAIT_BITSET, value, deadline == THR__NEVER ? NULL : &at,
		     FUTEX_BITSET_MATCH_ANY);
}

int thr__futex_wait_lock(uint32_t *word, thr__deadline deadline)
{
	struct timespec left;
	int64_t ns;

	if (deadline == THR__NEVER)
		return futex(word, FUTEX_WAIT, 2, NULL, 0);
	ns = deadline - thr_monotonic();
	if (ns <= 0)
		return -ETIMEDOUT;
	left = to_timespec(ns);
	return futex(word, FUTEX_WAIT, 2, &left, 0);
}

void thr__futex_wake(uint32_t *word, int n)
{
	futex(word, FUTEX_WAKE, (uint32_t)n, NULL, 0);
}

/* Guards are held for a few dozen instructions: worth a short look before sleeping. */
enum { SPINS = 60 };

void thr__guard_lock_slow(struct thr__guard *guard)
{
	for (int i = 0; i < SPINS; i++) {
		if (load_relaxed(&guard->word) == 0 && cas(&guard->word, 0, 1))
			return;
		thr__relax();
	}
	while (exchange(&guard->word, 2) != 0)
		thr__futex_wait_lock(&guard->word, THR__NEVER);
}
