// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/resolve_private.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/decode/syscalls.h"

static bool in_futex(const struct thread *thread)
{
	/* What the library told is better than any guess at its memory. */
	return thread->wait.evidence != EVIDENCE_LIBRARY && thread->state == STATE_BLOCKED && thread->wait.raw.class == WAIT_CLASS_FUTEX &&
	       thread->wait.raw.address;
}

static bool waits_outside(const struct thread *thread)
{
	const struct ev_wait *raw = &thread->wait.raw;

	if (thread->state != STATE_BLOCKED || raw->class >= WAIT_CLASS_COUNT || raw->syscall < 0)
		return false;
	switch (thread->wait.kind) {
	case WAIT_READ:
	case WAIT_WRITE:
	case WAIT_PIPE:
	case WAIT_FILE_LOCK:
	case WAIT_CHILD:
		return true;
	default:
		return false;
	}
}

void resolve_begin(const struct model *model, const struct thread *thread,
		   struct ev_wait_resolved *resolved)
{
	const struct wait *wait = &thread->wait;

	*resolved = (struct ev_wait_resolved){
		.head = {.ts_ns = model->now_ns, .size = sizeof(*resolved), .kind = REC_wait_resolved},
		.tid = thread->tid,
		.pid = thread->process->pid,
		.on_tid = wait->on_tid,
		.on_pid = wait->on ? wait->on->process->pid : 0,
		.what = RESOLVED_SAME,
		.traits = wait->traits,
		.holders = wait->holders,
		.wait_address = wait_identity(&wait->raw),
		.address = wait->address,
		.since_ns = wait->since_ns,
	};
	resolved->head.flags = (wait->any_thread ? RESOLVED_F_PROCESS : 0) |
			       (wait->timed ? RESOLVED_F_TIMED : 0) |
			       (wait->owner_ended ? RESOLVED_F_OWNER_ENDED : 0);
}

static bool is_news(const struct wait *wait, const struct ev_wait_resolved *resolved)
{
	uint8_t flags = (wait->any_thread ? RESOLVED_F_PROCESS : 0) |
			(wait->timed ? RESOLVED_F_TIMED : 0) |
			(wait->owner_ended ? RESOLVED_F_OWNER_ENDED : 0);

	return resolved_kind(wait, resolved->what) != wait->kind || resolved->on_tid != wait->on_tid ||
	       resolved->traits != wait->traits || resolved->holders != wait->holders ||
	       resolved->address != wait->address || resolved->head.flags != flags;
}

int resolve_tell(struct session *session, const struct thread *thread,
		 const struct ev_wait_resolved *resolved)
{
	return is_news(&thread->wait, resolved) ? session_take(session, resolved, sizeof(*resolved)) : 0;
}

/* All words of a process are read together: with a thousand waits a call for each would be felt. */
static int resolve_futexes(struct session *session, const struct process *process)
{
	struct lock_bytes *bytes = calloc(process->threads_count + 1, sizeof(*bytes));
	struct ev_wait_resolved resolved;
	size_t count = 0, at = 0;
	int error = 0;

	if (!bytes)
		return -ENOMEM;
	thread_for_each (process, thread)
		if (in_futex(thread))
			bytes[count++].address = thread->wait.raw.address;
	if (count && !lock_bytes_read(process->pid, bytes, count))
		thread_for_each (process, thread) {
			if (error || !in_futex(thread))
				continue;
			resolve_begin(session->model, thread, &resolved);
			resolve_futex(session->model, thread, &bytes[at++], &resolved);
			error = resolve_tell(session, thread, &resolved);
		}
	free(bytes);
	return error;
}

int resolve_waits(struct session *session)
{
	struct ev_wait_resolved resolved;
	int error = 0;

	process_for_each (session->model, process) {
		if (process->ended || error)
			continue;
		error = resolve_library(session, process);
		if (!error)
			error = resolve_futexes(session, process);
		thread_for_each (process, thread) {
			if (error || !waits_outside(thread))
				continue;
			resolve_begin(session->model, thread, &resolved);
			resolve_outside(session->model, thread, &resolved);
			error = resolve_tell(session, thread, &resolved);
		}
	}
	return error ? error : resolve_files(session);
}

bool resolve_one(const struct model *model, const struct thread *thread,
		 struct ev_wait_resolved *resolved)
{
	struct lock_bytes bytes = {.address = thread->wait.raw.address};

	resolve_begin(model, thread, resolved);
	if (waits_outside(thread)) {
		resolve_outside(model, thread, resolved);
		return true;
	}
	if (thread->wait.evidence == EVIDENCE_LIBRARY)
		resolve_owned(model, thread, resolved);
	if (!in_futex(thread))
		return thread->wait.on != NULL;
	if (lock_bytes_read(thread->process->pid, &bytes, 1))
		return false;
	resolve_futex(model, thread, &bytes, resolved);
	return true;
}
