/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Beyond Python: a nursery. Threads are started in it and none outlives the wait for all. The first failure
 * cancels the rest through the group's token; results come back by number.
 */
#ifndef THRACE_GROUP_H
#define THRACE_GROUP_H

#include <thrace/cancel.h>

THR_BEGIN_DECLS

typedef struct thr_group thr_group;

/*
 * A task: returns 0, or a negative errno, which is a failure, as is thr_thread_fail(). It should hand the token to
 * its waits. Its failure goes to thr_group_wait(), not to the excepthook.
 */
typedef int (*thr_task)(thr_cancel *cancel, void *arg, void **result);

THR_API int thr_group_new(thr_group **group);

/* Starts a task; returns its number, from 0. name may be null. -EINTR: the group is cancelled. Else as start. */
THR_API int thr_group_start(thr_group *group, thr_task task, void *arg, const char *name);

/*
 * Waits for all, those started meanwhile included. 0: all succeeded; else the first failure's code. -ETIMEDOUT and,
 * for the outer token, -EINTR (which also cancels the group): some still run, wait again.
 */
THR_API int thr_group_wait(thr_group *group, thr_ns timeout);
THR_API int thr_group_wait_cancel(thr_group *group, thr_ns timeout, thr_cancel *outer);

THR_API void thr_group_cancel(thr_group *group);
THR_API thr_cancel *thr_group_token(thr_group *group);

/* The task's own return value, and its result; -EAGAIN: still running; -EINVAL: no such number. */
THR_API int thr_group_result(thr_group *group, int number, void **result);
THR_API int thr_group_first_failure(thr_group *group); /* its number, or -ENOENT */
THR_API size_t thr_group_size(thr_group *group);

/* Cancels, waits for all, frees. Null is fine. -EDEADLK, and nothing is freed: called by one of its own tasks. */
THR_API int thr_group_free(thr_group *group);

THR_END_DECLS

#endif
