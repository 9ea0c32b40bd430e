/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Time: every nanosecond of a thread goes to one state, and of a process to its counts.
 *
 * model_account() may run ahead of the records: a view asks for totals up to now, and a record from a moment before
 * arrives afterwards. So a span may be negative (it wraps): since nothing but time changed in between, taking it back
 * is exact, and the same records give the same totals whenever somebody looked.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void thread_account(struct model *model, struct thread *thread, uint64_t now_ns)
{
	uint64_t span_ns = now_ns - thread->last_ns;

	if (!span_ns || thread->state == STATE_TERMINATED)
		return;
	thread->last_ns = now_ns;
	thread->state_ns[thread->state] += span_ns;
	if (thread->state == STATE_BLOCKED)
		wait_account(thread, span_ns);
	else if (thread->state == STATE_RUNNING && thread->cpu >= 0 && model->cpus[thread->cpu].running == thread)
		model->cpus[thread->cpu].busy_ns += span_ns;
}

void span_tell(const struct model *model, const struct thread *thread)
{
	const struct span span = {
		.thread = thread,
		.state = thread->state,
		.begin_ns = thread->state_since_ns,
		.end_ns = model->now_ns,
		.wait = thread->state == STATE_BLOCKED ? &thread->wait : NULL,
	};

	if (model->watch && model->watch->span && thread_own(thread)->listed)
		model->watch->span(model, &span, model->watch->context);
}

void model_tell_open(const struct model *model)
{
	process_for_each(model, process)
		thread_for_each(process, thread)
			if (thread->state != STATE_TERMINATED)
				span_tell(model, thread);
}

void process_account(struct process *process, uint64_t now_ns)
{
	uint64_t span_ns = now_ns - process->counted_since_ns;

	process->counted_since_ns = now_ns;
	if (!span_ns || process->ended)
		return;
	process->last_ns = now_ns;
	process->counted_ns += span_ns;
	process->alive_ns += span_ns * process->alive;
	process->ready_ns += span_ns * process->ready;
	process->on_cpu_ns += span_ns * process->on_cpu;
}

static void raise(uint32_t *max, uint32_t value)
{
	if (value > *max)
		*max = value;
}

void process_count(struct process *process, const struct thread *thread, int step)
{
	if (thread->state == STATE_TERMINATED)
		return;
	process->alive += step;
	raise(&process->alive_max, process->alive);
	if (thread->state == STATE_READY) {
		process->ready += step;
		raise(&process->ready_max, process->ready);
	} else if (thread->state == STATE_RUNNING) {
		process->on_cpu += step;
		raise(&process->on_cpu_max, process->on_cpu);
	}
}

static void cpu_release(struct model *model, const struct thread *thread)
{
	if (thread->cpu >= 0 && model->cpus[thread->cpu].running == thread)
		model->cpus[thread->cpu].running = NULL;
}

void thread_set_state(struct model *model, struct thread *thread, enum thread_state state)
{
	struct process *process = thread->process;
	bool listed = thread_own(thread)->listed;

	thread_account(model, thread, model->now_ns);
	if (thread->state != STATE_BLOCKED) /* wait_end() has told of that one, wait_undo() that there was none */
		span_tell(model, thread);
	if (listed) {
		process_account(process, model->now_ns);
		process_count(process, thread, -1);
	}
	if (thread->state == STATE_RUNNING)
		cpu_release(model, thread);
	thread->state = state;
	thread->state_since_ns = model->now_ns;
	if (listed)
		process_count(process, thread, 1);
}

void thread_set_running(struct model *model, struct thread *thread, int cpu)
{
	struct thread *other = (struct thread *)model->cpus[cpu].running;

	if (other && other != thread)
		thread_lose_track(model, other);
	thread_set_state(model, thread, STATE_RUNNING);
	thread->preempted = false;
	thread->cpu = cpu;
	model->cpus[cpu].running = thread;
}

void thread_lose_track(struct model *model, struct thread *thread)
{
	if (thread->state == STATE_BLOCKED)
		wait_end(model, thread);
	thread_set_state(model, thread, STATE_UNKNOWN);
	thread_own(thread)->woken = false;
	thread->gap = true;
}

int thread_prove_running(struct model *model, struct thread *thread, unsigned int number)
{
	struct cpu *cpu = cpu_at(model, number);
	struct thread_own *own = thread_own(thread);

	if (!cpu)
		return -ENOMEM;
	if (thread->state == STATE_RUNNING && cpu->running == thread)
		return 0;
	if (own->seen && thread->state == STATE_READY) {
		own->proved = true; /* the switch that led to it may still be told of: apply_sched_arrival() */
		own->proved_ns = model->now_ns;
		own->proved_ready_ns = thread->state_since_ns;
	} else if (own->seen && !(thread->state == STATE_RUNNING && thread->cpu < 0)) {
		thread->gap = true;
	}
	if (thread->state == STATE_BLOCKED)
		wait_end(model, thread);
	thread_set_running(model, thread, number);
	own->seen = true;
	return 0;
}

struct cpu *cpu_at(struct model *model, unsigned int cpu)
{
	if (cpu >= model->cpus_count) {
		struct cpu *cpus = realloc(model->cpus, (cpu + 1) * sizeof(*cpus));

		if (!cpus)
			return NULL;
		memset(cpus + model->cpus_count, 0, (cpu + 1 - model->cpus_count) * sizeof(*cpus));
		model->cpus = cpus;
		model->cpus_count = cpu + 1;
	}
	return &model->cpus[cpu];
}

/* What the model itself has counted of a thread, in the terms of the kernel's books. */
static struct ev_books books_counted(const struct thread *thread)
{
	return (struct ev_books){
		.running_ns = thread->state_ns[STATE_RUNNING],
		.ready_ns = thread->state_ns[STATE_READY],
		.voluntary = thread->voluntary,
		.involuntary = thread->involuntary,
	};
}

void books_begin(struct thread *thread, const struct ev_books *books)
{
	struct thread_own *own = thread_own(thread);

	thread->books_first = thread->books_last = *books;
	own->books_begun = true;
	own->kernel_voluntary = (uint32_t)books->voluntary;
	own->counted_first = books_counted(thread);
}

void books_end(struct thread *thread, const struct ev_books *books)
{
	struct thread_own *own = thread_own(thread);
	struct ev_books counted = books_counted(thread);

	thread->books_last = *books;
	thread->has_books = own->books_begun;
	thread->counted = (struct ev_books){
		.running_ns = counted.running_ns - own->counted_first.running_ns,
		.ready_ns = counted.ready_ns - own->counted_first.ready_ns,
		.voluntary = counted.voluntary - own->counted_first.voluntary,
		.involuntary = counted.involuntary - own->counted_first.involuntary,
	};
}

void thread_restart(struct model *model, struct thread *thread)
{
	thread_account(model, thread, model->now_ns);
	waits_clear(model, thread);
	memset(thread->state_ns, 0, sizeof(thread->state_ns));
	thread->voluntary = thread->involuntary = thread->migrations = thread->wakeups = 0;
	free(thread->delays.buckets);
	thread->delays = (struct delays){0};
	thread->first_ns = thread->state_since_ns = model->now_ns;
	thread->gap = false;
	thread_own(thread)->proved = false;
}
