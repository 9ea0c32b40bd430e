/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/model/model.h"

#include <stdlib.h>
#include "userspace/model/private.h"

struct model *model_new(const struct model_limits *limits)
{
	struct {
		struct model model;
		struct model_own own;
	} *both = calloc(1, sizeof(*both));
	struct model *model = &both->model;
	struct model_own *own = &both->own;

	if (!both)
		return NULL;
	model->private = own;
	model->processes_tail = &model->processes;
	own->ended_tail = &own->ended_first;
	own->context_tail = &own->context_first;
	own->ended_limit = limits && limits->ended_threads ? limits->ended_threads : MODEL_ENDED_THREADS;
	own->threads_limit = limits && limits->threads ? limits->threads : MODEL_THREADS;
	own->nowhere = process_new(model, 0);
	if (!own->nowhere) {
		model_free(model);
		return NULL;
	}
	return model;
}

void model_free(struct model *model)
{
	struct model_own *own;

	if (!model)
		return;
	own = model_own(model);
	/* All at once, so the counts of who points at whom do not matter any longer. */
	for (struct thread *thread = own->all_threads; thread; thread = thread_own(thread)->all_next)
		thread->process = NULL;
	while (own->all_threads)
		thread_free(model, own->all_threads);
	while (own->all_processes)
		process_free(model, own->all_processes);
	table_free(&own->table);
	created_free(model);
	free(model->cpus);
	free(model->links);
	free(model);
}

/* The records' own time. One that comes late is taken as of now: time in the model never runs back. */
static void advance(struct model *model, uint64_t ts_ns)
{
	if (!model->records)
		model->first_ns = model->now_ns = ts_ns;
	model->records++;
	if (ts_ns < model->now_ns)
		model->late++;
	else
		model->now_ns = ts_ns;
}

int model_apply(struct model *model, const struct record *record)
{
	static int (*const apply[REC_KIND_END])(struct model *, const struct record *) = {
#define X(number, token, text) [number] = apply_##token,
		THRACE_RECORDS(X)
#undef X
	};
	int result;

	if (record->kind >= REC_KIND_END || !apply[record->kind]) {
		model->unknown_kinds++;
		return 0;
	}
	advance(model, record->ts_ns);
	result = apply[record->kind](model, record);
	threads_trim(model);
	return result;
}

void model_account(struct model *model, uint64_t now_ns)
{
	if (now_ns < model->now_ns)
		now_ns = model->now_ns;
	model->accounted_ns = now_ns;
	for (struct process *process = model->processes; process; process = process->next) {
		if (process->ended)
			continue;
		process_account(process, now_ns);
		for (struct thread *thread = process->threads; thread; thread = thread->next)
			thread_account(model, thread, now_ns);
	}
}

const struct thread *model_thread(const struct model *model, uint32_t tid)
{
	const struct thread *thread = thread_live(model, tid);

	return thread && thread_own(thread)->listed ? thread : NULL;
}

const struct process *model_process(const struct model *model, uint32_t pid)
{
	const struct tid_entry *entry = table_find(&model_own(model)->table, pid);
	const struct process *process = entry ? entry->process : NULL;

	return process && process_own(process)->listed && !process->ended ? process : NULL;
}
