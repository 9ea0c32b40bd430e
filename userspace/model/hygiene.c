/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/model/hygiene.h"

#include <errno.h>
#include <stdlib.h>

#define SPELL_NS 10000000ull /* from the end of its last wait to its own end: it did nothing else in between */

static int add(struct hygiene *hygiene, const struct finding *finding)
{
	if (hygiene->count == HYGIENE_MOST) {
		hygiene->left_out++;
		return 0;
	}
	if (hygiene->count == hygiene->room) {
		size_t room = hygiene->room ? hygiene->room * 2 : 16;
		struct finding *list = realloc(hygiene->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		hygiene->list = list;
		hygiene->room = room;
	}
	hygiene->list[hygiene->count++] = *finding;
	return 0;
}

static bool is_lock(enum wait_kind kind)
{
	return kind == WAIT_MUTEX || kind == WAIT_PI_MUTEX || kind == WAIT_RWLOCK || kind == WAIT_LOCK ||
	       kind == WAIT_RLOCK;
}

static const struct thread *find_serial(const struct process *process, uint64_t serial)
{
	thread_for_each(process, thread)
		if (thread->serial == serial)
			return thread;
	return NULL;
}

/* Its last wait was ended by its process's end and by nothing else. */
static bool torn_from_wait(const struct thread *thread)
{
	return thread->end == END_TORN_DOWN && thread->last_wait && thread->last_ns - thread->last_wait_end_ns < SPELL_NS;
}

/* Whose lock did it wait for, when that one ended without giving it back? */
static const struct thread *ended_owner(const struct thread *thread, enum wait_kind *kind)
{
	const struct thread *owner = thread->wait.on;

	*kind = thread->wait.kind;
	if (thread->state == STATE_BLOCKED)
		return is_lock(*kind) && owner && owner->end != END_ALIVE ? owner : NULL;
	*kind = thread->last_wait;
	if (!torn_from_wait(thread) || !is_lock(*kind) || !thread->last_on_serial)
		return NULL;
	owner = find_serial(thread->process, thread->last_on_serial);
	/* One that was torn down from a wait of its own had not given it back either. */
	return owner && owner != thread && torn_from_wait(owner) ? owner : NULL;
}

static int look_at_thread(struct hygiene *hygiene, const struct thread *thread)
{
	struct finding finding = {.kind = FINDING_HELD_LOCK, .process = thread->process};
	int error = 0;

	finding.thread = ended_owner(thread, &finding.wait);
	finding.other = thread;
	if (finding.thread)
		error = add(hygiene, &finding);
	if (error || !torn_from_wait(thread) || !(thread->daemon == 1 || thread->left_behind))
		return error;
	finding = (struct finding){
		.kind = FINDING_IN_WAIT,
		.process = thread->process,
		.thread = thread,
		.wait = thread->last_wait,
	};
	return add(hygiene, &finding);
}

static int look_at_process(struct hygiene *hygiene, const struct process *process)
{
	struct finding finding = {.kind = FINDING_RUNAWAY, .process = process, .alive = process->alive_max};
	int error = 0;

	thread_for_each(process, thread) {
		finding.created += thread->born;
		if (!error)
			error = look_at_thread(hygiene, thread);
	}
	if (error || finding.created < HYGIENE_RUNAWAY || finding.alive < finding.created / 10 * 9)
		return error;
	return add(hygiene, &finding);
}

int hygiene_find(struct hygiene *hygiene, const struct model *model)
{
	int error = 0;

	*hygiene = (struct hygiene){0};
	process_for_each(model, process)
		if (!error)
			error = look_at_process(hygiene, process);
	return error;
}

void hygiene_free(struct hygiene *hygiene)
{
	free(hygiene->list);
	*hygiene = (struct hygiene){0};
}

const char *finding_token(enum finding_kind kind)
{
	static const char *const tokens[FINDING_COUNT] = {
		[FINDING_HELD_LOCK] = "held_lock",
		[FINDING_IN_WAIT] = "in_wait",
		[FINDING_RUNAWAY] = "runaway",
	};

	return tokens[kind];
}
