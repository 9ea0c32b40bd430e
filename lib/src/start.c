/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A thread's life: start, the run of its target, its end. The order at the end is: run, hook, left the list of the
 * living, thread-locals destroyed, done, joiners wake.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "thread.h"

static void publish_ids(thr_thread *thread, pthread_t pthread, uint32_t tid)
{
	store_release(&thread->pthread, pthread);
	if (tid)
		store_release(&thread->tid, tid);
}

/* The kernel keeps 15 bytes. */
void thr__kernel_name(const char *name)
{
	char cut[16];

	thr__copy_name(cut, sizeof(cut), name);
	prctl(PR_SET_NAME, cut, 0, 0, 0);
}

void thr__thread_attach(thr_thread *thread)
{
	thr__self = thread;
	publish_ids(thread, pthread_self(), thr__tid());
	thr__slot_begin(thread->slot);
	thread->slot->tid = thr__tid();
	thread->slot->ident = (uint64_t)pthread_self();
	thr__slot_end(thread->slot);
	thr__thread_key_set();
}

static void stop(thr_thread *thread, struct thr__wakes *wakes)
{
	struct thr__lot *lot;

	thr__slot_begin(thread->slot);
	thread->slot->state = THR_SLOT_STOPPED;
	thread->slot->exit = thread->how;
	thread->slot->wait_kind = THR_WAIT_none; /* one that a fork left behind may have been waiting */
	thr__slot_end(thread->slot);
	lot = thr__lot_lock(thread);
	store_release(&thread->state, THR_STOPPED);
	thr__lot_claim(lot, thread, UINT32_MAX, NULL, wakes);
	thr__lot_unlock(lot);
}

void thr__thread_stop(thr_thread *thread)
{
	struct thr__wakes wakes = { .n = 0 };

	stop(thread, &wakes);
	thr__wakes_do(&wakes);
}

/* Whether this is the end by return or by the system's pthread_exit(), its object is let go exactly once. */
void thr__thread_finish(thr_thread *thread)
{
	struct thr__wakes wakes = { .n = 0 };

	if (thread->how == THR_EXIT_NONE)
		thread->how = THR_EXIT_EXITED;
	PROBE(thread_exit, thread->uid, thread->how);
	if (thr__locals_any()) {
		thr__alive_leave(thread);
		thr__locals_end();
	}
	thr__guard_lock(&thr__all.guard);
	thr__alive_unlink_locked(thread);
	thr__leave_begin_locked(thread);
	stop(thread, &wakes);
	thr__guard_unlock(&thr__all.guard);
	thr__wakes_do(&wakes);
	if (!thread->daemon)
		thr__shutdown_nudge();
	thr__self = NULL;
	thr_thread_unref(thread);
}

/* A fork in this thread made it the child's main, and its target has returned: the child ends, in order. */
static THR_NORETURN void end_as_main(thr_thread *thread)
{
	int status = 0;

	if (thread->how == THR_EXIT_EXITED)
		status = (int)(intptr_t)thread->result;
	else if (thread->how == THR_EXIT_FAILED)
		status = 1;
	exit(status);
}

static void *trampoline(void *arg)
{
	thr_thread *thread = arg;

	thr__thread_attach(thread);
	if (thread->comm[0])
		prctl(PR_SET_NAME, thread->comm, 0, 0, 0);
	/* Who started it may be writing the same at this moment. */
	PROBE(thread_started, thread->uid, load_relaxed(&thread->tid), load_relaxed(&thread->pthread));
	PROBE(thread_run, thread->uid);
	thr__thread_body(thread);
	if (thread->is_main)
		end_as_main(thread);
	thr__thread_finish(thread);
	return NULL;
}

/* Where the processor has many registers to save, the system's own minimum is above ours. */
static size_t at_least_the_system_s(size_t size)
{
	long least = sysconf(_SC_THREAD_STACK_MIN);

	return least > 0 && size < (size_t)least ? (size_t)least : size;
}

static int create(thr_thread *thread, pthread_t *pthread)
{
	pthread_attr_t attr;
	int error;

	if (!thread->stack_size)
		return pthread_create(pthread, NULL, trampoline, thread);
	pthread_attr_init(&attr);
	error = pthread_attr_setstacksize(&attr, at_least_the_system_s(thread->stack_size));
	if (!error)
		error = pthread_create(pthread, &attr, trampoline, thread);
	pthread_attr_destroy(&attr);
	return error;
}

/* As if it had never been tried: whoever meanwhile waits for its end is told that it was not started. */
static int failed(thr_thread *thread, int error)
{
	struct thr__wakes wakes = { .n = 0 };
	struct thr__lot *lot;

	thr__alive_unlink(thread);
	SLOT_SET(thread->slot, state, THR_SLOT_INITIAL);
	lot = thr__lot_lock(thread);
	store_release(&thread->state, THR_INITIAL);
	thr__lot_claim(lot, thread, UINT32_MAX, NULL, &wakes);
	thr__lot_unlock(lot);
	thr__wakes_do(&wakes);
	if (!thread->daemon)
		thr__shutdown_nudge();
	thr_thread_unref(thread);
	return error == EAGAIN ? -ENOBUFS : -error;
}

int thr_thread_base_start(thr_thread *thread)
{
	int error = thr__thread_check(thread);
	pthread_t pthread;

	if (error)
		return error;
	if (load_relaxed(&thr__all.final))
		return -ESHUTDOWN;
	thr__shutdown_register();
	thr__leave_sweep();
	thr_thread_ref(thread);
	error = thr__alive_add(thread);
	if (error) {
		thr_thread_unref(thread);
		return error;
	}
	thread->ours = true;
	thread->forks = thr_registry.forks;
	SLOT_SET(thread->slot, state, THR_SLOT_STARTED);
	PROBE(thread_start, thread->uid, thr__uid());
	error = create(thread, &pthread);
	if (error)
		return failed(thread, error);
	/* The new thread does this too; but start need not wait until that runs to tell its ids. */
	if (!load_acquire(&thread->tid))
		publish_ids(thread, pthread, thr__native_id(pthread));
	exchange(&thread->os, THR__OS_JOINABLE);
	thr__shutdown_nudge(); /* it may wait for this very thread, which ran faster than we did */
	return 0;
}

int thr_thread_start(thr_thread *thread)
{
	int error = thr__thread_check(thread);

	if (error)
		return error;
	return thread->ops && thread->ops->start ? thread->ops->start(thread) : thr_thread_base_start(thread);
}
