/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The library's sentences, and the small conversions of base.h. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "futex.h"

static const struct {
	int error;
	const char *sentence;
} sentences[] = {
	{ 0, "no error" },
	{ EFAULT, "null pointer" },
	{ ENXIO, "object was never constructed" },
	{ EINVAL, "value out of range" },
	{ EOVERFLOW, "timeout value is too large, or semaphore released too many times" },
	{ ETIMEDOUT, "timed out" },
	{ EINTR, "wait cancelled by its token" },
	{ EALREADY, "threads can only be started once" },
	{ ESRCH, "cannot join thread before it is started" },
	{ EDEADLK, "cannot join current thread" },
	{ ENOTSUP, "cannot join a dummy thread" },
	{ EBUSY, "cannot set daemon status of active thread" },
	{ ENOLCK, "release unlocked lock" },
	{ EPERM, "cannot release un-acquired lock, nor wait on or notify it" },
	{ EAGAIN, "queue is full or empty" },
	{ EPIPE, "queue is shut down" },
	{ ERANGE, "task_done() called too many times" },
	{ ECANCELED, "barrier is broken" },
	{ ENOENT, "no value in this thread" },
	{ ESHUTDOWN, "can't register atexit or create new thread after shutdown" },
	{ ENOBUFS, "can't start new thread" },
	{ ENOMEM, "out of memory" },
};

const char *thr_strerror(int error)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (sentences[i].error == -error)
			return sentences[i].sentence;
	}
	/* Not one of ours: from a callback of the program's, say. */
	if (error < 0 && error > -4096 && strerrordesc_np(-error))
		return strerrordesc_np(-error);
	return "unknown error";
}

const char *thr_version(void)
{
	return THRACE_VERSION;
}

thr_ns thr_seconds(double seconds)
{
	if (isnan(seconds))
		return THR_INVALID;
	if (seconds >= 9e9)
		return INT64_MAX;
	if (seconds <= -9e9)
		return -INT64_MAX;
	/* A hair below zero must not come out as THR_FOREVER. */
	return seconds < 0 && seconds > -2e-9 ? -2 : (thr_ns)(seconds * 1e9);
}

thr_ns thr_blocking(bool blocking, thr_ns timeout)
{
	if (blocking)
		return timeout;
	return timeout == THR_FOREVER ? THR_POLL : THR_INVALID;
}
