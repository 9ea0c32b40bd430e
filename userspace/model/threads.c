/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads: made, found, placed and forgotten.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct thread *thread_known(const struct model *model, uint32_t tid, uint32_t pid)
{
	struct thread *thread = thread_live(model, tid);

	if (!thread || (thread->process->pid && thread->process->pid != pid))
		return NULL;
	return thread;
}

const struct thread *model_thread_started(const struct model *model, uint32_t tid, uint64_t start_ns)
{
	struct thread *const *last = table_last(&model_own(model)->table, tid);

	return last && *last && start_ns && (*last)->start_ns == start_ns ? *last : NULL;
}

void thread_free(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);

	model_own(model)->threads_count--;
	*own->all_link = own->all_next;
	if (own->all_next)
		thread_own(own->all_next)->all_link = own->all_link;
	free(thread->delays.buckets);
	free((char *)thread->full_name);
	anatomy_clear(&thread->anatomy);
	free(thread->waits);
	map_clear(&own->wait_index);
	if (thread->process)
		process_unref(model, thread->process);
	free(own); /* where the whole begins */
}

static void thread_unref(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);

	if (--own->refs == 0 && own->forgotten)
		thread_free(model, thread);
}

void thread_point(struct model *model, const struct thread **slot, const struct thread *to)
{
	struct thread *old = (struct thread *)*slot;

	if (old == to)
		return;
	if (to)
		thread_own(to)->refs++;
	*slot = to;
	if (old)
		thread_unref(model, old);
}

static void thread_link(struct thread *thread, struct process *process)
{
	struct thread_own *own = thread_own(thread);

	own->list_link = process->threads_tail;
	*process->threads_tail = thread;
	process->threads_tail = &thread->next;
	process->threads_count++;
	process->threads_seen++;
}

static void thread_unlink(struct thread *thread)
{
	struct thread_own *own = thread_own(thread);
	struct process *process = thread->process;

	*own->list_link = thread->next;
	if (thread->next)
		thread_own(thread->next)->list_link = own->list_link;
	else
		process->threads_tail = own->list_link;
	thread->next = NULL;
	process->threads_count--;
	if (process->leader == thread)
		process->leader = NULL;
}

/* It is found by its tid no more. */
static void lose_last(struct model *model, const struct thread *thread)
{
	struct thread **last = table_last(&model_own(model)->table, thread->tid);

	if (last && *last == thread)
		*last = NULL;
}

void thread_forget(struct model *model, struct thread *thread)
{
	struct thread_own *own = thread_own(thread);

	lose_last(model, thread);
	if (own->listed) {
		model->threads_count--;
		model->forgotten_threads++;
		thread_unlink(thread);
	} else {
		context_remove(model, thread);
	}
	own->forgotten = true;
	own->refs++; /* for as long as this function needs it */
	waits_clear(model, thread);
	thread_point(model, &thread->creator, NULL);
	thread_point(model, &thread->waker, NULL);
	thread_point(model, &own->woken_by, NULL);
	thread_point(model, &own->vfork_child, NULL);
	free(thread->delays.buckets);
	thread->delays.buckets = NULL;
	free((char *)thread->full_name);
	thread->full_name = NULL;
	anatomy_clear(&thread->anatomy);
	if (own->listed && thread->process->ended && !thread->process->threads_count)
		process_forget(model, thread->process);
	thread_unref(model, thread);
}

void threads_trim(struct model *model)
{
	struct model_own *own = model_own(model);

	while (own->ended_count > own->ended_limit) {
		struct thread *oldest = own->ended_first;

		own->ended_first = thread_own(oldest)->ended_next;
		if (!own->ended_first)
			own->ended_tail = &own->ended_first;
		if (own->ended_passed == oldest)
			own->ended_passed = NULL;
		own->ended_count--;
		thread_forget(model, oldest);
	}
}

/* Into its process's list and counts. */
static void thread_list(struct model *model, struct thread *thread)
{
	struct process *process = thread->process;

	thread_own(thread)->listed = true;
	model->threads_count++;
	if (process != model_own(model)->nowhere)
		process_list(model, process);
	thread_link(thread, process);
	process_account(process, model->now_ns);
	process->ended = false;
	process_count(process, thread, 1);
	if (thread->tid == process->pid)
		process->leader = thread;
}

static struct thread *thread_alloc(struct model *model)
{
	struct model_own *all = model_own(model);
	struct thread_whole *both = NULL;

	if (all->threads_count < all->threads_limit)
		both = aligned_alloc(_Alignof(struct thread_whole), sizeof(*both));
	if (!both)
		return NULL;
	memset(both, 0, sizeof(*both));
	all->threads_count++;
	both->thread.serial = ++all->thread_serial;
	both->own.wait_slot = -1;
	both->own.all_next = all->all_threads;
	both->own.all_link = &all->all_threads;
	if (all->all_threads)
		thread_own(all->all_threads)->all_link = &both->own.all_next;
	all->all_threads = &both->thread;
	return &both->thread;
}

struct thread *thread_new(struct model *model, uint32_t tid, struct process *process, bool listed)
{
	struct tid_entry *entry = table_make(&model_own(model)->table, tid);
	struct thread *thread;

	if (!entry)
		return NULL;
	thread = thread_alloc(model);
	if (!thread)
		return NULL;
	process_own(process)->refs++; /* before the last one that knew it may go */
	if (entry->thread)
		thread_gone(model, entry->thread);
	entry->thread = thread;
	*table_last(&model_own(model)->table, tid) = thread;
	thread->tid = tid;
	thread->cpu = -1;
	thread->daemon = -1;
	thread->first_ns = thread->last_ns = thread->state_since_ns = model->now_ns;
	thread->process = process;
	if (listed)
		thread_list(model, thread);
	return thread;
}

void thread_place(struct model *model, struct thread *thread, struct process *process)
{
	struct process *old = thread->process;

	if (old == process)
		return;
	if (thread_own(thread)->listed) {
		process_account(old, model->now_ns);
		process_count(old, thread, -1);
		thread_unlink(thread);
		model->threads_count--;
	}
	process_own(process)->refs++;
	thread->process = process;
	if (thread_own(thread)->listed)
		thread_list(model, thread);
	process_unref(model, old);
}

/*
 * A record with the pid of a live process as its tid, after the leader ended: only exec brings that, and what told of it
 * was lost. The thread that called it has taken the leader's tid; it is the one that is still alive.
 */
static struct thread *thread_after_exec(struct model *model, uint32_t tid)
{
	struct tid_entry *entry = table_find(&model_own(model)->table, tid);
	struct process *process = entry ? entry->process : NULL;
	struct thread *survivor = NULL;

	if (!process || process->ended || !process->leader || process->leader->end == END_ALIVE)
		return NULL;
	for (struct thread *thread = process->threads; thread; thread = thread->next) {
		if (thread->end != END_ALIVE || thread->exiting)
			continue;
		if (survivor)
			return NULL;
		survivor = thread;
	}
	if (!survivor || thread_adopt_leader(model, survivor))
		return NULL;
	return survivor;
}

struct thread *thread_observe(struct model *model, uint32_t tid, uint32_t pid)
{
	struct thread *thread = thread_live(model, tid);
	struct process *process = model_own(model)->nowhere;
	struct tid_entry *entry;

	if (!thread)
		thread = thread_after_exec(model, tid);
	if (thread && !thread_own(thread)->listed && process_own(thread->process)->forgotten) {
		thread_gone(model, thread); /* known by name only, of a process that nobody knows any more */
		thread = NULL;
	}
	if (thread && thread_own(thread)->listed && (!pid || thread->process->pid == pid))
		return thread;
	if (!pid) {
		entry = table_find(&model_own(model)->table, tid);
		if (entry && entry->process && !entry->process->ended)
			pid = tid; /* a pid that is taken is no other process's tid */
	}
	if (pid) {
		process = process_get(model, pid);
		if (!process)
			return NULL;
	}
	if (!thread)
		return thread_new(model, tid, process, true);
	if (pid && thread->process != process) {
		if (thread->process->pid) /* a thread never changes its process: this is another one */
			return thread_new(model, tid, process, true);
		thread_place(model, thread, process);
	}
	if (!thread_own(thread)->listed) {
		/* Known by name until now: its observed life begins. */
		context_remove(model, thread);
		thread->first_ns = thread->last_ns = thread->state_since_ns = model->now_ns;
		thread_list(model, thread);
	}
	return thread;
}

void thread_rename(struct thread *thread, const char *name, size_t size)
{
	struct process *process = thread->process;

	if (size > ABI_NAME_BYTES)
		size = ABI_NAME_BYTES;
	memset(thread->name, 0, sizeof(thread->name));
	memcpy(thread->name, name, strnlen(name, size));
	if (thread->tid == process->pid)
		memcpy(process->name, thread->name, sizeof(process->name));
}

static void take_number(struct model *model, struct thread *thread, uint32_t tid)
{
	table_find(&model_own(model)->table, tid)->thread = thread;
	*table_last(&model_own(model)->table, tid) = thread;
	thread->former_tid = thread->tid;
	thread->tid = tid;
}

int thread_adopt_leader(struct model *model, struct thread *thread)
{
	struct process *process = thread->process;
	struct tid_entry *mine = table_find(&model_own(model)->table, thread->tid);
	struct tid_entry *leaders = table_make(&model_own(model)->table, process->pid);

	if (!leaders)
		return -ENOMEM;
	if (leaders->thread == thread) /* it has that place already */
		return 0;
	if (leaders->thread) {
		thread_own(leaders->thread)->exit_flags &= ~EXIT_F_LAST; /* somebody called exec */
		thread_end(model, leaders->thread, END_EXEC);
	}
	edges_remove(thread);
	if (mine && mine->thread == thread)
		mine->thread = NULL;
	lose_last(model, thread);
	take_number(model, thread, process->pid);
	thread->ns_tid = process->ns_pid;
	process->leader = thread;
	return edges_add(model, thread);
}

int thread_exchange_leader(struct model *model, struct thread *thread)
{
	struct thread *leader = thread_live(model, thread->process->pid);
	uint32_t tid = thread->tid, ns_tid = thread->ns_tid;
	int result;

	if (leader == thread || !leader || !thread_own(leader)->listed)
		return thread_adopt_leader(model, thread);
	thread_own(leader)->exit_flags &= ~EXIT_F_LAST; /* it may have been told so, but somebody called exec */
	edges_remove(leader);
	table_find(&model_own(model)->table, leader->tid)->thread = NULL;
	result = thread_adopt_leader(model, thread);
	take_number(model, leader, tid);
	leader->ns_tid = ns_tid; /* nobody will wait for it any more: it has no edges */
	return result;
}
