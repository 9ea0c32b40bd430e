// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second look. Every member of a knot is looked at for the call that it sleeps in and its count of switches; then
 * what each waits on is read again; then the counts once more. Where all are the same, all members slept from the end
 * of the first pass to the beginning of the third, and each wait was read between the two: they were all there at one
 * moment, and a thread that sleeps gives nothing back. So there was a circle, and it stands.
 */
#include <errno.h>
#include <stdlib.h>
#include "userspace/cmd/resolve/resolve_private.h"
#include "userspace/enrich/waiter.h"
#include "userspace/model/graph.h"

#define ATTEMPTS 3 /* a signal handler wakes a thread for a moment without ending its wait */

struct member {
	const struct thread *thread;
	struct waiter_look first;
	struct ev_wait_resolved resolved;
};

static bool same_call(const struct ev_wait *raw, const struct waiter_look *look)
{
	uint64_t subject = raw->class == WAIT_CLASS_FUTEX ? raw->address : raw->value;
	uint64_t found = raw->class == WAIT_CLASS_FUTEX ? look->args[0] : (uint32_t)look->args[0];

	return look->syscall == raw->syscall && found == subject;
}

/* Does what was read now say what the model says? */
static bool same_target(const struct wait *wait, const struct ev_wait_resolved *resolved)
{
	return resolved_kind(wait, resolved->what) == wait->kind && resolved->on_tid == wait->on_tid &&
	       !!(resolved->head.flags & RESOLVED_F_PROCESS) == wait->any_thread;
}

static bool look_first(struct member *member)
{
	const struct thread *thread = member->thread;

	return !waiter_look(thread->process->pid, thread->tid, &member->first) &&
	       same_call(&thread->wait.raw, &member->first);
}

static bool look_last(const struct member *member)
{
	const struct thread *thread = member->thread;
	struct waiter_look last;

	return !waiter_look(thread->process->pid, thread->tid, &last) &&
	       last.switches == member->first.switches && last.syscall == member->first.syscall;
}

static bool stands(const struct model *model, struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!look_first(&members[i]))
			return false;
	for (size_t i = 0; i < count; i++)
		if (!resolve_one(model, members[i].thread, &members[i].resolved) ||
		    !same_target(&members[i].thread->wait, &members[i].resolved))
			return false;
	for (size_t i = 0; i < count; i++)
		if (!look_last(&members[i]))
			return false;
	return true;
}

/*
 * Whom a knot rests on: its members; with a wait that any thread of a process could end, every stuck thread, for the
 * knot holds only while none of that process's can move.
 */
static size_t gather(const struct graph *graph, const struct graph_knot *knot, struct member *members)
{
	bool wide = false;
	size_t count = 0;

	for (size_t i = 0; i < knot->count; i++)
		wide |= knot->members[i]->thread->wait.any_thread;
	for (size_t i = 0; i < graph->count; i++)
		if (wide ? graph->nodes[i].stuck : graph->nodes[i].knot == knot)
			members[count++] = (struct member){.thread = graph->nodes[i].thread};
	return count;
}

static int confirm(struct session *session, const struct graph *graph, const struct graph_knot *knot,
		   struct member *members)
{
	size_t count = gather(graph, knot, members);
	int error = 0;

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (!stands(session->model, members, count))
			continue;
		for (size_t i = 0; !error && i < count; i++) {
			members[i].resolved.head.flags |= RESOLVED_F_CONFIRMED;
			error = session_take(session, &members[i].resolved, sizeof(members[i].resolved));
		}
		break;
	}
	return error;
}

int resolve_knots(struct session *session)
{
	struct member *members = NULL;
	struct graph graph;
	int error = graph_build(&graph, session->model);

	if (!error && graph.knots_count > graph.deadlocks_count) {
		members = calloc(graph.count, sizeof(*members));
		error = members ? 0 : -ENOMEM;
	}
	for (size_t i = graph.deadlocks_count; !error && i < graph.knots_count; i++)
		error = confirm(session, &graph, &graph.knots[i], members);
	free(members);
	graph_free(&graph);
	return error;
}
