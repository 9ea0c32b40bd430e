/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Group: a growing array of threads, one token, the first failure. */
#include <errno.h>
#include <stdlib.h>

#include <thrace/group.h>
#include "thread.h"

struct job {
	thr_group *group;
	thr_task task;
	void *arg;
	thr_thread *thread;
	int number, code;
	void *result;
};

struct thr_group {
	struct thr__guard guard;
	thr_cancel token;
	struct job **jobs;
	size_t n, room;
	int first_failure; /* -ENOENT: none */
};

static void call_task(void *arg)
{
	struct job *job = arg;

	job->code = job->task(&job->group->token, job->arg, &job->result);
}

static void *run_job(void *arg)
{
	struct job *job = arg;
	struct thr__frame frame;

	thr__protect(&frame, call_task, job);
	if (frame.how == THR_EXIT_FAILED)
		job->code = frame.code ? frame.code : -ECANCELED;
	free(frame.message);
	if (job->code) {
		thr__guard_lock(&job->group->guard);
		if (job->group->first_failure < 0)
			job->group->first_failure = job->number;
		thr__guard_unlock(&job->group->guard);
		thr_cancel_set(&job->group->token);
	}
	return NULL;
}

int thr_group_new(thr_group **result)
{
	thr_group *group;

	if (!result)
		return -EFAULT;
	*result = group = calloc(1, sizeof(*group));
	if (!group)
		return -ENOMEM;
	group->first_failure = -ENOENT;
	return 0;
}

static int add(thr_group *group, struct job *job)
{
	int error = 0;

	thr__guard_lock(&group->guard);
	if (group->n == group->room) {
		size_t room = group->room ? group->room * 2 : 8;
		struct job **jobs = realloc(group->jobs, room * sizeof(*jobs));

		if (jobs) {
			group->jobs = jobs;
			group->room = room;
		} else {
			error = -ENOMEM;
		}
	}
	if (!error) {
		job->number = (int)group->n;
		error = thr_thread_start(job->thread);
	}
	if (!error)
		group->jobs[group->n++] = job;
	thr__guard_unlock(&group->guard);
	return error;
}

int thr_group_start(thr_group *group, thr_task task, void *arg, const char *name)
{
	thr_thread_opts opts = { .target = run_job, .name = name };
	struct job *job;
	int error;

	if (!group || !task)
		return -EFAULT;
	if (thr_cancel_is_set(&group->token))
		return -EINTR;
	job = calloc(1, sizeof(*job));
	if (!job)
		return -ENOMEM;
	job->group = group;
	job->task = task;
	job->arg = arg;
	opts.arg = job;
	error = thr_thread_new(&job->thread, &opts);
	if (!error)
		error = add(group, job);
	if (error) {
		thr_thread_unref(job->thread);
		free(job);
		return error;
	}
	return job->number;
}

static struct job *job_at(thr_group *group, size_t i)
{
	struct job *job = NULL;

	thr__guard_lock(&group->guard);
	if (i < group->n)
		job = group->jobs[i];
	thr__guard_unlock(&group->guard);
	return job;
}

int thr_group_wait_cancel(thr_group *group, thr_ns timeout, thr_cancel *outer)
{
	thr__deadline deadline;
	struct job *job;
	int error;

	if (!group)
		return -EFAULT;
	error = thr__deadline_after(timeout, &deadline);
	for (size_t i = 0; !error && (job = job_at(group, i)); i++) {
		thr_ns left = deadline == THR__NEVER ? THR_FOREVER : deadline - thr_monotonic();

		if (deadline != THR__NEVER && left < 0)
			left = THR_POLL;
		error = thr_thread_join_cancel(job->thread, left, outer);
	}
	if (error == -EINTR)
		thr_group_cancel(group);
	if (error)
		return error;
	job = group->first_failure < 0 ? NULL : job_at(group, (size_t)group->first_failure);
	return job ? job->code : 0;
}

int thr_group_wait(thr_group *group, thr_ns timeout)
{
	return thr_group_wait_cancel(group, timeout, NULL);
}

void thr_group_cancel(thr_group *group)
{
	if (group)
		thr_cancel_set(&group->token);
}

thr_cancel *thr_group_token(thr_group *group)
{
	return group ? &group->token : NULL;
}

int thr_group_result(thr_group *group, int number, void **result)
{
	struct job *job = group && number >= 0 ? job_at(group, (size_t)number) : NULL;

	if (!job)
		return group ? -EINVAL : -EFAULT;
	if (thr_thread_state(job->thread) != THR_STOPPED)
		return -EAGAIN;
	if (result)
		*result = job->result;
	return job->code;
}

int thr_group_first_failure(thr_group *group)
{
	return group ? load_acquire(&group->first_failure) : -EFAULT;
}

size_t thr_group_size(thr_group *group)
{
	return group ? load_acquire(&group->n) : 0;
}

void thr_group_free(thr_group *group)
{
	if (!group)
		return;
	thr_group_cancel(group);
	thr_group_wait(group, THR_FOREVER);
	for (size_t i = 0; i < group->n; i++) {
		thr_thread_unref(group->jobs[i]->thread);
		free(group->jobs[i]);
	}
	free(group->jobs);
	free(group);
}
