// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/enrich/own.h"
#include "userspace/enrich/share.h"
#include "userspace/enrich/stack.h"

/* --- what is a thread's own --------------------------------------------------------------------------------- */

/*
 * The source may have told all registers, at the time of its snapshot: they are good as long as the thread stands where
 * they say. Else /proc knows two of them, and none of one that is on a CPU. The TLS base stays what it was.
 */
static int tell_registers(struct session *session, const struct own *own, const struct thread *thread)
{
	const struct ev_task_registers *told = thread->anatomy.registers;
	struct ev_task_registers now;

	if (thread->kernel_thread)
		return 0;
	if (own_registers(own, thread->tid, session->model->now_ns, &now) == -EBUSY)
		now.head.flags |= REGISTERS_F_ON_CPU;
	if (told && told->ip == now.ip && told->sp == now.sp)
		return 0;
	if (told && told->head.flags & REGISTERS_F_BASES) {
		now.head.flags |= REGISTERS_F_BASES;
		now.fs_base = told->fs_base;
		now.gs_base = told->gs_base;
	}
	return session_take(session, &now, sizeof(now));
}

static int look_own_thread(struct session *session, const struct own *own, const struct thread *thread)
{
	struct ev_task_own record;
	int error = tell_registers(session, own, thread);

	if (error || own_read(own, thread->tid, session->model->now_ns, thread->anatomy.registers, &record))
		return error;
	return session_take(session, &record, sizeof(record));
}

int look_own(struct session *session, const struct thread *only)
{
	int error = 0;

	process_for_each (session->model, process) {
		struct own own;

		if (error || process->ended || (only && only->process != process))
			continue;
		if (!own_open(&own, process->pid))
			thread_for_each (process, thread)
				if (!error && thread->end == END_ALIVE && (!only || only == thread))
					error = look_own_thread(session, &own, thread);
		own_close(&own);
	}
	return error;
}

int look_stack(struct session *session, const struct thread *thread, int *error)
{
	struct symbols *symbols = symbols_open(thread->process->pid);
	struct stack stack;
	int result = 0;

	*error = symbols ? 0 : -errno;
	if (!symbols)
		return 0;
	*error = stack_unwind(symbols, thread->tid, thread->anatomy.registers, &stack);
	if (!*error)
		result = stack_tell(symbols, &stack, session->model->now_ns, STACK_F_LINES, session_take, session);
	symbols_close(symbols);
	return result;
}

/* --- what is shared ----------------------------------------------------------------------------------------- */

static size_t list_tasks(const struct model *model, struct share_task *tasks)
{
	size_t count = 0;

	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->end == END_ALIVE)
				tasks[count++] = (struct share_task){.tid = thread->tid,
								     .pid = process->pid,
								     .kernel_thread = thread->kernel_thread};
	return count;
}

static int tell_pages(struct session *session)
{
	int error = 0;

	process_for_each (session->model, process) {
		if (error || process->ended)
			continue;
		error = share_tell_pages(process->pid, session->model->now_ns, session_take, session);
		if (error == -ENOENT)
			error = 0;
	}
	return error;
}

int look_share(struct session *session)
{
	struct share_task *tasks = calloc(session->model->threads_count + 1, sizeof(*tasks));
	uint64_t now_ns = session->model->now_ns;
	size_t count;
	int error;

	if (!tasks)
		return -ENOMEM;
	count = list_tasks(session->model, tasks);
	error = share_look(tasks, count);
	if (!error)
		error = share_tell(tasks, count, now_ns, session_take, session);
	if (!error)
		error = share_tell_files(tasks, count, now_ns, session_take, session);
	if (!error)
		error = share_tell_memory(tasks, count, now_ns, session_take, session);
	if (!error)
		error = tell_pages(session);
	free(tasks);
	return error;
}

/* --- nobody there ------------------------------------------------------------------------------------------- */

int look_say_gone(const struct session *session)
{
	const struct target *target = &session->options->target;
	uint32_t pid = target->pids_count ? target->pids[0] : 0;
	char text[512] = "";
	const char *state;
	int folder = pid ? target_folder(pid) : -ESRCH;

	if (folder >= 0) {
		target_file(folder, "stat", text, sizeof(text));
		close(folder);
	}
	state = strrchr(text, ')');
	if (state && !strncmp(state, ") Z", 3))
		return command_fail(session->command, STATUS_FAILED,
				    "process %u has ended and only waits for its parent to collect it (a zombie): "
				    "nothing is left of it to look at",
				    pid);
	if (target->launch)
		return command_fail(session->command, STATUS_FAILED,
				    "'%.64s' ended before it was looked at: a shorter -d looks earlier",
				    target->launch[0]);
	return command_fail(session->command, STATUS_FAILED,
			    "no thread is there to look at: those that were have ended, or none matched");
}
