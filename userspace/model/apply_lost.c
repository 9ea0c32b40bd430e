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

int apply_lost(struct model *model, const struct record *record)
{
	const struct ev_lost *ev = record->lost;

	model->lost += ev->count;
	if (!ev->count || !counts(ev->lost_kind))
		return 0;
	for (struct process *process = model->processes; process; process = process->next)
		for (struct thread *thread = process->ended ? NULL : process->threads; thread; thread = thread->next)
			if (thread->end == END_ALIVE)
				thread->gap = true;
	for (struct thread *thread = model_own(model)->nowhere->threads; thread; thread = thread->next)
		if (thread->end == END_ALIVE)
			thread->gap = true;
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
