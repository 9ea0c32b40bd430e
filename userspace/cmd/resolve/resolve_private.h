/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the files of the closer look share.
 */
#ifndef THRACE_CMD_RESOLVE_PRIVATE_H
#define THRACE_CMD_RESOLVE_PRIVATE_H

#include "userspace/cmd/resolve/resolve.h"
#include "userspace/enrich/locks.h"

/* The live thread of the process that its own code knows by this number; NULL: the model knows none. */
const struct thread *resolve_peer(const struct model *model, const struct process *process, uint32_t number);

/* Takes the record, when it says anything new. Returns 0 or what session_take() said. */
int resolve_tell(struct session *session, const struct thread *thread, const struct ev_wait_resolved *resolved);

/* Names and waits that libthrace tells of a process. Returns 0, -ENOMEM or what session_take() said. */
int resolve_library(struct session *session, const struct process *process);
/* Reads the owner again of a lock that the library told of. */
void resolve_owned(const struct model *model, const struct thread *thread, struct ev_wait_resolved *resolved);

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
