/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is told from outside the kernel: by the threading library's probes, and by who looks names up.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A probe fires on the thread itself: it runs there. That matters only when the scheduler has not told yet. */
int apply_library(struct model *model, const struct record *record)
{
	const struct ev_library *ev = record->library;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);

	if (!thread)
		return -ENOMEM;
	if (thread->state != STATE_UNKNOWN)
		return 0;
	return thread_prove_running(model, thread, ev->head.cpu);
}

int apply_thread_name(struct model *model, const struct record *record)
{
	const struct ev_thread_name *ev = record->thread_name;
	struct thread *thread = thread_observe(model, ev->tid, ev->pid);
	char *name;

	if (!thread)
		return -ENOMEM;
	name = strndup(ev->name, sizeof(ev->name));
	if (!name)
		return -ENOMEM;
	free((char *)thread->full_name);
	thread->full_name = name;
	thread->library_uid = ev->uid;
	thread->daemon = ev->daemon > 1 ? -1 : (int)ev->daemon;
	return 0;
}

/* The model knows descriptors by number only; who shows their names takes them from the record. */
int apply_fd_name(struct model *model, const struct record *record)
{
	(void)model;
	(void)record;
	return 0;
}
