/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The thread object: construction, references, what can be asked and set. Starting is start.c, joining join.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thread.h"

enum { STACK_MIN = 32768 };

int thr__thread_check(const thr_thread *thread)
{
	if (!thread)
		return -EFAULT;
	return thread->magic == THR__THREAD_MAGIC ? 0 : -ENXIO;
}

/* "Thread-7", "Thread-7 (cook)". By hand: printf would be a tenth of what all the rest of a construction takes. */
char *thr__auto_name(const char *kind, const char *target_name)
{
	uint32_t n = fetch_add(&thr__all.counter, 1) + 1;
	size_t kind_length = strlen(kind), target_length = target_name ? strlen(target_name) + 3 : 0, i = 10;
	char digits[10], *name, *at;

	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	name = malloc(kind_length + 1 + (10 - i) + target_length + 1);
	if (!name)
		return NULL;
	at = mempcpy(name, kind, kind_length);
	*at++ = '-';
	at = mempcpy(at, digits + i, 10 - i);
	if (target_name) {
		at = stpcpy(stpcpy(at, " ("), target_name);
		*at++ = ')';
	}
	*at = 0;
	return name;
}

static uint32_t flags_of(const thr_thread *thread)
{
	return (thread->daemon ? THR_SLOT_DAEMON : 0) | (thread->is_main ? THR_SLOT_MAIN : 0) |
	       (thread->foreign ? THR_SLOT_FOREIGN : 0);
}

/* Takes over name; null is "out of memory" from whoever made it. */
static int set_up(thr_thread *thread, char *name, uint64_t creator_uid)
{
	thread->name = name;
	if (!name)
		return -ENOMEM;
	thread->slot = thr__slot_new(creator_uid);
	if (!thread->slot)
		return -ENOMEM;
	thread->magic = THR__THREAD_MAGIC;
	thread->refs = 1;
	thread->uid = thread->slot->uid;
	thr__copy_name(thread->slot->name, sizeof(thread->slot->name), name);
	thread->slot->flags = flags_of(thread);
	thr__slot_end(thread->slot);
	return 0;
}

int thr__thread_alloc(thr_thread **result, const char *name, uint64_t creator_uid)
{
	thr_thread *thread = calloc(1, sizeof(*thread));
	int error;

	if (!thread)
		return -ENOMEM;
	error = set_up(thread, name ? strdup(name) : thr__auto_name("Dummy", NULL), creator_uid);
	if (error) {
		free(thread->name);
		free(thread);
		return error;
	}
	*result = thread;
	return 0;
}

void thr__thread_flags(thr_thread *thread)
{
	SLOT_SET(thread->slot, flags, flags_of(thread));
}

static bool pick_daemon(thr_daemon asked)
{
	thr_thread *creator;

	if (asked != THR_DAEMON_INHERIT)
		return asked == THR_DAEMON_YES;
	creator = thr_current();
	return creator ? load_relaxed(&creator->daemon) : true;
}

int thr_thread_new(thr_thread **result, const thr_thread_opts *given)
{
	thr_thread_opts opts = { 0 };
	thr_thread *thread;
	bool named;
	int error;

	if (!result)
		return -EFAULT;
	*result = NULL;
	if (given)
		memcpy(&opts, given, given->size && given->size < sizeof(opts) ? given->size : sizeof(opts));
	if (opts.stack_size && opts.stack_size < STACK_MIN)
		return -EINVAL;
	thread = calloc(1, sizeof(*thread));
	if (!thread)
		return -ENOMEM;
	named = opts.name && opts.name[0];
	thread->daemon = pick_daemon(opts.daemon);
	error = set_up(thread, named ? strdup(opts.name) : thr__auto_name("Thread", opts.target_name), thr__uid());
	if (error) {
		free(thread->name);
		free(thread);
		return error;
	}
	thread->named = named || opts.target_name;
	thread->ops = opts.ops;
	thread->target = opts.target;
	thread->arg = opts.arg;
	thread->arg_free = opts.arg_free;
	thread->stack_size = opts.stack_size ? opts.stack_size : load_relaxed(&thr__all.stack_size);
	PROBE(thread_create, thread->uid, thr__uid(), (uintptr_t)thread->name, thread->daemon);
	*result = thread;
	return 0;
}

int thr_thread_go(thr_thread **result, void *(*target)(void *), void *arg)
{
	thr_thread_opts opts = { .target = target, .arg = arg };
	int error = thr_thread_new(result, &opts);

	if (error)
		return error;
	error = thr_thread_start(*result);
	if (error) {
		thr_thread_unref(*result);
		*result = NULL;
	}
	return error;
}

thr_thread *thr_thread_ref(thr_thread *thread)
{
	if (thread)
		fetch_add(&thread->refs, 1);
	return thread;
}

void thr__thread_drop_arg(thr_thread *thread)
{
	void (*arg_free)(void *) = thread->arg_free;
	void *arg = exchange(&thread->arg, NULL);

	thread->target = NULL;
	thread->arg_free = NULL;
	if (arg_free)
		arg_free(arg);
}

void thr_thread_unref(thr_thread *thread)
{
	if (thr__thread_check(thread) || fetch_add(&thread->refs, -1) != 1)
		return;
	/* What a fork interrupted may be in any state: neither callback could trust it. */
	if (thread->how != THR_EXIT_FORKED) {
		if (thread->ops && thread->ops->finalize)
			thread->ops->finalize(thread);
		thr__thread_drop_arg(thread);
	}
	thr__slot_free(thread->slot);
	thread->magic = 0;
	free(thread->name);
	free(thread->message);
	if (!thr__os_claim(thread)) {
		thr__leave_end(thread);
		free(thread);
	} else if (load_relaxed(&thread->daemon)) {
		pthread_detach(load_acquire(&thread->pthread));
		free(thread);
	} else {
		thr__leave_orphan(thread);
	}
}

int64_t thr_stack_size(int64_t bytes)
{
	if (bytes && bytes < STACK_MIN)
		return -EINVAL;
	return (int64_t)__atomic_exchange_n(&thr__all.stack_size, (size_t)bytes, __ATOMIC_RELAXED);
}

thr_state thr_thread_state(const thr_thread *thread)
{
	return thr__thread_check(thread) ? THR_INITIAL : (thr_state)load_acquire(&thread->state);
}

bool thr_thread_is_alive(const thr_thread *thread)
{
	return thr_thread_state(thread) == THR_STARTED;
}

pthread_t thr_thread_ident(const thr_thread *thread)
{
	return thr__thread_check(thread) ? 0 : load_acquire(&thread->pthread);
}

uint32_t thr_thread_native_id(const thr_thread *thread)
{
	return thr__thread_check(thread) ? 0 : load_acquire(&thread->tid);
}

uint64_t thr_thread_uid(const thr_thread *thread)
{
	return thr__thread_check(thread) ? 0 : thread->uid;
}

void *thr_thread_arg(const thr_thread *thread)
{
	return thr__thread_check(thread) ? NULL : load_acquire(&thread->arg);
}

bool thr_thread_daemon(const thr_thread *thread)
{
	return thr__thread_check(thread) ? false : load_relaxed(&thread->daemon);
}

int thr_thread_set_daemon(thr_thread *thread, bool daemon)
{
	int error = thr__thread_check(thread);

	if (error)
		return error;
	thr__guard_lock(&thr__all.guard);
	if (load_acquire(&thread->state) != THR_INITIAL)
		error = -EBUSY;
	else
		store_relaxed(&thread->daemon, daemon);
	thr__guard_unlock(&thr__all.guard);
	if (!error)
		thr__thread_flags(thread);
	return error;
}

int thr_thread_name(const thr_thread *thread, char *text, size_t size)
{
	int length;

	if (thr__thread_check(thread))
		return snprintf(text, size, "%s", "");
	thr__guard_lock(&thr__all.guard);
	length = snprintf(text, size, "%s", thread->name);
	thr__guard_unlock(&thr__all.guard);
	return length;
}

int thr_thread_set_name(thr_thread *thread, const char *name)
{
	int error = thr__thread_check(thread);
	char *copy, *old;

	if (error)
		return error;
	if (!name)
		return -EFAULT;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	thr__guard_lock(&thr__all.guard);
	old = thread->name;
	thread->name = copy;
	thread->named = true;
	thr__slot_begin(thread->slot);
	thr__copy_name(thread->slot->name, sizeof(thread->slot->name), name);
	thr__slot_end(thread->slot);
	thr__guard_unlock(&thr__all.guard);
	free(old);
	if (thread == thr__self && !thread->is_main)
		thr__kernel_name(name);
	PROBE(thread_rename, thread->uid, (uintptr_t)name);
	return 0;
}

int thr_thread_repr(const thr_thread *thread, char *text, size_t size)
{
	static const char *const states[] = { "initial", "started", "stopped" };
	const char *class_name = "Thread", *state;
	pthread_t ident;
	char name[256], tail[32] = "";

	if (thr__thread_check(thread))
		return snprintf(text, size, "<Thread(never constructed)>");
	if (thread->is_main && !thread->ours)
		class_name = "MainThread";
	else if (thread->foreign)
		class_name = "DummyThread";
	else if (thread->ops && thread->ops->class_name)
		class_name = thread->ops->class_name;
	state = states[thr_thread_state(thread)];
	ident = thr_thread_ident(thread);
	thr_thread_name(thread, name, sizeof(name));
	if (ident)
		snprintf(tail, sizeof(tail), " %lu", (unsigned long)ident);
	return snprintf(text, size, "<%s(%s, %s%s%s)>", class_name, name, state,
			thr_thread_daemon(thread) ? " daemon" : "", tail);
}
