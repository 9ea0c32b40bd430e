/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Semaphore: a level under its lot's guard. A unit released while someone waits never touches the level. */
#include <errno.h>
#include <stdio.h>

#include <thrace/semaphore.h>
#include "event.h"
#include "lock.h"
#include "thread.h"

int thr_sem_init(thr_sem *sem, int64_t value)
{
	if (!sem)
		return -EFAULT;
	if (value < 0)
		return -EINVAL;
	*sem = (thr_sem){ .level = value - 1 };
	return 0;
}

/* A bound of 0 is kept as -1: 0 stands for "none". */
int thr_bounded_sem_init(thr_sem *sem, int64_t value)
{
	int error = thr_sem_init(sem, value);

	if (!error)
		sem->bound = value ? value : -1;
	return error;
}

static void sem_arm(void *object, struct thr__node *node)
{
	thr_sem *sem = object;
	struct thr__lot *lot = thr__lot_lock(sem);

	if (sem->level >= 0) {
		if (thr__wait_take(node))
			store_relaxed(&sem->level, sem->level - 1);
	} else if (!node->wait->poll) {
		thr__lot_hang(lot, sem, node);
	}
	thr__lot_unlock(lot);
}

const struct thr__class thr__sem_class = { .arm = sem_arm, .disarm = thr__lot_disarm };

static bool try_take(thr_sem *sem)
{
	struct thr__lot *lot = thr__lot_lock(sem);
	bool taken = sem->level >= 0;

	if (taken)
		store_relaxed(&sem->level, sem->level - 1);
	thr__lot_unlock(lot);
	return taken;
}

int thr_sem_acquire_cancel(thr_sem *sem, thr_ns timeout, thr_cancel *cancel)
{
	struct thr__source source = { .class = &thr__sem_class, .object = sem };
	struct thr__waiting why = { .kind = THR_WAIT_semaphore, .object = sem };
	thr__deadline deadline;
	int error;

	if (!sem)
		return -EFAULT;
	error = thr__strict_deadline(timeout, &deadline);
	if (error)
		return error;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	if (try_take(sem))
		return 0;
	if (deadline == 0)
		return -ETIMEDOUT;
	PROBE(sem_wait, thr__uid(), (uintptr_t)sem);
	error = thr__wait_for(&source, deadline, cancel, &why);
	PROBE(sem_acquired, thr__uid(), (uintptr_t)sem, error);
	return error;
}

int thr_sem_acquire(thr_sem *sem, thr_ns timeout)
{
	return thr_sem_acquire_cancel(sem, timeout, NULL);
}

static bool exceeds(const thr_sem *sem, int64_t n)
{
	int64_t value = sem->level + 1;

	if (sem->bound)
		return n > (sem->bound > 0 ? sem->bound : 0) - value;
	return n > INT64_MAX - 1 - value;
}

int thr_sem_release(thr_sem *sem, int64_t n)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot;
	unsigned woken = 0;

	if (!sem)
		return -EFAULT;
	if (n < 1)
		return -EINVAL;
	lot = thr__lot_lock(sem);
	if (exceeds(sem, n)) {
		thr__lot_unlock(lot);
		return -EOVERFLOW;
	}
	/* Whoever waits proves that the level is 0: the units go to them first. */
	if (sem->level < 0)
		woken = thr__lot_claim(lot, sem, n > UINT32_MAX ? UINT32_MAX : (unsigned)n, NULL, &wakes);
	/* Whoever was woken may have freed it by now; with units left there are more to come. */
	if (n > woken)
		store_relaxed(&sem->level, sem->level + n - woken);
	thr__lot_unlock(lot);
	thr__wakes_do(&wakes);
	PROBE(sem_release, thr__uid(), (uintptr_t)sem, n, woken);
	return 0;
}

int64_t thr_sem_value(const thr_sem *sem)
{
	return sem ? load_relaxed(&sem->level) + 1 : 0;
}

int thr_sem_repr(const thr_sem *sem, char *text, size_t size)
{
	long long value = thr_sem_value(sem);

	if (sem && sem->bound)
		return snprintf(text, size, "<thr.BoundedSemaphore at %p: value=%lld/%lld>", (const void *)sem, value,
				sem->bound > 0 ? (long long)sem->bound : 0LL);
	return snprintf(text, size, "<thr.Semaphore at %p: value=%lld>", (const void *)sem, value);
}
