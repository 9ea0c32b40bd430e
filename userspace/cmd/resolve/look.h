/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A closer look at threads at one moment: what /proc, kcmp(2) and memory tell of them becomes records, and so part of
 * the model and of every recording. Who vanishes meanwhile is passed over.
 */
#ifndef THRACE_CMD_LOOK_H
#define THRACE_CMD_LOOK_H

#include "userspace/cmd/session.h"

/* Each returns 0 or what session_take() said. */

/* Registers, stack, signal mask, CPUs, scheduling. only NULL: of all live threads. */
int look_own(struct session *session, const struct thread *only);
/* The user stack, with source lines. *error tells why there is none (stack_unwind, symbols_open). */
int look_stack(struct session *session, const struct thread *thread, int *error);
/* Kernel objects, open files, shared memory and pages of all live threads and their processes. */
int look_share(struct session *session);

/* One line on why there is nothing to look at in a process that was asked for: it has ended, or waits, dead, for its
 * parent. Returns STATUS_FAILED. */
int look_say_gone(const struct session *session);

#endif
