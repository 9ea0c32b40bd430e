/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What was read of threads and processes from outside at one moment: registers, stacks, what they share and what is
 * their own. The last reading stands. It tells nothing of states: those come from the kernel's stream; and it makes no
 * thread: one that is not known, or no longer, had ended before it was read to the end.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void call_clear(struct stack_call *call)
{
	free((char *)call->function);
	free((char *)call->module);
	free((char *)call->file);
	*call = (struct stack_call){0};
}

static void calls_clear(struct anatomy *anatomy)
{
	for (size_t i = 0; i < anatomy->calls_count; i++)
		call_clear(&anatomy->calls[i]);
	free(anatomy->calls);
	anatomy->calls = NULL;
	anatomy->calls_count = 0;
}

void anatomy_clear(struct anatomy *anatomy)
{
	calls_clear(anatomy);
	free(anatomy->registers);
	free(anatomy->own);
	free(anatomy->share);
	*anatomy = (struct anatomy){0};
}

/* Puts a copy of a record's known part into *slot. */
static int keep(void *slot, const void *record, size_t size)
{
	void **kept = slot;

	if (!*kept)
		*kept = malloc(size);
	if (!*kept)
		return -ENOMEM;
	memcpy(*kept, record, size);
	return 0;
}

#define KEEP(slot, record) keep(&(slot), (record), sizeof(*(slot)))

int apply_task_registers(struct model *model, const struct record *record)
{
	struct thread *thread = thread_known(model, record->task_registers->tid, record->task_registers->pid);

	return thread ? KEEP(thread->anatomy.registers, record->task_registers) : 0;
}

int apply_task_own(struct model *model, const struct record *record)
{
	struct thread *thread = thread_known(model, record->task_own->tid, record->task_own->pid);

	return thread ? KEEP(thread->anatomy.own, record->task_own) : 0;
}

/* Numbers of two looks do not compare, and what is shared no more is told by nothing. */
static void forget_look(struct model *model)
{
	for (struct process *process = model->processes; process; process = process->next) {
		for (struct thread *thread = process->threads; thread; thread = thread->next) {
			free(thread->anatomy.share);
			thread->anatomy.share = NULL;
		}
		free(process->memory);
		process->memory = NULL;
	}
	model->links_count = 0;
}

int apply_task_share(struct model *model, const struct record *record)
{
	struct thread *thread;

	if (record->head->flags & SHARE_F_FIRST)
		forget_look(model);
	thread = thread_known(model, record->task_share->tid, record->task_share->pid);
	return thread ? KEEP(thread->anatomy.share, record->task_share) : 0;
}

int call_keep(const char **slot, const char *text, size_t size)
{
	if (!*text)
		return 0;
	*slot = strndup(text, size);
	return *slot ? 0 : -ENOMEM;
}

int apply_stack_frame(struct model *model, const struct record *record)
{
	const struct ev_stack_frame *ev = record->stack_frame;
	struct thread *thread = thread_known(model, ev->tid, ev->pid);
	struct anatomy *anatomy;
	struct stack_call *call;

	if (!thread)
		return 0;
	anatomy = &thread->anatomy;
	if (ev->index == 0) {
		calls_clear(anatomy);
		anatomy->calls_ns = model->now_ns;
		anatomy->calls_state = thread->state;
		anatomy->calls_since_ns = thread->state_since_ns;
	}
	/* One that does not follow its inner ones has lost them: a stack with a hole would show calls that never were. */
	if (ev->index != anatomy->calls_count || ev->index >= MODEL_CALLS)
		return 0;
	call = realloc(anatomy->calls, (ev->index + 1) * sizeof(*call));
	if (!call)
		return -ENOMEM;
	anatomy->calls = call;
	anatomy->calls_count++;
	call += ev->index;
	*call = (struct stack_call){
		.address = ev->address, .offset = ev->offset, .line = ev->line, .flags = ev->head.flags};
	if (call_keep(&call->function, ev->function, sizeof(ev->function)) ||
	    call_keep(&call->module, ev->module, sizeof(ev->module)) ||
	    call_keep(&call->file, ev->file, sizeof(ev->file)))
		return -ENOMEM;
	return 0;
}

bool anatomy_stack_holds(const struct thread *thread)
{
	const struct anatomy *anatomy = &thread->anatomy;

	return anatomy->calls_count && anatomy->calls_state == thread->state &&
	       anatomy->calls_since_ns == thread->state_since_ns;
}

int apply_process_memory(struct model *model, const struct record *record)
{
	struct process *process = (struct process *)model_process(model, record->process_memory->pid);

	return process ? KEEP(process->memory, record->process_memory) : 0;
}

int apply_share_link(struct model *model, const struct record *record)
{
	struct ev_share_link *links = model->links;

	/* Room is made in doubling steps. */
	if (!(model->links_count & (model->links_count - 1))) {
		if (model->links_count >= MODEL_LINKS)
			return 0;
		links = realloc(links, (model->links_count ? 2 * model->links_count : 1) * sizeof(*links));
		if (!links)
			return -ENOMEM;
		model->links = links;
	}
	links[model->links_count++] = *record->share_link;
	return 0;
}
