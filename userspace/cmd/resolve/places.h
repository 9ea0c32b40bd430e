/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Creators' stacks become places (enrich/creation.h), and places become records: place_frame once for each, created_at
 * for each thread. The stacks themselves end here: they are the target's private data.
 *
 * It is done between two reads, for a bounded time; what waits is bounded too. Of what cannot be told (too many at once,
 * the program gone before anybody looked) it is told why.
 */
#ifndef THRACE_CMD_PLACES_H
#define THRACE_CMD_PLACES_H

#include "bpf/abi/events.h"

struct record;
struct session;
struct places;

/* NULL: out of memory. */
struct places *places_new(void);
void places_free(struct places *places);

/* A creator_stack: kept until a pause. Returns 0 or what session_take() said. */
int places_take(struct places *places, struct session *session, const struct ev_creator_stack *creator);
/* Hears of every other record: a process that becomes another program is another process here. */
void places_hear(struct places *places, const struct record *record);

/* Each returns 0 or what session_take() said. */
int places_pause(struct places *places, struct session *session);
/* All that waits, before the books close. */
int places_finish(struct places *places, struct session *session);

#endif
