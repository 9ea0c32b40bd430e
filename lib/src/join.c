/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Join: repeatable, by many at once, with a timeout. The first to come sleeps in the system's own join: no dearer than
 * pthread_join(), and an inspector knows that sleep for a join without any help from us. The others, and whoever
 * has a token, wait in line at the object. The system's join is done exactly once; when
 * its object goes before that, by others (leave.c), or the thread is a daemon and is detached.
 */
#include <errno.h>
#include <time.h>

#include "thread.h"

/* ThreadSanitizer does not know pthread_clockjoin_np() and would take the thread for unjoined; the other follows a clock
 * that may be set. */
#ifdef __SANITIZE_THREAD__
enum { TIMED_SYSTEM_JOIN = 0 };
#else
enum { TIMED_SYSTEM_JOIN = 1 };
#endif

static bool stopped(const thr_thread *thread)
{
	return load_acquire(&thread->state) == THR_STOPPED;
}

static void thread_arm(void *object, struct thr__node *node)
{
	thr_thread *thread = object;
	struct thr__lot *lot = thr__lot_lock(thread);

	if (stopped(thread))
		thr__wait_take(node);
	else if (!node->wait->poll)
		thr__lot_hang(lot, thread, node);
	thr__lot_unlock(lot);
}

const struct thr__class thr__thread_class = { .arm = thread_arm, .disarm = thr__lot_disarm };

int thr__system_join_until(pthread_t pthread, thr__deadline deadline)
{
	struct timespec at;

	if (!TIMED_SYSTEM_JOIN) {
		clock_gettime(CLOCK_REALTIME, &at);
		deadline += at.tv_sec * INT64_C(1000000000) + at.tv_nsec - thr_monotonic();
	}
	at = (struct timespec){ .tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000 };
	if (TIMED_SYSTEM_JOIN)
		return pthread_clockjoin_np(pthread, NULL, CLOCK_MONOTONIC, &at);
	return pthread_timedjoin_np(pthread, NULL, &at);
}

/* A shutdown may wait for this. Stored in one step that no later load overtakes: nudge's. */
static void joined(thr_thread *thread, int error)
{
	exchange(&thread->os, error ? THR__OS_JOINABLE : THR__OS_GONE);
	thr__shutdown_nudge();
}

static int system_join(thr_thread *thread, thr__deadline deadline, const struct thr__waiting *why)
{
	int error;

	thr__registry_wait_begin(why, deadline);
	if (deadline == THR__NEVER)
		error = pthread_join(load_acquire(&thread->pthread), NULL);
	else
		error = thr__system_join_until(load_acquire(&thread->pthread), deadline);
	thr__registry_wait_end();
	/* After a timeout another may try. Otherwise (a circle of joins) wait in line like everyone. */
	joined(thread, error);
	return -error;
}

/*
 * The thread has said its last word; what remains is its way out of the kernel and, before that, the destructors of
 * the program's own pthread keys. Only a join for ever waits for them.
 */
static void reap(thr_thread *thread, bool wait)
{
	int error;

	if (!thr__os_claim(thread))
		return;
	if (wait)
		error = pthread_join(load_acquire(&thread->pthread), NULL);
	else
		error = pthread_tryjoin_np(load_acquire(&thread->pthread), NULL);
	joined(thread, error);
}

static int wait_for_end(thr_thread *thread, thr__deadline deadline, thr_cancel *cancel,
			const struct thr__waiting *why)
{
	struct thr__source source = { .class = &thr__thread_class, .object = thread };
	bool by_system = !cancel && (deadline == THR__NEVER || (deadline && TIMED_SYSTEM_JOIN));

	if (by_system && thr__os_claim(thread)) {
		int error = system_join(thread, deadline, why);

		if (error == 0)
			return 0;
		if (error == -ETIMEDOUT)
			return stopped(thread) ? 0 : error;
	}
	return thr__wait_for(&source, deadline, cancel, why);
}

int thr__thread_may_join(const thr_thread *thread)
{
	int error = thr__thread_check(thread);

	if (error)
		return error;
	if (load_acquire(&thread->state) == THR_INITIAL)
		return -ESRCH;
	if (thread == thr__self)
		return -EDEADLK;
	/* Nobody tells when a foreign thread ends, save that a fork ended it. */
	return thread->foreign && !(stopped(thread) && thread->how == THR_EXIT_FORKED) ? -ENOTSUP : 0;
}

int thr__thread_join(thr_thread *thread, thr_ns timeout, thr_cancel *cancel, const struct thr__waiting *why)
{
	int error = thr__thread_may_join(thread);
	thr__deadline deadline;

	if (!error)
		error = thr__deadline_after(timeout, &deadline);
	if (error)
		return error;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	if (!stopped(thread)) {
		PROBE(join_begin, thr__uid(), thread->uid, timeout);
		error = wait_for_end(thread, deadline, cancel, why);
		if (!error && !stopped(thread))
			error = -ESRCH; /* its start failed while we waited */
		PROBE(join_end, thr__uid(), thread->uid, error);
	}
	if (!error)
		reap(thread, deadline == THR__NEVER);
	return error;
}

int thr_thread_join_cancel(thr_thread *thread, thr_ns timeout, thr_cancel *cancel)
{
	struct thr__waiting why = {
		.kind = THR_WAIT_join,
		.object = thread,
		.target_uid = thr_thread_uid(thread),
	};

	return thr__thread_join(thread, timeout, cancel, &why);
}

int thr_thread_join(thr_thread *thread, thr_ns timeout)
{
	return thr_thread_join_cancel(thread, timeout, NULL);
}
