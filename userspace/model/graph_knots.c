/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The circles among the stuck: strongly connected components, after Tarjan (1972), with a stack of its own, as chains
 * may be as long as there are threads.
 */
#include <errno.h>
#include <stdlib.h>
#include "userspace/model/graph_private.h"

struct visit {
	struct graph_node *node;
	size_t edge; /* the next one to follow */
};

struct search {
	struct graph *graph;
	struct visit *visits;
	struct graph_node **stack;
	size_t depth, height, numbered;
	size_t filled; /* of graph->members */
};

/* The edge of that number out of a stuck node; NULL: there are no more. It may lead to the node itself. */
static struct graph_node *edge_at(const struct graph *graph, const struct graph_node *node, size_t edge)
{
	const struct graph_group *group;

	if (!node->thread->wait.any_thread)
		return edge ? NULL : node->target;
	group = &graph->groups[node->target->group];
	return edge < group->count ? &group->nodes[edge] : NULL;
}

static void enter(struct search *search, struct graph_node *node)
{
	node->number = node->low = ++search->numbered;
	node->on_stack = true;
	search->stack[search->height++] = node;
	search->visits[search->depth++] = (struct visit){.node = node};
}

static bool waits_on_itself(const struct graph *graph, const struct graph_node *node)
{
	return node->target == node && (!node->thread->wait.any_thread || graph->groups[node->group].count == 1);
}

/* Longest first, then round the circle as far as it goes. */
static void put_in_order(struct graph_knot *knot)
{
	size_t first = 0;

	for (size_t i = 1; i < knot->count; i++)
		if (knot->members[i]->thread->wait.since_ns < knot->members[first]->thread->wait.since_ns)
			first = i;
	for (size_t at = 0; at + 1 < knot->count; at++) {
		struct graph_node *node = knot->members[first];

		knot->members[first] = knot->members[at];
		knot->members[at] = node;
		first = at + 1;
		for (size_t i = at + 1; i < knot->count; i++)
			if (knot->members[i] == node->target)
				first = i;
	}
}

static void add_knot(struct search *search, struct graph_node **members, size_t count)
{
	struct graph *graph = search->graph;
	struct graph_knot *knot = &graph->knots[graph->knots_count++];

	*knot = (struct graph_knot){.members = graph->members + search->filled, .count = count, .confirmed = true};
	for (size_t i = 0; i < count; i++) {
		const struct wait *wait = &members[i]->thread->wait;

		knot->members[i] = members[i];
		knot->confirmed &= wait->confirmed;
		if (wait->since_ns > knot->since_ns)
			knot->since_ns = wait->since_ns;
	}
	search->filled += count;
	put_in_order(knot);
}

/* The node and all above it on the stack are one component. */
static void close_component(struct search *search, struct graph_node *node)
{
	size_t top = search->height;

	do
		search->stack[--search->height]->on_stack = false;
	while (search->stack[search->height] != node);
	if (top - search->height > 1 || waits_on_itself(search->graph, node))
		add_knot(search, search->stack + search->height, top - search->height);
}

static void search_from(struct search *search, struct graph_node *first)
{
	enter(search, first);
	while (search->depth) {
		struct visit *visit = &search->visits[search->depth - 1];
		struct graph_node *node = visit->node;
		struct graph_node *next = edge_at(search->graph, node, visit->edge++);

		if (next && !next->number) {
			enter(search, next);
		} else if (next) {
			if (next->on_stack && next->number < node->low)
				node->low = next->number;
		} else {
			search->depth--;
			if (search->depth && node->low < search->visits[search->depth - 1].node->low)
				search->visits[search->depth - 1].node->low = node->low;
			if (node->low == node->number)
				close_component(search, node);
		}
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct graph_knot *one = a, *other = b;

	if (one->confirmed != other->confirmed)
		return other->confirmed - one->confirmed;
	if (one->since_ns != other->since_ns)
		return one->since_ns < other->since_ns ? -1 : 1;
	return (one->members > other->members) - (one->members < other->members);
}

static void mark_members(struct graph *graph)
{
	for (size_t i = 0; i < graph->knots_count; i++) {
		const struct graph_knot *knot = &graph->knots[i];

		graph->deadlocks_count += knot->confirmed;
		for (size_t j = 0; j < knot->count; j++)
			knot->members[j]->knot = knot;
	}
}

int graph_find_knots(struct graph *graph)
{
	struct search search = {.graph = graph};
	size_t stuck = 0;
	bool room;

	for (size_t i = 0; i < graph->count; i++)
		stuck += graph->nodes[i].stuck;
	if (!stuck)
		return 0;
	search.visits = calloc(stuck, sizeof(*search.visits));
	search.stack = calloc(stuck, sizeof(struct graph_node *));
	graph->knots = calloc(stuck, sizeof(*graph->knots));
	graph->members = calloc(stuck, sizeof(struct graph_node *));
	room = search.visits && search.stack && graph->knots && graph->members;
	if (room) {
		for (size_t i = 0; i < graph->count; i++)
			if (graph->nodes[i].stuck && !graph->nodes[i].number)
				search_from(&search, &graph->nodes[i]);
		qsort(graph->knots, graph->knots_count, sizeof(*graph->knots), by_weight);
		mark_members(graph);
	}
	free(search.visits);
	free(search.stack);
	return room ? 0 : -ENOMEM;
}
