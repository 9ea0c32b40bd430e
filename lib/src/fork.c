/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Fork. Around it the library's own guards are held, so the child gets them consistent; in the child they are made
 * new, the forking thread becomes main, the others are stopped. The user's locks are copied as they are.
 */
#include <stdlib.h>

#include "thread.h"

static void before(void)
{
	thr__log_lock();
	thr__locals_lock();
	thr__guard_lock(&thr__all.guard);
	thr__registry_lock();
	thr__lots_lock();
}

static void after_in_parent(void)
{
	thr__lots_unlock();
	thr__registry_unlock();
	thr__guard_unlock(&thr__all.guard);
	thr__locals_unlock();
	thr__log_unlock();
}

static void did_not_survive(thr_thread *thread)
{
	bool ours = !thread->foreign && !thread->is_main;

	if (thread->how == THR_EXIT_NONE)
		thread->how = THR_EXIT_FORKED;
	thread->os = THR__OS_GONE;
	thread->is_main = false;
	thr__thread_stop(thread);
	thr__alive_unlink(thread);
	thr__thread_flags(thread);
	/* The reference that the thread held on itself; a first main has one for ever. */
	if (ours || thread->foreign)
		thr_thread_unref(thread);
}

static void become_main(void)
{
	thr_thread *self = thr__self;

	if (!self && thr__thread_alloc(&self, "MainThread", 0))
		abort(); /* in a fresh child, before the program runs: there is nobody to tell */
	if (self->foreign) {
		thr_thread_set_name(self, "MainThread");
		self->foreign = false;
		self->daemon = false;
	}
	self->os = THR__OS_GONE;
	self->is_main = true;
	self->how = THR_EXIT_NONE;
	if (!self->linked)
		thr__alive_add(self);
	store_release(&self->state, THR_STARTED); /* one that forks after its thr_shutdown() lives again */
	SLOT_SET(self->slot, state, THR_SLOT_STARTED);
	thr__all.main = self;
	thr_registry.main_uid = self->uid;
	thr__thread_flags(self);
	thr__thread_attach(self);
}

static void after_in_child(void)
{
	thr_thread *thread, *next;

	thr__tid_cache = 0;
	thr__lots_reset();
	thr__registry_fork_child();
	thr__all.guard = (struct thr__guard){ 0 };
	thr__locals_reset();
	thr__log_reset();
	thr__leave_fork_child();
	for (thread = thr__all.first; thread; thread = next) {
		next = thread->next;
		if (thread != thr__self)
			did_not_survive(thread);
	}
	become_main();
	thr__shutdown_fork_child();
	PROBE(fork_child, thr__uid(), thr__tid());
}

void thr__fork_up(void)
{
	pthread_atfork(before, after_in_parent, after_in_child);
}
