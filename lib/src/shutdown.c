/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The end of the process: callbacks, main stopped, the join of whatever is not a daemon. See thrace/shutdown.h for
 * the order and for who calls this. The wait is on one word, so that a signal handler can end it.
 */
#include <errno.h>
#include <stdlib.h>

#include <thrace/shutdown.h>
#include "thread.h"

#define SLICE_NS 20000000

struct callback {
	struct callback *next;
	void (*function)(void *);
	void *arg;
};

static struct callback *callbacks; /* last first; under thr__all.guard */
static uint32_t changes;           /* bumped whenever the wait should look again */
static uint32_t abandoned;
static uint32_t registered;
static thr_thread *ender; /* whose call of thr_shutdown() it is */

static uint32_t phase(void)
{
	return load_acquire(&thr_registry.phase);
}

static void set_phase(uint32_t to)
{
	store_release(&thr_registry.phase, to);
	PROBE(shutdown_phase, thr__uid(), to);
}

/*
 * Not yet JOINING: whoever will be looks at the list after it said so, under the guard under which our caller has
 * changed that list already.
 */
void thr__shutdown_nudge(void)
{
	if (phase() != THR_PHASE_JOINING)
		return;
	fetch_add(&changes, 1);
	thr__futex_wake(&changes, INT32_MAX);
}

void thr_shutdown_abandon(void)
{
	store_release(&abandoned, 1);
	fetch_add(&changes, 1);
	thr__futex_wake(&changes, INT32_MAX);
}

int thr_at_shutdown(void (*function)(void *), void *arg)
{
	struct callback *callback;
	int error = 0;

	if (!function)
		return -EFAULT;
	callback = malloc(sizeof(*callback));
	if (!callback)
		return -ENOMEM;
	callback->function = function;
	callback->arg = arg;
	thr__shutdown_register();
	thr__guard_lock(&thr__all.guard);
	if (phase() != THR_PHASE_NONE) {
		error = -ESHUTDOWN;
	} else {
		callback->next = callbacks;
		callbacks = callback;
	}
	thr__guard_unlock(&thr__all.guard);
	if (error)
		free(callback);
	return error;
}

static void run_callbacks(void)
{
	struct callback *callback;

	for (;;) {
		thr__guard_lock(&thr__all.guard);
		callback = callbacks;
		if (callback)
			callbacks = callback->next;
		thr__guard_unlock(&thr__all.guard);
		if (!callback)
			return;
		callback->function(callback->arg);
		free(callback);
	}
}

/* The uid of a thread that keeps the process alive, other than the caller; 0: none. */
static uint64_t keeper(void)
{
	uint64_t uid = 0;

	thr__guard_lock(&thr__all.guard);
	for (thr_thread *thread = thr__all.first; thread && !uid; thread = thread->next) {
		if (!load_relaxed(&thread->daemon) && !thread->is_main && thread != thr__self)
			uid = thread->uid;
	}
	thr__guard_unlock(&thr__all.guard);
	return uid;
}

/* In slices, so that a signal handler can end this as well. */
static void see_out(const struct thr__leaver *leaver)
{
	while (thr__system_join_until(leaver->pthread, thr_monotonic() + SLICE_NS) == ETIMEDOUT)
		if (load_acquire(&abandoned))
			return;
}

/* Waits for those that keep the process alive, then for whoever is done but not yet out of the kernel. */
static int join_keepers(void)
{
	struct thr__waiting why = { .kind = THR_WAIT_shutdown, .object = &changes };

	for (;;) {
		uint32_t seen = load_acquire(&changes);
		struct thr__leaver leaver = { .uid = keeper() };

		if (load_acquire(&abandoned))
			return -EINTR;
		if (!leaver.uid && !thr__leave_next(&leaver))
			return 0;
		why.target_uid = leaver.uid;
		thr__registry_wait_begin(&why, THR__NEVER);
		if (leaver.ours)
			see_out(&leaver);
		else
			thr__futex_wait(&changes, seen, THR__NEVER);
		thr__registry_wait_end();
	}
}

int thr_shutdown(void)
{
	int error;

	thr__guard_lock(&thr__all.guard);
	if (phase() != THR_PHASE_NONE) {
		thr__guard_unlock(&thr__all.guard);
		return -EALREADY;
	}
	store_release(&thr_registry.phase, THR_PHASE_CALLBACKS);
	ender = thr__self;
	thr__guard_unlock(&thr__all.guard);
	PROBE(shutdown_begin, thr__uid());
	PROBE(shutdown_phase, thr__uid(), THR_PHASE_CALLBACKS);
	run_callbacks();
	set_phase(THR_PHASE_JOINING);
	thr__all.main->how = THR_EXIT_RETURNED;
	thr__thread_stop(thr__all.main);
	error = join_keepers();
	set_phase(THR_PHASE_DONE);
	PROBE(shutdown_end, thr__uid(), error);
	return error;
}

/* The handler inside exit(). What it finds done it leaves. */
static void at_exit(void)
{
	thr_shutdown();
}

/* The last of all handlers, being the first registered: destructors may start no thread any more. */
static void at_the_end(void)
{
	thr_shutdown();
	set_phase(THR_PHASE_FINAL);
	store_relaxed(&thr__all.final, 1);
}

void thr__shutdown_up(void)
{
	atexit(at_the_end);
}

/*
 * Handlers run last first. Registered at the first start rather than before main, ours runs before the handlers
 * that were there already, as Python has it.
 */
void thr__shutdown_register(void)
{
	if (!load_relaxed(&registered) && cas(&registered, 0, 1))
		atexit(at_exit);
}

__attribute__((destructor(101))) static void library_down(void)
{
	if (!load_relaxed(&thr__all.final))
		at_the_end();
	thr__guard_lock(&thr__all.guard);
	for (thr_thread *thread = thr__all.first; thread; thread = thread->next) {
		if (thread->daemon && !thread->foreign && thread != thr__self)
			PROBE(daemon_teardown, thread->uid);
	}
	thr__guard_unlock(&thr__all.guard);
}

/* pthread_exit() in main: daemons would keep the process for ever. */
void thr__shutdown_main_gone(void)
{
	bool daemons = false;

	thr_shutdown();
	thr__locals_end();
	thr__guard_lock(&thr__all.guard);
	for (thr_thread *thread = thr__all.first; thread; thread = thread->next)
		daemons |= thread->daemon && !thread->foreign;
	thr__guard_unlock(&thr__all.guard);
	if (daemons)
		exit(0);
}

/* A child forked while the parent was ending begins anew, unless the forking thread is the one that ends it. */
void thr__shutdown_fork_child(void)
{
	store_relaxed(&changes, 0);
	if (phase() == THR_PHASE_NONE || ender == thr__self)
		return;
	store_relaxed(&abandoned, 0);
	ender = NULL;
	store_relaxed(&thr__all.final, 0);
	store_release(&thr_registry.phase, THR_PHASE_NONE);
}

struct main_call {
	int (*body)(int, char **, char **);
	int argc;
	char **argv, **envp;
	int status;
};

static void call_main(void *arg)
{
	struct main_call *call = arg;

	call->status = call->body(call->argc, call->argv, call->envp);
}

int thr_main_run(int (*body)(int, char **, char **), int argc, char **argv, char **envp)
{
	struct main_call call = { .body = body, .argc = argc, .argv = argv, .envp = envp };
	struct thr__frame frame;

	if (!body)
		return -EFAULT;
	thr__protect(&frame, call_main, &call);
	if (frame.how == THR_EXIT_EXITED)
		call.status = (int)(intptr_t)frame.value;
	if (frame.how == THR_EXIT_FAILED) {
		thr__excepthook_call(thr__self, frame.code,
				     frame.message ? frame.message : thr_strerror(frame.code));
		call.status = 1;
	}
	free(frame.message);
	thr_shutdown();
	return call.status;
}
