/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The wait-for graph of one moment: threads are its nodes, each points at the one that it waits on. Built from the
 * const model, thrown away after use.
 *
 * A thread is *stuck* when it waits for ever unless a stuck thread goes on: what is left when everything that can
 * still move, and everybody behind it, has been taken away. Only a wait whose target was seen by the kernel, read from
 * memory or told by the library can be stuck; one that ends by itself, or whose target is history, never is. Stuck
 * threads that wait on each other in a circle are a *knot*; one that was confirmed (RESOLVED_F_CONFIRMED on each of
 * its waits) is a deadlock.
 *
 * A circle of waits that end by themselves is no knot. To be told as a chain it is cut at one of its nodes.
 */
#ifndef THRACE_MODEL_GRAPH_H
#define THRACE_MODEL_GRAPH_H

#include "userspace/model/model.h"

struct graph_knot;

struct graph_node {
	const struct thread *thread;
	const struct thread *on; /* whom it waits on, history included; NULL: nobody, or not known */
	enum evidence evidence; /* for on */
	bool stuck;
	const struct graph_knot *knot; /* that it is part of */
	bool cut; /* it heads a chain, and waits itself on one that is in the chain */
	struct graph_node *target; /* node of on, when that is alive and observed */
	struct graph_node *root; /* at the end of its chain: one that waits on nobody known, is cut, or in a knot */
	size_t behind; /* so many wait on it, directly or not */
	/* those that wait on it directly */
	struct graph_node *first_behind, *next_behind;
	/* the graph's own */
	size_t group, number, low;
	bool on_stack;
};

struct graph_knot {
	struct graph_node **members; /* in the order of the circle, as far as there is one */
	size_t count;
	bool confirmed;
	uint64_t since_ns; /* when the last of its waits began; 0: not known */
};

/* The nodes of one process. */
struct graph_group {
	const struct process *process;
	struct graph_node *nodes;
	size_t count;
	bool moves; /* a thread of it can go on */
};

struct graph {
	struct graph_node *nodes; /* of live observed threads, by process */
	size_t count;
	struct graph_group *groups;
	size_t groups_count;
	struct graph_knot *knots;
	size_t knots_count, deadlocks_count; /* deadlocks: the knots that are confirmed; they come first */
	struct graph_node **members; /* of all knots */
};

/* Returns 0 or -ENOMEM; graph_free() in every case. */
int graph_build(struct graph *graph, const struct model *model);
void graph_free(struct graph *graph);

/* NULL: not alive, or not observed. */
struct graph_node *graph_find(const struct graph *graph, const struct thread *thread);

#endif
