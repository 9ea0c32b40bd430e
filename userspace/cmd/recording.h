/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a session records beside what it shows. A recording that breaks off is closed, and its end is said by
 * recording_finish(); the observation goes on unless recording is what it is for.
 */
#ifndef THRACE_CMD_RECORDING_H
#define THRACE_CMD_RECORDING_H

#include "userspace/cmd/session.h"

/* Opens what --record names; nothing where it was not given. */
bool recording_open(struct session *session, struct source_error *error);

/* A record that the model has taken: a keyframe tells of what lies before it. Returns 0, or -ENODATA: the recording has
 * ended, and with it the observation. */
int recording_put(struct session *session, const struct rec_head *head);

/* No record is ready for now. Returns as recording_put() does. */
int recording_pause(struct session *session, uint64_t now_ns);

void recording_finish(struct session *session);

#endif
