/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Time between two looks at /proc. The state at a look is what was met at one moment, and looks are no fair sample:
 * timers fire together, so that a look meets more threads awake than there are in between. But each look also reads the
 * kernel's books, which say exactly how long the thread has run and was ready since the one before: the time goes
 * where they say, and what is left was a wait.
 *
 * The books lag, by a tick for who is running and by the whole of it for who is still ready. So what they tell is owed,
 * and given as far as there is time. Those of the dead are closed: they tell everything.
 */
#include "userspace/model/private.h"

#include <errno.h>

/* As much of what is owed as there is room for. */
static uint64_t give(uint64_t *owed_ns, uint64_t room_ns)
{
	int64_t wanted_ns = (int64_t)*owed_ns;
	uint64_t given_ns = wanted_ns <= 0 ? 0 : (uint64_t)wanted_ns < room_ns ? (uint64_t)wanted_ns : room_ns;

	*owed_ns -= given_ns;
	return given_ns;
}

/* Since the state began that it is in, but not before the last look. */
static uint64_t span_of(const struct model *model, const struct thread *thread)
{
	uint64_t looked_ns = thread->looked_ns, since_ns = thread->state_since_ns;
	uint64_t begin_ns = looked_ns > since_ns ? looked_ns : since_ns;

	return begin_ns < model->now_ns ? model->now_ns - begin_ns : 0;
}

/* From the one state that thread_account() gave all of it to. */
static int move(struct model *model, struct thread *thread, const uint64_t *state_ns, uint64_t span_ns)
{
	struct process *process = thread->process;

	thread->state_ns[thread->state] -= span_ns;
	for (int state = 0; state < STATE_COUNT; state++)
		thread->state_ns[state] += state_ns[state];
	if (thread_own(thread)->listed) {
		process_account(process, model->now_ns);
		process->on_cpu_ns += state_ns[STATE_RUNNING] - (thread->state == STATE_RUNNING ? span_ns : 0);
		process->ready_ns += state_ns[STATE_READY] - (thread->state == STATE_READY ? span_ns : 0);
	}
	if (thread->state == STATE_BLOCKED)
		wait_account(thread, state_ns[STATE_BLOCKED] - span_ns);
	else if (state_ns[STATE_BLOCKED])
		return wait_unseen(model, thread, state_ns[STATE_BLOCKED]);
	return 0;
}

/* Did it give up its CPU between two looks? Who has ended did so once for that. */
static bool has_slept(const struct ev_books *last, const struct ev_task_sample *ev)
{
	if (ev->head.flags & SNAPSHOT_F_CLOSED)
		return ev->books.voluntary > last->voluntary + 1;
	return ev->state || ev->books.voluntary != last->voluntary;
}

int look_account(struct model *model, struct thread *thread, const struct ev_task_sample *ev)
{
	const struct ev_books *last = &thread->books_last, *books = &ev->books;
	uint64_t span_ns = span_of(model, thread), state_ns[STATE_COUNT] = {0}, rest_ns;
	bool awake = thread->state == STATE_RUNNING || thread->state == STATE_READY;

	thread->looked_ns = model->now_ns;
	/* Without CONFIG_SCHED_INFO there are no books: the state is all that is known. */
	if (!books->running_ns || (!awake && thread->state != STATE_BLOCKED))
		return 0;
	thread->owed_running_ns += books->running_ns - last->running_ns;
	thread->owed_ready_ns += books->ready_ns - last->ready_ns;
	state_ns[STATE_RUNNING] = give(&thread->owed_running_ns, span_ns);
	state_ns[STATE_READY] = give(&thread->owed_ready_ns, span_ns - state_ns[STATE_RUNNING]);
	rest_ns = span_ns - state_ns[STATE_RUNNING] - state_ns[STATE_READY];
	if (!awake || has_slept(last, ev)) {
		state_ns[STATE_BLOCKED] = rest_ns;
	} else if (ev->head.flags & SNAPSHOT_F_CLOSED) { /* it had ended for so long before that was noticed */
		state_ns[STATE_UNKNOWN] = rest_ns;
	} else { /* it never went to sleep: the books will tell of this later */
		state_ns[thread->state] += rest_ns;
		*(thread->state == STATE_RUNNING ? &thread->owed_running_ns : &thread->owed_ready_ns) -= rest_ns;
	}
	return move(model, thread, state_ns, span_ns);
}
