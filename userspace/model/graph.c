/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Nodes and edges, who is stuck, who waits behind whom. graph_knots.c finds the circles.
 */
#include "userspace/model/graph.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/model/graph_private.h"

/* Can nothing but its target end the wait? */
static bool is_hard(const struct graph_node *node)
{
	const struct wait *wait = &node->thread->wait;

	return node->target && !wait->timed && node->evidence != EVIDENCE_UNKNOWN &&
	       node->evidence != EVIDENCE_HISTORY;
}

static int by_serial(const void *a, const void *b)
{
	const struct graph_node *one = a, *other = b;

	return (one->thread->serial > other->thread->serial) - (one->thread->serial < other->thread->serial);
}

struct graph_node *graph_find(const struct graph *graph, const struct thread *thread)
{
	const struct graph_node key = {.thread = thread};

	if (!thread)
		return NULL;
	for (size_t i = 0; i < graph->groups_count; i++)
		if (graph->groups[i].process == thread->process)
			return bsearch(&key, graph->groups[i].nodes, graph->groups[i].count, sizeof(key), by_serial);
	return NULL;
}

static int allocate(struct graph *graph, const struct model *model)
{
	size_t threads = 0, processes = 0;

	process_for_each(model, process) {
		processes++;
		threads += process->threads_count;
	}
	graph->nodes = calloc(threads + 1, sizeof(*graph->nodes));
	graph->groups = calloc(processes + 1, sizeof(*graph->groups));
	return graph->nodes && graph->groups ? 0 : -ENOMEM;
}

static void add_process(struct graph *graph, const struct process *process)
{
	struct graph_group *group = &graph->groups[graph->groups_count];

	group->process = process;
	group->nodes = graph->nodes + graph->count;
	thread_for_each(process, thread) {
		if (thread->end != END_ALIVE)
			continue;
		group->nodes[group->count].thread = thread;
		group->nodes[group->count++].group = graph->groups_count;
		graph->count++;
	}
	qsort(group->nodes, group->count, sizeof(*group->nodes), by_serial);
	graph->groups_count++;
}

static void link_nodes(struct graph *graph, const struct model *model)
{
	for (size_t i = 0; i < graph->count; i++) {
		struct graph_node *node = &graph->nodes[i];
		const struct wait *wait = &node->thread->wait;

		if (node->thread->state != STATE_BLOCKED)
			continue;
		node->on = wait->on;
		node->evidence = wait->evidence;
		if (!node->on && !wait->on_tid && !wait->holders) {
			node->on = history_last_waker(model, node->thread->process, wait->raw.address);
			node->evidence = node->on ? EVIDENCE_HISTORY : wait->evidence;
		}
		if (node->evidence == EVIDENCE_HISTORY)
			continue; /* said, but no edge */
		node->target = graph_find(graph, node->on);
		if (!node->target)
			continue;
		node->next_behind = node->target->first_behind;
		node->target->first_behind = node;
	}
}

/* Everybody that can go on goes; whoever waited behind it can go on then. What is left is stuck. */
static void release(struct graph *graph, struct graph_node *first, struct graph_node **queue)
{
	size_t head = 0, tail = 0;

	queue[tail++] = first;
	first->stuck = false;
	while (head < tail) {
		struct graph_node *node = queue[head++];
		struct graph_group *group = &graph->groups[node->group];
		size_t looked_at = group->moves ? 0 : group->count;

		group->moves = true;
		for (struct graph_node *behind = node->first_behind; behind; behind = behind->next_behind) {
			if (!behind->stuck)
				continue;
			behind->stuck = false;
			queue[tail++] = behind;
		}
		/* The first of its process to move also frees those that wait on any thread of it. */
		for (size_t i = 0; i < looked_at; i++)
			for (struct graph_node *behind = group->nodes[i].first_behind; behind;
			     behind = behind->next_behind) {
				if (!behind->stuck || !behind->thread->wait.any_thread)
					continue;
				behind->stuck = false;
				queue[tail++] = behind;
			}
	}
}

static int find_stuck(struct graph *graph)
{
	struct graph_node **queue = calloc(graph->count + 1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	for (size_t i = 0; i < graph->count; i++)
		graph->nodes[i].stuck = true;
	for (size_t i = 0; i < graph->count; i++)
		if (graph->nodes[i].stuck && !is_hard(&graph->nodes[i]))
			release(graph, &graph->nodes[i], queue);
	free(queue);
	return 0;
}

/* The chains: below each root, level by level. */
struct chains {
	struct graph_node **order;
	size_t known, done;
};

static void put_root(struct chains *chains, struct graph_node *node)
{
	node->root = node;
	chains->order[chains->known++] = node;
}

/* Everybody behind those that are known. What a knot's members and a cut node wait on is no chain: they have a root. */
static void put_behind(struct chains *chains)
{
	while (chains->done < chains->known) {
		struct graph_node *node = chains->order[chains->done++];

		for (struct graph_node *behind = node->first_behind; behind; behind = behind->next_behind) {
			if (behind->root)
				continue;
			behind->root = node->root;
			chains->order[chains->known++] = behind;
		}
	}
}

/* On the way from node, who has no root yet: one that stands in a circle. Who was met on this way bears the mark. */
static struct graph_node *find_in_circle(struct graph_node *node, size_t mark)
{
	for (; node->number != mark; node = node->target)
		node->number = mark;
	return node;
}

static int follow_chains(struct graph *graph)
{
	struct chains chains = {.order = calloc(graph->count + 1, sizeof(*chains.order))};

	if (!chains.order)
		return -ENOMEM;
	for (size_t i = 0; i < graph->count; i++) {
		graph->nodes[i].number = 0;
		if (graph->nodes[i].knot || !graph->nodes[i].target)
			put_root(&chains, &graph->nodes[i]);
	}
	put_behind(&chains);
	/* Whoever is left stands in a circle that is no knot, or behind one. */
	for (size_t i = 0; i < graph->count; i++) {
		struct graph_node *node = &graph->nodes[i];

		if (node->root)
			continue;
		node = find_in_circle(node, i + 1);
		node->cut = true;
		put_root(&chains, node);
		put_behind(&chains);
	}
	while (chains.known--) {
		struct graph_node *node = chains.order[chains.known];

		if (node->root != node)
			node->target->behind += 1 + node->behind;
	}
	free(chains.order);
	return 0;
}

int graph_build(struct graph *graph, const struct model *model)
{
	int error;

	*graph = (struct graph){0};
	error = allocate(graph, model);
	if (error)
		return error;
	process_for_each(model, process)
		if (!process->ended)
			add_process(graph, process);
	link_nodes(graph, model);
	error = find_stuck(graph);
	if (!error)
		error = graph_find_knots(graph);
	return error ? error : follow_chains(graph);
}

void graph_free(struct graph *graph)
{
	free(graph->nodes);
	free(graph->groups);
	free(graph->knots);
	free(graph->members);
	*graph = (struct graph){0};
}
