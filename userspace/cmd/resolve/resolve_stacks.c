// SPDX-License-Identifier: GPL-2.0-only
/* Where in the program each blocked thread waits. */
#include <errno.h>
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/enrich/stack.h"

static int tell_stack(struct session *session, struct symbols *symbols, const struct thread *thread)
{
	struct stack stack;

	/* One that runs by now, or is gone, has no stack to show. */
	if (stack_unwind(symbols, thread->tid, thread->anatomy.registers, &stack))
		return 0;
	return stack_tell(symbols, &stack, session->model->now_ns, STACK_F_LINES, session_take, session);
}

int resolve_stacks(struct session *session)
{
	struct symbols *symbols = symbols_new();
	int error = symbols ? 0 : -ENOMEM;

	process_for_each (session->model, process) {
		if (process->ended || error || symbols_turn(symbols, process->pid))
			continue; /* no right, no memory of its own, or 32 bits: the waits stand without */
		thread_for_each (process, thread)
			if (!error && thread->state == STATE_BLOCKED)
				error = tell_stack(session, symbols, thread);
	}
	symbols_close(symbols);
	return error;
}
