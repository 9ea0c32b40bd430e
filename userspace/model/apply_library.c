/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is told from outside the kernel: by the threading library's probes, and by who looks names up.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/decode/library_probes.h"

static struct library_wait begins(enum wait_kind kind, uint64_t object, bool timed)
{
	return (struct library_wait){.kind = kind, .object = object, .timed = timed};
}

/* The thread's wait after this word of its own; what it says of others changes nothing here. */
static struct library_wait wait_after(struct library_wait before, const struct ev_library *ev)
{
	struct library_wait lock;
	uint64_t object = ev->arg[1];
	bool timed = (int64_t)ev->arg[2] >= 0;

	switch (ev->probe) {
	case PROBE_join_begin:
		return begins(WAIT_JOIN, object, timed);
	case PROBE_lock_wait:
		lock = begins(WAIT_LOCK, object, false);
		lock.owner = (uint32_t)ev->arg[2];
		return lock;
	case PROBE_cond_wait:
		return begins(WAIT_CONDITION, object, timed);
	case PROBE_event_wait:
		return begins(WAIT_EVENT, object, timed);
	case PROBE_sem_wait:
		return begins(WAIT_SEMAPHORE, object, false);
	case PROBE_barrier_wait:
		return begins(WAIT_BARRIER, object, false);
	case PROBE_queue_put_wait:
		return begins(WAIT_QUEUE_PUT, object, false);
	case PROBE_queue_get_wait:
		return begins(WAIT_QUEUE_GET, object, false);
	case PROBE_queue_join_begin:
		return begins(WAIT_QUEUE_JOIN, object, false);
	case PROBE_timer_arm:
		return begins(WAIT_TIMER, object, true);
	case PROBE_shutdown_begin:
		return begins(WAIT_SHUTDOWN, 0, false);
	case PROBE_join_end:
	case PROBE_lock_acquired:
	case PROBE_lock_timeout:
	case PROBE_cond_wake:
	case PROBE_event_wake:
	case PROBE_sem_acquired:
	case PROBE_barrier_wake:
	case PROBE_queue_put:
	case PROBE_queue_get:
	case PROBE_queue_join_end:
	case PROBE_timer_fire:
	case PROBE_timer_cancel:
	case PROBE_shutdown_end:
	case PROBE_thread_exit:
		return begins(WAIT_UNKNOWN, 0, false);
	default:
		return before;
	}
}

static struct thread *find_uid(const struct process *process, uint64_t uid)
{
	for (struct thread *thread = uid ? process->threads : NULL; thread; thread = thread->next)
		if (thread->library_uid == uid && thread->end == END_ALIVE)
			return thread;
	return NULL;
}

void library_classify(struct wait *wait, const struct model *model, const struct thread *thread)
{
	const struct library_wait *library = &thread_own(thread)->library;

	/* What the kernel knows better, a join or another call, stands. */
	if (wait->raw.class != WAIT_CLASS_FUTEX || wait->evidence == EVIDENCE_KERNEL || !library->kind)
		return;
	wait->kind = library->kind;
	wait->evidence = EVIDENCE_LIBRARY;
	wait->timed = library->timed;
	wait->on = NULL;
	if (library->kind == WAIT_JOIN)
		wait->on = find_uid(thread->process, library->object);
	else
		wait->address = library->object;
	if (library->owner)
		wait->on = edges_by_tid(model, thread, library->owner);
}

/* A probe fires on the thread itself: it runs there. That matters only when the scheduler has not told yet. */
int apply_library(struct model *model, const struct record *record)
{
	const struct ev_library *ev = record->library;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid), *daemon;

	if (!thread)
		return -ENOMEM;
	thread_own(thread)->library = wait_after(thread_own(thread)->library, ev);
	if (ev->probe == PROBE_daemon_teardown) {
		daemon = find_uid(thread->process, ev->arg[0]);
		if (daemon)
			daemon->left_behind = true;
	}
	if (thread->state != STATE_UNKNOWN)
		return 0;
	return thread_prove_running(model, thread, ev->head.cpu);
}

int apply_thread_name(struct model *model, const struct record *record)
{
	const struct ev_thread_name *ev = record->thread_name;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);
	char *name;

	if (!thread)
		return -ENOMEM;
	name = strndup(ev->name, sizeof(ev->name));
	if (!name)
		return -ENOMEM;
	free((char *)thread->full_name);
	thread->full_name = name;
	thread->library_uid = ev->uid;
	thread->daemon = ev->daemon > 1 ? -1 : (int)ev->daemon;
	return 0;
}
