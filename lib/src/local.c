/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Thread-local values: each hangs in its thread's list and in its local's, both under one guard. */
#include <errno.h>
#include <stdlib.h>

#include <thrace/local.h>
#include "thread.h"

struct value {
	struct value *next_here, **back_here;   /* this thread's */
	struct value *next_local, **back_local; /* this local's */
	thr_local *local;
	void *value;
};

struct thr_local {
	int (*init)(void *arg, void **value);
	void *arg;
	void (*destroy)(void *value);
	struct value *values;
};

static struct thr__guard guard;
static __thread struct value *here __attribute__((tls_model("initial-exec")));

static struct value *find(const thr_local *local)
{
	struct value *value = here;

	while (value && value->local != local)
		value = value->next_here;
	return value;
}

static void unlink_value(struct value *value)
{
	*value->back_here = value->next_here;
	if (value->next_here)
		value->next_here->back_here = value->back_here;
	*value->back_local = value->next_local;
	if (value->next_local)
		value->next_local->back_local = value->back_local;
}

static void destroy(struct value *value)
{
	if (value->local->destroy)
		value->local->destroy(value->value);
	free(value);
}

int thr_local_new(thr_local **result, int (*init)(void *, void **), void *arg, void (*destroy_value)(void *))
{
	thr_local *local;

	if (!result)
		return -EFAULT;
	*result = local = calloc(1, sizeof(*local));
	if (!local)
		return -ENOMEM;
	local->init = init;
	local->arg = arg;
	local->destroy = destroy_value;
	return 0;
}

void thr_local_free(thr_local *local)
{
	struct value *value;

	if (!local)
		return;
	for (;;) {
		thr__guard_lock(&guard);
		value = local->values;
		if (value)
			unlink_value(value);
		thr__guard_unlock(&guard);
		if (!value)
			break;
		destroy(value);
	}
	free(local);
}

static int add(thr_local *local, void *content)
{
	struct value *value = malloc(sizeof(*value));

	if (!value)
		return -ENOMEM;
	value->local = local;
	value->value = content;
	thr__thread_key_set();
	thr__guard_lock(&guard);
	value->next_here = here;
	value->back_here = &here;
	value->next_local = local->values;
	value->back_local = &local->values;
	if (here)
		here->back_here = &value->next_here;
	if (local->values)
		local->values->back_local = &value->next_local;
	here = local->values = value;
	thr__guard_unlock(&guard);
	return 0;
}

int thr_local_get(thr_local *local, void **content)
{
	struct value *value;
	int error;

	if (!local || !content)
		return -EFAULT;
	value = find(local);
	if (value) {
		*content = value->value;
		return 0;
	}
	if (!local->init)
		return -ENOENT;
	error = local->init(local->arg, content);
	return error ? error : add(local, *content);
}

int thr_local_del(thr_local *local)
{
	struct value *value = local ? find(local) : NULL;

	if (!value)
		return local ? -ENOENT : -EFAULT;
	thr__guard_lock(&guard);
	unlink_value(value);
	thr__guard_unlock(&guard);
	destroy(value);
	return 0;
}

int thr_local_set(thr_local *local, void *content)
{
	struct value *value = local ? find(local) : NULL;
	void *old;

	if (!value)
		return local ? add(local, content) : -EFAULT;
	old = value->value;
	value->value = content;
	if (local->destroy)
		local->destroy(old);
	return 0;
}

/* A destructor may set values again: until none are left. */
void thr__locals_end(void)
{
	struct value *value;

	while (here) {
		thr__guard_lock(&guard);
		value = here;
		if (value)
			unlink_value(value);
		thr__guard_unlock(&guard);
		if (value)
			destroy(value);
	}
}

void thr__locals_lock(void)
{
	thr__guard_lock(&guard);
}

void thr__locals_unlock(void)
{
	thr__guard_unlock(&guard);
}

void thr__locals_reset(void)
{
	guard = (struct thr__guard){ 0 };
}
