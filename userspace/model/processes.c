/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Processes: made, found, ended and forgotten.
 */
#include "userspace/model/private.h"

#include <stdlib.h>

void process_free(struct model *model, struct process *process)
{
	struct process_own *own = process_own(process);
	struct tid_entry *entry = table_find(&model_own(model)->table, process->pid);

	if (entry && entry->process == process)
		entry->process = NULL;
	*own->all_link = own->all_next;
	if (own->all_next)
		process_own(own->all_next)->all_link = own->all_link;
	map_clear(&own->edges);
	map_clear(&own->history);
	files_free(process);
	free(process->memory);
	free(process);
}

void process_unref(struct model *model, struct process *process)
{
	struct process_own *own = process_own(process);

	/* One in no list that nobody points at has no way to be found but the table. */
	if (--own->refs == 0 && (own->forgotten || !own->listed) && process != model_own(model)->nowhere)
		process_free(model, process);
}

void process_point(struct model *model, const struct process **slot, const struct process *to)
{
	struct process *old = (struct process *)*slot;

	if (old == to)
		return;
	if (to)
		process_own(to)->refs++;
	*slot = to;
	if (old)
		process_unref(model, old);
}

static struct process *process_alloc(struct model *model)
{
	struct model_own *all = model_own(model);
	struct {
		struct process process;
		struct process_own own;
	} *both = calloc(1, sizeof(*both));

	if (!both)
		return NULL;
	both->process.private = &both->own;
	both->process.serial = ++all->process_serial;
	both->process.threads_tail = &both->process.threads;
	both->own.all_next = all->all_processes;
	both->own.all_link = &all->all_processes;
	if (all->all_processes)
		process_own(all->all_processes)->all_link = &both->own.all_next;
	all->all_processes = &both->process;
	return &both->process;
}

/* Everything of the process is gone, and nobody saw it go. */
static void process_vanish(struct model *model, struct process *process)
{
	struct thread *next;

	for (struct thread *thread = process->threads; thread; thread = next) {
		next = thread->next;
		if (thread->end == END_ALIVE)
			thread_gone(model, thread);
	}
	process_own(process)->last_seen = true;
	process_account(process, model->now_ns);
	process->ended = true;
}

struct process *process_new(struct model *model, uint32_t pid)
{
	struct tid_entry *entry = table_make(&model_own(model)->table, pid);
	struct process *process;

	if (!entry)
		return NULL;
	process = process_alloc(model);
	if (!process)
		return NULL;
	if (entry->process)
		process_vanish(model, entry->process);
	entry->process = process;
	process->pid = pid;
	process->first_ns = process->last_ns = process->counted_since_ns = model->now_ns;
	return process;
}

struct process *process_get(struct model *model, uint32_t pid)
{
	struct tid_entry *entry = table_find(&model_own(model)->table, pid);

	/* One whose threads are all gone may still have some that were never seen. */
	if (entry && entry->process && !process_own(entry->process)->last_seen)
		return entry->process;
	return process_new(model, pid);
}

void process_list(struct model *model, struct process *process)
{
	struct process_own *own = process_own(process);

	if (own->listed)
		return;
	own->listed = true;
	process->first_ns = process->last_ns = process->counted_since_ns = model->now_ns;
	own->list_link = model->processes_tail;
	*model->processes_tail = process;
	model->processes_tail = &process->next;
	model->processes_count++;
}

void process_thread_ended(struct model *model, struct process *process, bool last)
{
	struct thread *next;

	if (last) {
		process_own(process)->last_seen = true;
		/* Those whose end may have been lost did end: this was the last. */
		for (struct thread *thread = process->alive ? process->threads : NULL; thread; thread = next) {
			next = thread->next;
			if (thread->end == END_ALIVE && thread->gap && !thread->exiting)
				thread_end(model, thread, END_UNSEEN);
		}
	}
	if (process->alive || process == model_own(model)->nowhere)
		return;
	process_account(process, model->now_ns);
	process->ended = true;
}

void process_forget(struct model *model, struct process *process)
{
	struct process_own *own = process_own(process);
	struct tid_entry *entry = table_find(&model_own(model)->table, process->pid);

	*own->list_link = process->next;
	if (process->next)
		process_own(process->next)->list_link = own->list_link;
	else
		model->processes_tail = own->list_link;
	process->next = NULL;
	model->processes_count--;
	if (entry && entry->process == process)
		entry->process = NULL;
	own->forgotten = true;
	own->refs++;
	process_point(model, &process->parent, NULL);
	process_unref(model, process);
}

/* Looks may have met fewer than the kernel's books tell there were: at one time it was as many as the mean. */
static uint32_t at_least_the_mean(const struct process *process, uint32_t most, uint64_t total_ns)
{
	uint64_t mean = process->counted_ns ? (total_ns + process->counted_ns - 1) / process->counted_ns : 0;

	return mean > most ? (uint32_t)mean : most;
}

uint32_t process_ready_most(const struct process *process)
{
	return at_least_the_mean(process, process->ready_max, process->ready_ns);
}

uint32_t process_on_cpu_most(const struct model *model, const struct process *process)
{
	const struct ev_begin *begin = &model->begin;
	uint32_t most = at_least_the_mean(process, process->on_cpu_max, process->on_cpu_ns);
	bool too_many = begin->source == BEGIN_SOURCE_PROCFS && begin->cpus && most > begin->cpus;

	return too_many ? begin->cpus : most;
}

#define START_TICK_NS 10000000 /* /proc tells a thread's start in ticks */

bool thread_there_before(const struct model *model, const struct thread *thread)
{
	uint64_t slack_ns = model->begin.source == BEGIN_SOURCE_PROCFS ? START_TICK_NS : 0;

	if (thread->born || thread->process->launched)
		return false;
	return !thread->start_ns || thread->start_ns + slack_ns < model->first_ns;
}

/* /proc tells the start by a clock that went on while the machine slept, which records' does not. */
uint64_t process_age_ns(const struct model *model, const struct process *process)
{
	uint64_t end_ns = process->ended ? process->last_ns : model_time(model);
	uint64_t start_ns = process->leader ? process->leader->start_ns : 0;

	if (model->begin.source == BEGIN_SOURCE_PROCFS || !start_ns || start_ns > end_ns)
		return 0;
	return end_ns - start_ns;
}
