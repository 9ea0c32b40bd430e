/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a thread does: its target, through the ops table, in its own thread or in the caller's. */
#include <errno.h>
#include <stdlib.h>

#include "thread.h"

void thr__thread_record(thr_thread *thread, thr_exit how, int code, const char *message, void *result)
{
	thread->code = code;
	thread->message = (char *)message;
	thread->result = result;
	thread->how = how;
}

int thr_thread_base_run(thr_thread *thread)
{
	int error = thr__thread_check(thread);

	if (error)
		return error;
	if (exchange(&thread->consumed, true))
		return -EALREADY;
	if (thread->target)
		thread->result = thread->target(thr_thread_arg(thread));
	return 0;
}

struct run_call {
	thr_thread *thread;
	int result;
};

static void call_run(void *arg)
{
	struct run_call *call = arg;
	thr_thread *thread = call->thread;

	if (thread->ops && thread->ops->run)
		call->result = thread->ops->run(thread);
	else
		call->result = thr_thread_base_run(thread);
}

/* A failure is thrown, or returned by an overridden run. */
static void settle(struct thr__frame *frame, const struct run_call *call)
{
	if (frame->how == THR_EXIT_RETURNED && call->result < 0) {
		frame->how = THR_EXIT_FAILED;
		frame->code = call->result;
	}
}

void thr__thread_body(thr_thread *thread)
{
	struct run_call call = { .thread = thread, .result = -EALREADY };
	struct thr__frame frame = { .how = THR_EXIT_RETURNED };
	/* Somebody may be running it directly this very moment. */
	bool ours = !exchange(&thread->runs, 1);
	void *result;

	if (ours)
		thr__protect(&frame, call_run, &call);
	settle(&frame, &call);
	if (frame.how == THR_EXIT_FAILED)
		thr__excepthook_call(thread, frame.code, frame.message ? frame.message : thr_strerror(frame.code));
	result = frame.how == THR_EXIT_EXITED ? frame.value : thread->result;
	thr__thread_record(thread, frame.how, frame.code, frame.message, result);
	if (ours)
		thr__thread_drop_arg(thread);
}

int thr_thread_run(thr_thread *thread)
{
	struct run_call call = { .thread = thread };
	struct thr__frame frame;
	int error = thr__thread_check(thread);

	if (error)
		return error;
	if (load_relaxed(&thread->consumed) || exchange(&thread->runs, 1))
		return -EALREADY;
	PROBE(run_direct, thread->uid, thr__uid());
	thr__protect(&frame, call_run, &call);
	settle(&frame, &call);
	free(frame.message);
	if (load_relaxed(&thread->consumed))
		thr__thread_drop_arg(thread);
	store_release(&thread->runs, 0);
	return frame.how == THR_EXIT_FAILED ? thr__failure_code(frame.code) : 0;
}

int thr_thread_result(const thr_thread *thread, void **value, thr_exit *how)
{
	int error = thr__thread_check(thread);

	if (error)
		return error;
	if (load_acquire(&thread->state) != THR_STOPPED)
		return -EAGAIN;
	if (value)
		*value = thread->result;
	if (how)
		*how = thread->how;
	return 0;
}

int thr_thread_failure(const thr_thread *thread, int *code, const char **message)
{
	thr_exit how;
	int error = thr_thread_result(thread, NULL, &how);

	if (error)
		return error;
	if (how != THR_EXIT_FAILED)
		return -ENOENT;
	if (code)
		*code = thread->code;
	if (message)
		*message = thread->message ? thread->message : thr_strerror(thread->code);
	return 0;
}
