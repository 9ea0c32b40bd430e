/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Threads that have done their work and are on their way out of the kernel. The end of the process must not overtake one
 * that it waits for: an observer would see it torn down. Only the system's join tells when a thread is really gone, so
 * whom nobody joins is not detached: he stands here, and is joined by the shutdown, or once a later one comes along.
 */
#include <stdlib.h>

#include "thread.h"

struct list {
	thr_thread *first;
};

/* Both under thr__all.guard. */
static struct list ended;   /* their objects are there: they may still be joined through them, or are */
static struct list orphans; /* their objects are given up; nobody else knows them */

static void link(struct list *list, thr_thread *thread)
{
	thread->leaving = true;
	thread->prev = NULL;
	thread->next = list->first;
	if (list->first)
		list->first->prev = thread;
	store_relaxed(&list->first, thread);
}

static void unlink_locked(struct list *list, thr_thread *thread)
{
	if (thread->prev)
		thread->prev->next = thread->next;
	else
		store_relaxed(&list->first, thread->next);
	if (thread->next)
		thread->next->prev = thread->prev;
	thread->leaving = false;
}

void thr__leave_begin_locked(thr_thread *thread)
{
	if (thread->ours && !load_relaxed(&thread->daemon) && thread->forks == thr_registry.forks)
		link(&ended, thread);
}

void thr__leave_end(thr_thread *thread)
{
	thr__guard_lock(&thr__all.guard);
	if (thread->leaving)
		unlink_locked(&ended, thread);
	thr__guard_unlock(&thr__all.guard);
}

/* Those that are out by now, unlinked; the rest stays. */
static thr_thread *take_gone_locked(void)
{
	thr_thread *gone = NULL, *next;

	for (thr_thread *thread = orphans.first; thread; thread = next) {
		next = thread->next;
		if (pthread_tryjoin_np(load_relaxed(&thread->pthread), NULL))
			continue;
		unlink_locked(&orphans, thread);
		thread->next = gone;
		gone = thread;
	}
	return gone;
}

static void free_all(thr_thread *thread)
{
	for (thr_thread *next; thread; thread = next) {
		next = thread->next;
		free(thread);
	}
}

void thr__leave_sweep(void)
{
	thr_thread *gone;

	if (!load_relaxed(&orphans.first))
		return;
	thr__guard_lock(&thr__all.guard);
	gone = take_gone_locked();
	thr__guard_unlock(&thr__all.guard);
	free_all(gone);
}

void thr__leave_orphan(thr_thread *thread)
{
	thr_thread *gone;

	thr__guard_lock(&thr__all.guard);
	if (thread->leaving)
		unlink_locked(&ended, thread);
	link(&orphans, thread);
	gone = take_gone_locked();
	thr__guard_unlock(&thr__all.guard);
	thr__shutdown_nudge(); /* between the claim and here it may have seen that another joins this one */
	free_all(gone);
}

/*
 * Itself, whose destructors called exit, or one that this very thread was joining when a signal's handler called exit:
 * neither will be out of the kernel before this has come to its end.
 */
static bool waits_for_us(thr_thread *thread)
{
	if (pthread_equal(load_acquire(&thread->pthread), pthread_self()))
		return true;
	return load_acquire(&thread->os) == THR__OS_JOINING && load_relaxed(&thread->joiner) == thr__tid();
}

bool thr__leave_next(struct thr__leaver *leaver)
{
	thr_thread *orphan;

	*leaver = (struct thr__leaver){ 0 };
	thr__guard_lock(&thr__all.guard);
	orphan = orphans.first;
	if (orphan) {
		unlink_locked(&orphans, orphan);
		leaver->uid = orphan->uid;
		leaver->pthread = load_acquire(&orphan->pthread);
		leaver->ours = true;
	}
	for (thr_thread *thread = ended.first; thread && !leaver->ours; thread = thread->next) {
		if (load_acquire(&thread->os) == THR__OS_GONE || waits_for_us(thread))
			continue;
		leaver->uid = thread->uid;
		if (!thr__os_claim(thread))
			continue; /* another joins it right now, or whoever started it has not come to say so */
		/* Its object may go at any moment from here on. */
		unlink_locked(&ended, thread);
		leaver->pthread = load_acquire(&thread->pthread);
		leaver->ours = true;
		store_release(&thread->os, THR__OS_GONE);
	}
	thr__guard_unlock(&thr__all.guard);
	free(orphan);
	return leaver->uid != 0;
}

void thr__leave_fork_child(void)
{
	for (thr_thread *thread = ended.first; thread; thread = thread->next)
		thread->leaving = false;
	ended.first = NULL;
	free_all(orphans.first);
	orphans.first = NULL;
}
