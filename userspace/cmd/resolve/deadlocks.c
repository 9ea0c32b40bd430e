// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/deadlocks.h"

#include <errno.h>
#include <stdlib.h>

/* The same for the same threads in any order; their serials are given once. */
static uint64_t fingerprint(const struct graph_knot *knot)
{
	uint64_t sum = knot->count;

	for (size_t i = 0; i < knot->count; i++)
		sum += (knot->members[i]->thread->serial + 1) * 0x9e3779b97f4a7c15ull;
	return sum;
}

static bool is_known(const struct deadlocks *deadlocks, uint64_t print)
{
	for (size_t i = 0; i < deadlocks->known_count; i++)
		if (deadlocks->known[i] == print)
			return true;
	return false;
}

int deadlocks_note(struct deadlocks *deadlocks, const struct model *model)
{
	struct graph graph;
	int fresh = graph_build(&graph, model);
	uint64_t *prints = fresh ? NULL : calloc(graph.deadlocks_count + 1, sizeof(*prints));

	if (!prints) {
		graph_free(&graph);
		return -ENOMEM;
	}
	for (size_t i = 0; i < graph.deadlocks_count; i++) {
		prints[i] = fingerprint(&graph.knots[i]);
		fresh += !is_known(deadlocks, prints[i]);
	}
	free(deadlocks->known);
	deadlocks->known = prints;
	deadlocks->known_count = graph.deadlocks_count;
	deadlocks->ever |= graph.deadlocks_count > 0;
	graph_free(&graph);
	return fresh;
}

void deadlocks_free(struct deadlocks *deadlocks)
{
	free(deadlocks->known);
	*deadlocks = (struct deadlocks){0};
}
