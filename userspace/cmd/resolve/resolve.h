/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A closer look at waits: what memory, /proc and the library tell beyond the registers becomes records, and so part of
 * the model and of every recording.
 */
#ifndef THRACE_CMD_RESOLVE_H
#define THRACE_CMD_RESOLVE_H

#include "userspace/cmd/session.h"

/* Looks at every wait that more can be known of. Returns 0 or what session_take() said. */
int resolve_waits(struct session *session);

/* Names the descriptors that threads wait on. Returns 0 or what session_take() said. */
int resolve_files(struct session *session);

/*
 * Looks at the knots of the graph a second time. Only what stands still from before that look until after it is
 * confirmed, and so can be a deadlock (model/graph.h). Returns 0 or what session_take() said.
 */
int resolve_knots(struct session *session);

/* What libthrace's registry tells of each process that has one: names, daemons, waits. Returns 0, -ENOMEM, or what
 * session_take() said. */
int resolve_libraries(struct session *session);

/* Reads the user stack of every blocked thread. Returns 0 or what session_take() said. */
int resolve_stacks(struct session *session);

#endif
