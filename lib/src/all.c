/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* All threads: the list of the living, main, the calling thread, and threads that the library did not start. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "thread.h"

struct thr__all thr__all;
__thread thr_thread *thr__self;

static pthread_key_t key;
static thr_thread *first_main; /* never freed */

int thr__alive_add(thr_thread *thread)
{
	int error = 0;

	thr__guard_lock(&thr__all.guard);
	if (load_relaxed(&thread->state) != THR_INITIAL) {
		error = -EALREADY;
	} else {
		store_release(&thread->state, THR_STARTED);
		thread->linked = thread->alive = true;
		thread->next = NULL;
		thread->prev = thr__all.last;
		*(thr__all.last ? &thr__all.last->next : &thr__all.first) = thread;
		thr__all.last = thread;
		thr__all.count++;
		if (thread->named)
			thr__copy_name(thread->comm, sizeof(thread->comm), thread->name);
	}
	thr__guard_unlock(&thr__all.guard);
	return error;
}

static void leave(thr_thread *thread)
{
	if (!thread->alive)
		return;
	thread->alive = false;
	thr__all.count--;
}

void thr__alive_leave(thr_thread *thread)
{
	thr__guard_lock(&thr__all.guard);
	leave(thread);
	thr__guard_unlock(&thr__all.guard);
}

void thr__alive_unlink_locked(thr_thread *thread)
{
	leave(thread);
	if (!thread->linked)
		return;
	*(thread->prev ? &thread->prev->next : &thr__all.first) = thread->next;
	*(thread->next ? &thread->next->prev : &thr__all.last) = thread->prev;
	thread->linked = false;
}

void thr__alive_unlink(thr_thread *thread)
{
	thr__guard_lock(&thr__all.guard);
	thr__alive_unlink_locked(thread);
	thr__guard_unlock(&thr__all.guard);
}

size_t thr_active_count(void)
{
	size_t count;

	thr__guard_lock(&thr__all.guard);
	count = thr__all.count;
	thr__guard_unlock(&thr__all.guard);
	return count;
}

size_t thr_enumerate(thr_thread **threads, size_t size)
{
	size_t n = 0;

	thr__guard_lock(&thr__all.guard);
	for (thr_thread *thread = thr__all.first; thread; thread = thread->next) {
		if (!thread->alive)
			continue;
		if (threads && n < size)
			threads[n] = thr_thread_ref(thread);
		n++;
	}
	thr__guard_unlock(&thr__all.guard);
	return n;
}

thr_thread *thr_main(void)
{
	return thr__all.main;
}

/* The end of a thread that did not return through the library: a foreign one, pthread_exit(), or main's. */
static void thread_gone(void *unused)
{
	thr_thread *thread = thr__self;

	(void)unused;
	if (thread && thread->is_main) {
		thr__shutdown_main_gone();
	} else if (thread && thread->foreign) {
		PROBE(foreign_detach, thread->uid);
		thr__thread_finish(thread);
	} else if (thread) {
		thr__thread_drop_arg(thread);
		thr__thread_finish(thread);
	} else {
		thr__locals_end();
	}
}

void thr__thread_key_set(void)
{
	pthread_setspecific(key, &key);
}

static thr_thread *attach_foreign(void)
{
	thr_thread *thread;

	if (thr__thread_alloc(&thread, NULL, 0))
		return NULL;
	thread->foreign = true;
	thread->daemon = true;
	thr__thread_flags(thread);
	SLOT_SET(thread->slot, state, THR_SLOT_STARTED);
	thr__thread_attach(thread);
	thr__alive_add(thread);
	PROBE(foreign_attach, thread->uid, thread->tid, (uintptr_t)thread->name);
	return thread;
}

/* Who watches hears of main as of any other thread: whatever its life, it is named as the library names it. */
static void tell_main(const thr_thread *thread)
{
	PROBE(thread_create, thread->uid, 0, (uintptr_t)thread->name, thread->daemon);
	PROBE(thread_started, thread->uid, thread->tid, thread->pthread);
}

static void main_attach(thr_thread *thread)
{
	thr__thread_attach(thread);
	tell_main(thread);
}

thr_thread *thr_current(void)
{
	if (likely(thr__self))
		return thr__self;
	/* The library was loaded by another thread, and this is main's first call. */
	if (thr__all.main && thr__tid() == (uint32_t)getpid() && !thr__all.main->pthread) {
		main_attach(thr__all.main);
		return thr__self;
	}
	return attach_foreign();
}

static void main_up(void)
{
	if (thr__thread_alloc(&first_main, "MainThread", 0))
		abort(); /* not even the first kilobyte: nothing can be reported, and nothing would work */
	first_main->is_main = true;
	thr__thread_flags(first_main);
	SLOT_SET(first_main->slot, state, THR_SLOT_STARTED);
	thr__all.main = first_main;
	thr_registry.main_uid = first_main->uid;
	thr__alive_add(first_main);
	if (thr__tid() == (uint32_t)getpid())
		main_attach(first_main);
}

/* Before the program's own constructors, which may already use the library. */
__attribute__((constructor(101))) static void library_up(void)
{
	if (thr__all.main)
		return;
	thr__registry_up();
	if (pthread_key_create(&key, thread_gone))
		abort(); /* the system's 1,024 keys are all taken before main: as above */
	main_up();
	thr__fork_up();
	thr__shutdown_up();
}
