/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Programs that live for some seconds, for the live screen to be drawn of.
 */
#ifndef THRACE_TESTS_TOP_SCENES_H
#define THRACE_TESTS_TOP_SCENES_H

#include "userspace/model/model.h"
#include "userspace/model/recent.h"

/* What a test hangs on to: the model, and its last seconds. */
struct scene {
	struct model *model;
	struct recent recent;
	const struct model_watch *watch; /* set before; may be NULL */
	uint64_t now_ns;
};

void scene_free(struct scene *scene);

/* A server on two CPUs: workers that run and are taken off, a join, two that hold each other's
 * mutex, one that returned; beside it a program that was killed with its threads. */
void scene_server(struct scene *scene);
/* A program that was started, and has ended after a worker of its that ran to the last. */
void scene_ended(struct scene *scene);
/* Many threads in one process; the last of them run in turns. */
void scene_crowd(struct scene *scene, uint32_t threads);
/* Names that would move the cursor. */
void scene_hostile(struct scene *scene);
/* No record at all. */
void scene_empty(struct scene *scene);

#endif
