/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Small histories for the views to draw, each a model that ended.
 */
#ifndef THRACE_TESTS_CLI_MODELS_H
#define THRACE_TESTS_CLI_MODELS_H

#include "userspace/model/model.h"

/* main creates t1 and t2, joins t2; t1, a daemon, is torn down; main returns. */
struct model *model_lesson(void);
/* A shell that forks, a child that makes threads of its own and is killed; records lost on the way.
 */
struct model *model_family(void);
/* One thread that creates and joins 40, one after the other: enough to be folded. */
struct model *model_storm(void);
/* Two threads in a deadlock, one behind them, one that a sleeping thread holds up, one whose lock's owner has ended. */
struct model *model_stuck(void);
/* A recording that was cut off while two threads sleep; of what it has, some is damaged. */
struct model *model_cut(void);
/* Names that would move the cursor. */
struct model *model_hostile(void);

#endif
