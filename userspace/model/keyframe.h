/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The way back from a model to records: what a new observer must be told to go on from here, as if it had been told of
 * all that went before. States, waits, names and lineage of the living are; totals, histories and the dead are not: what
 * is counted counts from the keyframe.
 */
#ifndef THRACE_MODEL_KEYFRAME_H
#define THRACE_MODEL_KEYFRAME_H

#include "userspace/model/model.h"

/* Gives the records to take(), all of the time model->now_ns. Returns what take() returned, when that was not 0. */
int model_keyframe(const struct model *model, int (*take)(void *to, const struct rec_head *record), void *to);

#endif
