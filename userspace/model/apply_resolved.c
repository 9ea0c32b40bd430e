/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What somebody found who looked closer at a present wait. A wait that is over by now, or another one, is left alone.
 */
#include "userspace/model/private.h"

#include <errno.h>

static const enum wait_kind kinds[RESOLVED_COUNT] = {
	[RESOLVED_FUTEX] = WAIT_FUTEX,	       [RESOLVED_JOIN] = WAIT_JOIN,
	[RESOLVED_MUTEX] = WAIT_MUTEX,	       [RESOLVED_PI_MUTEX] = WAIT_PI_MUTEX,
	[RESOLVED_RWLOCK] = WAIT_RWLOCK,       [RESOLVED_CONDITION] = WAIT_CONDITION,
	[RESOLVED_SEMAPHORE] = WAIT_SEMAPHORE, [RESOLVED_BARRIER] = WAIT_BARRIER,
	[RESOLVED_PIPE] = WAIT_PIPE,	       [RESOLVED_FILE_LOCK] = WAIT_FILE_LOCK,
	[RESOLVED_CHILD] = WAIT_CHILD,	       [RESOLVED_LOCK] = WAIT_LOCK,
	[RESOLVED_RLOCK] = WAIT_RLOCK,	       [RESOLVED_EVENT] = WAIT_EVENT,
	[RESOLVED_QUEUE_PUT] = WAIT_QUEUE_PUT, [RESOLVED_QUEUE_GET] = WAIT_QUEUE_GET,
	[RESOLVED_QUEUE_JOIN] = WAIT_QUEUE_JOIN, [RESOLVED_TIMER] = WAIT_TIMER,
	[RESOLVED_SHUTDOWN] = WAIT_SHUTDOWN,   [RESOLVED_SLEEP] = WAIT_SLEEP,
};

static enum evidence evidence_of(uint32_t how)
{
	static const enum evidence evidences[] = {
		[RESOLVED_BY_NOTHING] = EVIDENCE_UNKNOWN,
		[RESOLVED_BY_KERNEL] = EVIDENCE_KERNEL,
		[RESOLVED_BY_MEMORY] = EVIDENCE_MEMORY,
		[RESOLVED_BY_LIBRARY] = EVIDENCE_LIBRARY,
	};

	return how < sizeof(evidences) / sizeof(*evidences) ? evidences[how] : EVIDENCE_UNKNOWN;
}

enum wait_kind resolved_kind(const struct wait *wait, uint32_t what)
{
	if (what == RESOLVED_SAME)
		return wait->kind;
	return what < RESOLVED_COUNT ? kinds[what] : WAIT_UNKNOWN;
}

uint64_t wait_identity(const struct ev_wait *raw)
{
	return raw->address ? raw->address : raw->value;
}

static bool is_about(const struct ev_wait_resolved *ev, const struct thread *thread)
{
	return thread && thread_own(thread)->listed && thread->process->pid == ev->pid &&
	       thread->state == STATE_BLOCKED && wait_identity(&thread->wait.raw) == ev->wait_address;
}

static struct wait resolve(const struct model *model, const struct thread *thread, const struct ev_wait_resolved *ev)
{
	struct wait wait = thread->wait;

	wait.kind = resolved_kind(&wait, ev->what);
	if (ev->what != RESOLVED_SAME)
		wait.evidence = evidence_of(ev->evidence);
	wait.on = ev->on_tid ? thread_known(model, ev->on_tid, ev->on_pid) : NULL;
	wait.on_tid = ev->on_tid;
	wait.any_thread = ev->head.flags & RESOLVED_F_PROCESS;
	wait.timed = ev->head.flags & RESOLVED_F_TIMED;
	wait.owner_ended = ev->head.flags & RESOLVED_F_OWNER_ENDED;
	wait.confirmed = ev->head.flags & RESOLVED_F_CONFIRMED;
	wait.traits = ev->traits;
	wait.holders = ev->holders;
	wait.address = ev->address;
	if (!wait.since_ns)
		wait.since_ns = ev->since_ns;
	return wait;
}

int apply_wait_resolved(struct model *model, const struct record *record)
{
	const struct ev_wait_resolved *ev = record->wait_resolved;
	struct thread *thread = thread_live(model, ev->tid);
	struct wait wait;

	if (!is_about(ev, thread))
		return 0;
	wait = resolve(model, thread, ev);
	thread_account(model, thread, model->now_ns);
	if (wait.on)
		edges_unexpect(thread);
	if (wait.kind != thread->wait.kind || wait.on != thread->wait.on || wait.evidence != thread->wait.evidence)
		return wait_correct(model, thread, &wait);
	thread->wait = wait;
	return 0;
}
