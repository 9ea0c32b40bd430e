/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the graph's two files share.
 */
#ifndef THRACE_MODEL_GRAPH_PRIVATE_H
#define THRACE_MODEL_GRAPH_PRIVATE_H

#include "userspace/model/graph.h"
#include "userspace/model/private.h"

/* The circles among the stuck. Returns 0 or -ENOMEM. */
int graph_find_knots(struct graph *graph);

#endif
