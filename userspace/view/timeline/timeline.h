/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A Gantt chart of a window of time. Gathered while the model hears the records, in memory that is
 * bounded for each thread however long it lasts: when the window outgrows its slices, they are
 * joined two by two.
 */
#ifndef THRACE_VIEW_TIMELINE_H
#define THRACE_VIEW_TIMELINE_H

#include "userspace/model/model.h"
#include "userspace/ui/text.h"

struct timeline;

/* The window, counted from the first instruction of the program that was started, or from the
 * beginning of the observation; to_ns 0: to its end. NULL: out of memory. */
struct timeline *timeline_new(uint64_t from_ns, uint64_t to_ns);
void timeline_free(struct timeline *timeline);
/* The model's watch, to be set before the first record. */
const struct model_watch *timeline_watch(struct timeline *timeline);

/* After the last record. verbose: no thread is left out. Returns 0 or -ENOMEM. */
int timeline_draw(struct timeline *timeline, const struct model *model, const struct text *text,
		  bool verbose);

#endif
