/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Context: threads known by name only, wakers and creators that are not observed themselves. In no list of the views.
 *
 * Nobody sees them end, so they are kept by age: in the order in which they were last told, the last ABI_CONTEXT_THREADS.
 * The one that makes room is not said to have ended. It is found by its number no more; who points at it keeps it, with
 * the name that it had.
 */
#include "userspace/model/private.h"

#include <string.h>

static void context_add(struct model *model, struct thread *thread)
{
	struct model_own *all = model_own(model);

	thread_own(thread)->list_link = all->context_tail;
	*all->context_tail = thread;
	all->context_tail = &thread->next;
	all->context_count++;
}

void context_remove(struct model *model, struct thread *thread)
{
	struct model_own *all = model_own(model);
	struct thread_own *own = thread_own(thread);

	*own->list_link = thread->next;
	if (thread->next)
		thread_own(thread->next)->list_link = own->list_link;
	else
		all->context_tail = own->list_link;
	thread->next = NULL;
	all->context_count--;
}

static void context_leave(struct model *model, struct thread *thread)
{
	table_find(&model_own(model)->table, thread->tid)->thread = NULL;
	thread_forget(model, thread);
}

/* NULL: no room. */
static struct thread *context_new(struct model *model, const struct ev_task_snapshot *ev)
{
	struct process *process = process_get(model, ev->pid);
	struct thread *thread;

	if (!process)
		return NULL;
	process_own(process)->refs++; /* so that it goes when nobody else wants it */
	thread = thread_new(model, ev->tid, process, false);
	process_unref(model, process);
	if (thread)
		context_add(model, thread);
	return thread;
}

static bool has_name(const struct thread *thread, const char name[ABI_NAME_BYTES])
{
	return !strncmp(thread->name, name, ABI_NAME_BYTES);
}

int apply_context(struct model *model, const struct ev_task_snapshot *ev)
{
	struct model_own *all = model_own(model);
	struct thread *thread = thread_known(model, ev->tid, ev->pid);

	/* Who is observed has its name from its own records: /proc, asked a moment later, may mean another by its number. */
	if (thread && thread_own(thread)->listed && thread->name[0])
		return 0;
	if (thread && !thread_own(thread)->listed) {
		if (has_name(thread, ev->name)) {
			context_remove(model, thread);
			context_add(model, thread);
		} else { /* another by its number, or another program: whom it woke before was woken by the former */
			context_leave(model, thread);
			thread = NULL;
		}
	}
	if (!thread)
		thread = context_new(model, ev);
	if (!thread)
		return 0; /* no room: a name less */
	thread->kernel_thread = ev->head.flags & SNAPSHOT_F_KERNEL;
	thread_rename(thread, ev->name, sizeof(ev->name));
	if (all->context_count > ABI_CONTEXT_THREADS)
		context_leave(model, all->context_first);
	return 0;
}
