/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the files of the closer look share.
 */
#ifndef THRACE_CMD_RESOLVE_PRIVATE_H
#define THRACE_CMD_RESOLVE_PRIVATE_H

#include "userspace/cmd/resolve.h"
#include "userspace/enrich/locks.h"

/* Fills what is known of the thread's wait already. */
void resolve_begin(const struct model *model, const struct thread *thread, struct ev_wait_resolved *resolved);

/* A wait in a futex, from the bytes around its word. */
void resolve_futex(const struct model *model, const struct thread *thread, const struct lock_bytes *bytes,
		   struct ev_wait_resolved *resolved);
/* A wait for another process: a pipe's other end, a file lock, a child. */
void resolve_outside(const struct model *model, const struct thread *thread, struct ev_wait_resolved *resolved);

/* One thread's wait, read now. false: nothing can be told of it. */
bool resolve_one(const struct model *model, const struct thread *thread, struct ev_wait_resolved *resolved);

#endif
