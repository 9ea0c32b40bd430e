/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Thread-local values. A value's memory belongs to its thread, which alone walks its list and needs no guard for it; a
 * local that goes only empties the values that it has in other threads (local = null), under the guard, and
 * they are used again by those threads.
 */
#include <errno.h>
#include <stdlib.h>

#include <thrace/local.h>
#include "thread.h"

enum { LOCAL_MAGIC = 0x6c6f636c };

struct value {
	struct value *next_here;                /* this thread's */
	struct value *next_local, **back_local; /* this local's; under the guard */
	thr_local *local;                       /* null: free */
	void (*destroy)(void *value);
	void *value;
};

struct thr_local {
	uint32_t magic;
	int (*init)(void *arg, void **value);
	void *arg;
	void (*destroy)(void *value);
	struct value *values;
};

static struct thr__guard guard;
static __thread struct value *here __attribute__((tls_model("initial-exec")));

static int check(const thr_local *local)
{
	if (!local)
		return -EFAULT;
	return local->magic == LOCAL_MAGIC ? 0 : -ENXIO;
}

/* With null: a free one. */
static struct value *find(const thr_local *local)
{
	struct value *value = here;

	while (value && load_acquire(&value->local) != local)
		value = value->next_here;
	return value;
}

static void unlink_value(struct value *value)
{
	*value->back_local = value->next_local;
	if (value->next_local)
		value->next_local->back_local = value->back_local;
	store_release(&value->local, NULL);
}

/* False: its local went meanwhile, and took the content with it. */
static bool take(struct value *value, const thr_local *local)
{
	bool ours;

	thr__guard_lock(&guard);
	ours = local && value->local == local;
	if (ours)
		unlink_value(value);
	thr__guard_unlock(&guard);
	return ours;
}

int thr_local_new(thr_local **result, int (*init)(void *, void **), void *arg, void (*destroy_value)(void *))
{
	thr_local *local;

	if (!result)
		return -EFAULT;
	*result = local = calloc(1, sizeof(*local));
	if (!local)
		return -ENOMEM;
	local->magic = LOCAL_MAGIC;
	local->init = init;
	local->arg = arg;
	local->destroy = destroy_value;
	return 0;
}

void thr_local_free(thr_local *local)
{
	if (check(local))
		return;
	for (;;) {
		struct value *value;
		void *content = NULL;

		thr__guard_lock(&guard);
		value = local->values;
		if (value) {
			content = value->value;
			unlink_value(value);
		}
		thr__guard_unlock(&guard);
		if (!value)
			break;
		if (local->destroy)
			local->destroy(content);
	}
	local->magic = 0;
	free(local);
}

static int add(thr_local *local, void *content)
{
	struct value *value = find(NULL);

	if (!value) {
		value = calloc(1, sizeof(*value));
		if (!value)
			return -ENOMEM;
		value->next_here = here;
		here = value;
		thr__thread_key_set();
	}
	value->value = content;
	value->destroy = local->destroy;
	thr__guard_lock(&guard);
	value->next_local = local->values;
	value->back_local = &local->values;
	if (local->values)
		local->values->back_local = &value->next_local;
	local->values = value;
	store_release(&value->local, local);
	thr__guard_unlock(&guard);
	return 0;
}

static int run_init(thr_local *local, void **content)
{
	void *made = NULL;
	int error = local->init(local->arg, &made);

	if (error)
		return error;
	/* By way of set: the initialiser may have used this very local. */
	error = thr_local_set(local, made);
	if (error && local->destroy)
		local->destroy(made);
	if (!error)
		*content = made;
	return error;
}

int thr_local_get(thr_local *local, void **content)
{
	struct value *value;
	int error = content ? check(local) : -EFAULT;

	if (error)
		return error;
	value = find(local);
	if (!value)
		return local->init ? run_init(local, content) : -ENOENT;
	*content = value->value;
	return 0;
}

int thr_local_del(thr_local *local)
{
	struct value *value;
	int error = check(local);

	if (error)
		return error;
	value = find(local);
	if (!value || !take(value, local))
		return -ENOENT;
	if (value->destroy)
		value->destroy(value->value);
	return 0;
}

int thr_local_set(thr_local *local, void *content)
{
	struct value *value;
	void *old;
	int error = check(local);

	if (error)
		return error;
	value = find(local);
	if (!value)
		return add(local, content);
	old = value->value;
	value->value = content;
	if (local->destroy)
		local->destroy(old);
	return 0;
}

bool thr__locals_any(void)
{
	return here;
}

/* A destructor may set values again: until none are left. */
void thr__locals_end(void)
{
	struct value *value;

	while ((value = here)) {
		void (*destroy)(void *) = value->destroy;
		void *content = value->value;
		bool ours = take(value, load_acquire(&value->local));

		here = value->next_here;
		free(value);
		if (ours && destroy)
			destroy(content);
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
