/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Group: a growing array of threads, one token, the first failure. */
#include <errno.h>
#include <stdlib.h>

#include <thrace/group.h>
#include "thread.h"

enum { GROUP_MAGIC = 0x67727570 };

struct job {
	thr_group *group;
	thr_task task;
	void *arg;
	thr_thread *thread;
	int number, code;
	void *result;
};

struct thr_group {
	uint32_t magic;
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
		job->code = thr__failure_code(frame.code);
	else if (frame.how == THR_EXIT_EXITED)
		job->result = frame.value;
	free(frame.message);
	if (job->code) {
		thr__guard_lock(&job->group->guard);
		if (job->group->first_failure < 0)
			store_release(&job->group->first_failure, job->number);
		thr__guard_unlock(&job->group->guard);
		thr_group_cancel(job->group);
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
	group->magic = GROUP_MAGIC;
	group->first_failure = -ENOENT;
	return 0;
}

static int check(const thr_group *group)
{
	if (!group)
		return -EFAULT;
	return group->magic == GROUP_MAGIC ? 0 : -ENXIO;
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
	if (!error) {
		group->jobs[group->n] = job;
		store_release(&group->n, group->n + 1);
	}
	thr__guard_unlock(&group->guard);
	return error;
}

int thr_group_start(thr_group *group, thr_task task, void *arg, const char *name)
{
	thr_thread_opts opts = { .target = run_job, .name = name };
	struct job *job;
	int error = task ? check(group) : -EFAULT;

	if (error)
		return error;
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
	PROBE(group_start, thr__uid(), (uintptr_t)group, job->thread->uid, job->number);
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
	struct thr__waiting why = { .kind = THR_WAIT_group, .object = group };
	thr__deadline deadline;
	struct job *job;
	int error = check(group);

	if (!error)
		error = thr__deadline_after(timeout, &deadline);
	for (size_t i = 0; !error && (job = job_at(group, i)); i++) {
		thr_ns left = deadline == THR__NEVER ? THR_FOREVER : deadline - thr_monotonic();

		if (deadline != THR__NEVER && left < 0)
			left = THR_POLL;
		why.target_uid = job->thread->uid;
		error = thr__thread_join(job->thread, left, outer, &why);
	}
	if (error == -EINTR)
		thr_group_cancel(group);
	if (error)
		return error;
	job = thr_group_first_failure(group) < 0 ? NULL : job_at(group, (size_t)group->first_failure);
	return job ? job->code : 0;
}

int thr_group_wait(thr_group *group, thr_ns timeout)
{
	return thr_group_wait_cancel(group, timeout, NULL);
}

void thr_group_cancel(thr_group *group)
{
	if (check(group) || thr_cancel_is_set(&group->token))
		return;
	PROBE(group_cancel, thr__uid(), (uintptr_t)group);
	thr_cancel_set(&group->token);
}

thr_cancel *thr_group_token(thr_group *group)
{
	return check(group) ? NULL : &group->token;
}

int thr_group_result(thr_group *group, int number, void **result)
{
	int error = check(group);
	struct job *job = !error && number >= 0 ? job_at(group, (size_t)number) : NULL;

	if (!job)
		return error ? error : -EINVAL;
	if (thr_thread_state(job->thread) != THR_STOPPED)
		return -EAGAIN;
	if (result)
		*result = job->result;
	return job->code;
}

int thr_group_first_failure(thr_group *group)
{
	int error = check(group);

	return error ? error : load_acquire(&group->first_failure);
}

size_t thr_group_size(thr_group *group)
{
	return check(group) ? 0 : load_acquire(&group->n);
}

int thr_group_free(thr_group *group)
{
	int error = group ? check(group) : 0;
	struct job *job;

	if (!group || error)
		return error;
	thr_group_cancel(group);
	/* By way of the guard: a task may be here before its start has returned. */
	for (size_t i = 0; (job = job_at(group, i)); i++) {
		if (job->thread == thr__self)
			return -EDEADLK;
	}
	thr_group_wait(group, THR_FOREVER);
	group->magic = 0;
	for (size_t i = 0; i < group->n; i++) {
		thr_thread_unref(group->jobs[i]->thread);
		free(group->jobs[i]);
	}
	free(group->jobs);
	free(group);
	return 0;
}
