/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The invariants, proved over the whole model: for tests, and cheap enough for a doubtful moment in the field.
 */
#include "userspace/model/private.h"

static const char *check_waits(const struct thread *thread)
{
	uint64_t total_ns = 0, count = 0;

	for (size_t i = 0; i < thread->waits_count; i++) {
		const struct wait_total *slot = &thread->waits[i];

		if (slot->max_ns > slot->total_ns)
			return "a wait is longer than all of its kind together";
		if (slot->on && thread_own(slot->on)->refs == 0)
			return "a wait is on a thread that does not know it";
		total_ns += slot->total_ns;
		count += slot->count;
	}
	if (total_ns != thread->state_ns[STATE_BLOCKED])
		return "the waits do not add up to the time Blocked";
	if (thread->state == STATE_BLOCKED ? !count : thread->wait.on != NULL)
		return "a wait is kept that is over, or one is missing";
	return NULL;
}

static const char *check_delays(const struct delays *delays)
{
	uint64_t count = 0;

	for (size_t i = 0; delays->buckets && i < DELAY_BUCKETS; i++)
		count += delays->buckets[i];
	if (count != delays->count)
		return "the histogram of delays does not add up to their count";
	return delays->max_ns > delays->total_ns ? "a delay is longer than all together" : NULL;
}

static const char *check_thread(const struct model *model, const struct thread *thread)
{
	const char *broken = check_waits(thread);
	uint64_t life_ns = 0;

	for (int state = 0; state < STATE_COUNT; state++)
		life_ns += thread->state_ns[state];
	if (life_ns != thread->last_ns - thread->first_ns)
		return "the times in its states do not add up to a thread's life";
	if ((thread->state == STATE_TERMINATED) != (thread->end != END_ALIVE))
		return "a thread is Terminated without an end, or the other way round";
	if (thread->end == END_ALIVE && thread_live(model, thread->tid) != thread)
		return "a live thread is not found by its tid";
	if (thread->cpu >= (int)model->cpus_count)
		return "a thread is on a CPU that is not there";
	return broken ? broken : check_delays(&thread->delays);
}

static const char *check_process(const struct model *model, const struct process *process)
{
	uint32_t alive = 0, ready = 0, on_cpu = 0;
	size_t count = 0;

	thread_for_each(process, thread) {
		const char *broken = check_thread(model, thread);

		if (broken)
			return broken;
		if (thread->process != process)
			return "a thread is in the list of another process than its own";
		count++;
		alive += thread->end == END_ALIVE;
		ready += thread->state == STATE_READY;
		on_cpu += thread->state == STATE_RUNNING;
	}
	if (count != process->threads_count)
		return "a process's count of threads is not its list's";
	if (alive != process->alive || ready != process->ready || on_cpu != process->on_cpu)
		return "a process's counts are not those of its threads' states";
	if (alive > process->alive_max || ready > process->ready_max || on_cpu > process->on_cpu_max)
		return "a process has more threads than it ever had";
	if (process->ended && alive)
		return "a process has ended before its threads";
	if (process->ready_ns + process->on_cpu_ns > process->alive_ns)
		return "a process's threads were ready or running for longer than they lived";
	return process->leader && process->leader->process != process ? "a process is led from outside" : NULL;
}

static const char *check_cpus(const struct model *model)
{
	for (size_t i = 0; i < model->cpus_count; i++) {
		const struct thread *running = model->cpus[i].running;

		if (running && (running->state != STATE_RUNNING || running->cpu != (int)i))
			return "a CPU runs a thread that does not run there";
	}
	return NULL;
}

static const char *check_context(const struct model *model)
{
	const struct model_own *all = model_own(model);
	size_t count = 0;

	for (const struct thread *thread = all->context_first; thread; thread = thread->next, count++)
		if (thread_own(thread)->listed || thread_live(model, thread->tid) != thread)
			return "a thread is kept for its name that is observed, or is not found by its tid";
	if (count != all->context_count || count > ABI_CONTEXT_THREADS)
		return "more threads are kept for their names than the limit, or fewer than counted";
	return NULL;
}

const char *model_check(const struct model *model)
{
	const char *broken = check_process(model, model_own(model)->nowhere);
	size_t processes = 0, threads = model_own(model)->nowhere->threads_count;

	if (broken)
		return broken;
	process_for_each(model, process) {
		broken = check_process(model, process);
		if (broken)
			return broken;
		processes++;
		threads += process->threads_count;
	}
	if (processes != model->processes_count || threads != model->threads_count)
		return "the model's counts are not its lists'";
	if (model_own(model)->ended_count > model_own(model)->ended_limit)
		return "more ended threads are kept than the limit";
	broken = check_context(model);
	return broken ? broken : check_cpus(model);
}
