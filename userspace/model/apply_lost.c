/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The observation itself: where it begins, what it missed, where it ends.
 */
#include "userspace/model/private.h"

/* Could a lost record of that kind have changed what is counted of a thread? */
static bool counts(uint32_t kind)
{
	switch (kind) {
	case REC_task_rename:
	case REC_clear_tid:
	case REC_sched_arrival:
	case REC_fd_name:
	case REC_library:
	case REC_thread_name:
	case REC_creator_stack:
		return false;
	default:
		return true; /* 0 as well: not known */
	}
}

static void mark_alive(struct model *model)
{
	for (struct process *process = model->processes; process; process = process->next)
		for (struct thread *thread = process->ended ? NULL : process->threads; thread; thread = thread->next)
			if (thread->end == END_ALIVE)
				thread->gap = true;
	for (struct thread *thread = model_own(model)->nowhere->threads; thread; thread = thread->next)
		if (thread->end == END_ALIVE)
			thread->gap = true;
}

/* What is noticed now was lost before: those who have ended since then may have lost it. Losses are told in the order of
 * time, so who had ended before this one is passed only once. */
static void mark_ended(struct model *model, uint64_t since_ns)
{
	struct model_own *own = model_own(model);
	struct thread *thread = own->ended_passed ? thread_own(own->ended_passed)->ended_next : own->ended_first;

	for (; thread && thread->last_ns < since_ns; thread = thread_own(thread)->ended_next)
		own->ended_passed = thread;
	for (; thread; thread = thread_own(thread)->ended_next)
		thread->gap = true;
}

int apply_lost(struct model *model, const struct record *record)
{
	const struct ev_lost *ev = record->lost;
	uint64_t within_ns = ev->within_ms * 1000000ull;

	model->cut |= ev->head.flags & LOST_F_CUT;
	model->lost += ev->count;
	if (ev->head.flags & LOST_F_DAMAGED)
		model->damaged += ev->count;
	model->lost_of[ev->lost_kind < REC_KIND_END ? ev->lost_kind : 0] += ev->count;
	if (!ev->count || !counts(ev->lost_kind))
		return 0;
	mark_alive(model);
	if (ev->within_ms == UINT16_MAX || within_ns > ev->head.ts_ns)
		within_ns = ev->head.ts_ns;
	mark_ended(model, ev->head.ts_ns - within_ns);
	return 0;
}

int apply_begin(struct model *model, const struct record *record)
{
	model->begin = *record->begin;
	return 0;
}

int apply_end(struct model *model, const struct record *record)
{
	(void)record;
	model_account(model, model->now_ns);
	model->ended = true;
	return 0;
}
