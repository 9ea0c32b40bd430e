// SPDX-License-Identifier: GPL-2.0-only
/* From a lock's owner, a number in the target's memory, to the thread that it means. */
#include <stdio.h>
#include <unistd.h>
#include "userspace/cmd/resolve/resolve_private.h"
#include "userspace/enrich/waiter.h"

static uint32_t seen_as(const struct thread *thread)
{
	return thread->ns_tid ? thread->ns_tid : thread->tid;
}

const struct thread *resolve_peer(const struct model *model, const struct process *process,
				  uint32_t number)
{
	const struct thread *known = model_thread(model, number);

	if (known && known->process == process && seen_as(known) == number)
		return known;
	if (process->leader && seen_as(process->leader) == process->leader->tid)
		return NULL; /* numbers are the same inside and outside */
	thread_for_each (process, thread)
		if (thread->end == END_ALIVE && seen_as(thread) == number)
			return thread;
	return NULL;
}

static bool same_namespace(const struct thread *thread)
{
	return seen_as(thread) == thread->tid;
}

/* It may have come since the model last heard: what is there has not ended. */
static bool has_thread(uint32_t pid, uint32_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/task/%u", pid, tid);
	return !access(path, F_OK);
}

static void set_owner(struct ev_wait_resolved *resolved, uint32_t tid, uint32_t pid)
{
	resolved->on_tid = tid;
	resolved->on_pid = pid;
}

/* No thread that the model knows. Only where every field of the lock fits is that more than chance. */
static void set_stranger(const struct thread *thread, const struct lock_found *found,
			 struct ev_wait_resolved *resolved)
{
	uint32_t pid = thread->process->pid;

	if (!found->whole || !same_namespace(thread))
		return;
	if (found->traits & LOCK_SHARED)
		pid = waiter_process(found->owner);
	else if (!has_thread(pid, found->owner))
		pid = 0;
	/* The kernel takes a robust lock from an owner that ends: a number of nobody is no owner's. */
	if (!pid && found->traits & LOCK_ROBUST)
		return;
	set_owner(resolved, found->owner, pid ? pid : thread->process->pid);
	if (!pid)
		resolved->head.flags |= RESOLVED_F_OWNER_ENDED;
}

static const struct thread *find_owner(const struct model *model, const struct thread *thread,
				       const struct lock_found *found)
{
	const struct thread *owner = resolve_peer(model, thread->process, found->owner);

	if (owner || !(found->traits & LOCK_SHARED) || !same_namespace(thread))
		return owner;
	owner = model_thread(model, found->owner);
	return owner && same_namespace(owner) ? owner : NULL;
}

/* A word that equals a thread's number is a join only when it lies where that thread has its number. */
static bool is_join(const struct thread *thread, const struct lock_found *found,
		    const struct thread *owner)
{
	return owner && owner != thread &&
	       lock_descriptor_tid(thread->process->pid, lock_descriptor_of_tid(found->address)) ==
		       found->owner;
}

void resolve_futex(const struct model *model, const struct thread *thread,
		   const struct lock_bytes *bytes, struct ev_wait_resolved *resolved)
{
	const struct thread *owner;
	struct lock_found found;

	if (thread->wait.kind == WAIT_JOIN && thread->wait.evidence == EVIDENCE_KERNEL)
		return; /* the kernel's word stands */
	lock_recognise(&thread->wait.raw, bytes, &found);
	if (found.owner_descriptor)
		found.owner = lock_descriptor_tid(thread->process->pid, found.owner_descriptor);
	owner = found.owner ? find_owner(model, thread, &found) : NULL;

	resolved->what = RESOLVED_FUTEX;
	resolved->evidence = RESOLVED_BY_NOTHING;
	resolved->address = thread->wait.raw.address;
	set_owner(resolved, 0, 0);
	if (found.what == RESOLVED_FUTEX || (found.what == RESOLVED_JOIN && !is_join(thread, &found, owner)))
		return;
	if (found.what == RESOLVED_MUTEX && !owner && !found.whole)
		return; /* no lock that is known: the number was chance */
	resolved->what = found.what;
	resolved->evidence = RESOLVED_BY_MEMORY;
	resolved->traits = found.traits;
	resolved->holders = found.holders;
	resolved->address = found.address;
	if (owner)
		set_owner(resolved, owner->tid, owner->process->pid);
	else if (found.owner)
		set_stranger(thread, &found, resolved);
}
