/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The latest events as lines, for the pane that shows them. So many of a tick's are kept in words;
 * of the rest it is said how many they were.
 */
#ifndef THRACE_VIEW_TOP_EVENTS_H
#define THRACE_VIEW_TOP_EVENTS_H

#include "userspace/decode/decode.h"
#include "userspace/model/model.h"

struct top_events;

/* NULL: out of memory. */
struct top_events *top_events_new(bool utf8);
void top_events_free(struct top_events *events);
void top_events_clear(struct top_events *events);
/* After the model took the record. */
void top_events_take(struct top_events *events, const struct model *model,
		     const struct record *record);
/* A new tick begins. */
void top_events_tick(struct top_events *events);

#endif
