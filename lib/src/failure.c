/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* How a thread ends before its target returns: exit and failure, frames to unwind to, the excepthook. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "thread.h"

static __thread struct thr__frame *innermost __attribute__((tls_model("initial-exec")));
static thr_excepthook hook = thr_default_excepthook;

void thr__protect(struct thr__frame *frame, void (*function)(void *), void *arg)
{
	frame->outer = innermost;
	frame->how = THR_EXIT_RETURNED;
	frame->code = 0;
	frame->message = NULL;
	frame->value = NULL;
	if (_setjmp(frame->where) == 0) {
		innermost = frame;
		function(arg);
	}
	innermost = frame->outer;
}

static THR_NORETURN void unwind(thr_exit how, int code, char *message, void *value)
{
	struct thr__frame *frame = innermost;

	frame->how = how;
	frame->code = code;
	frame->message = message;
	frame->value = value;
	_longjmp(frame->where, 1);
}

void thr_thread_exit(void *value)
{
	thr_thread *self = thr__self;

	if (innermost)
		unwind(THR_EXIT_EXITED, 0, NULL, value);
	if (self && self->is_main)
		exit((int)(intptr_t)value);
	pthread_exit(value);
}

void thr_thread_fail(int code, const char *format, ...)
{
	thr_thread *self = thr__self;
	char *message = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	if (innermost)
		unwind(THR_EXIT_FAILED, code, message, NULL);
	thr__excepthook_call(self, code, message ? message : thr_strerror(code));
	free(message);
	if (self && self->is_main)
		exit(1);
	pthread_exit(NULL);
}

/* One write, so that the reports of two threads do not mix. */
static void report(const char *format, ...)
{
	char *text;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return;
	fflush(stderr);
	if (write(STDERR_FILENO, text, (size_t)length) < 0) {
		/* No standard error: as Python, say nothing. */
	}
	free(text);
}

int thr_default_excepthook(const thr_excepthook_args *args)
{
	char name[256];

	if (!args)
		return -EFAULT;
	if (args->thread)
		thr_thread_name(args->thread, name, sizeof(name));
	else
		snprintf(name, sizeof(name), "%lu", (unsigned long)pthread_self());
	report("Exception in thread %s:\nError %d: %s\n", name, args->code,
	       args->message ? args->message : thr_strerror(args->code));
	return 0;
}

thr_excepthook thr_set_excepthook(thr_excepthook new_hook)
{
	return __atomic_exchange_n(&hook, new_hook ? new_hook : thr_default_excepthook, __ATOMIC_SEQ_CST);
}

struct hook_call {
	const thr_excepthook_args *args;
	int result;
};

static void call_hook(void *arg)
{
	struct hook_call *call = arg;

	call->result = load_acquire(&hook)(call->args);
}

void thr__excepthook_call(thr_thread *thread, int code, const char *message)
{
	thr_excepthook_args args = { .code = code, .message = message, .thread = thread };
	struct hook_call call = { .args = &args };
	struct thr__frame frame;

	PROBE(excepthook, thr__uid(), code, (uintptr_t)message);
	thr__protect(&frame, call_hook, &call);
	if (frame.how == THR_EXIT_FAILED)
		report("Exception in thr_excepthook:\nError %d: %s\n", frame.code,
		       frame.message ? frame.message : thr_strerror(frame.code));
	else if (call.result)
		report("Exception in thr_excepthook:\nError %d: %s\n", call.result, thr_strerror(call.result));
	free(frame.message);
}
