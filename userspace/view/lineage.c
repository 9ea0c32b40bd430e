// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/lineage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_SHOWN 10 /* deeper ones are set in no further */

static int by_serial(const void *a, const void *b)
{
	const struct lineage_node *one = a, *other = b;

	return (one->thread->serial > other->thread->serial) -
	       (one->thread->serial < other->thread->serial);
}

static struct lineage_node *node_of(const struct lineage *lineage, const struct thread *thread)
{
	const struct lineage_node key = {.thread = thread};

	if (!thread || !lineage->count)
		return NULL;
	return bsearch(&key, lineage->nodes, lineage->count, sizeof(key), by_serial);
}

static const struct thread *parent_thread(const struct thread *thread)
{
	const struct process *process = thread->process;

	if (thread->creator)
		return thread->creator;
	if (thread != process->leader)
		return process->leader;
	return process->parent ? process->parent->leader : NULL;
}

static bool is_above(const struct lineage_node *above, const struct lineage_node *node)
{
	for (; node; node = node->parent)
		if (node == above)
			return true;
	return false;
}

/* A parent is older than its child as a rule, and such links cannot make a ring. The few others
 * (numbers given again, a snapshot in another order) are tried after them, and only when they close
 * none. */
static void find_parents(struct lineage *lineage)
{
	for (int older = 1; older >= 0; older--) {
		for (size_t i = 0; i < lineage->count; i++) {
			struct lineage_node *node = &lineage->nodes[i];
			struct lineage_node *parent = node_of(lineage, parent_thread(node->thread));

			if (!parent || parent == node || (parent < node) != older)
				continue;
			if (older || !is_above(node, parent))
				node->parent = parent;
		}
	}
}

int lineage_build(struct lineage *lineage, const struct model *model)
{
	size_t count = 0;

	*lineage = (struct lineage){0};
	process_for_each (model, process)
		count += process->threads_count;
	lineage->nodes = calloc(count + 1, sizeof(*lineage->nodes));
	if (!lineage->nodes)
		return -ENOMEM;
	process_for_each (model, process)
		thread_for_each (process, thread)
			if (lineage->count < count)
				lineage->nodes[lineage->count++].thread = thread;
	qsort(lineage->nodes, lineage->count, sizeof(*lineage->nodes), by_serial);
	find_parents(lineage);

	for (size_t i = 0; i < lineage->count; i++) {
		struct lineage_node *node = &lineage->nodes[i];
		struct lineage_node *parent = node->parent ? node->parent : &lineage->root;

		node->parent = parent;
		node->position = parent->children++;
		if (parent->last)
			parent->last->next = node;
		else
			parent->first = node;
		parent->last = node;
	}
	return 0;
}

void lineage_free(struct lineage *lineage)
{
	free(lineage->nodes);
	lineage->nodes = NULL;
}

/* The root's children are strangers to each other: none is left out. */
static size_t drawn(const struct lineage_node *parent, bool fold)
{
	if (!fold || !parent->parent || parent->children <= LINEAGE_FOLD + LINEAGE_FOLD / 4)
		return parent->children;
	return LINEAGE_FOLD;
}

const struct lineage_node *lineage_next(const struct lineage_node *node, bool fold)
{
	if (node->first)
		return node->first;
	while (node->parent && (!node->next || node->position + 1 >= drawn(node->parent, fold)))
		node = node->parent;
	return node->parent ? node->next : NULL;
}

const struct lineage_node *lineage_skip(const struct lineage_node *node)
{
	while (node->parent && !node->next)
		node = node->parent;
	return node->parent ? node->next : NULL;
}

size_t lineage_folded(const struct lineage_node *node)
{
	size_t shown = drawn(node->parent, true);

	return node->position + 1 == shown ? node->parent->children - shown : 0;
}

/* Each one whose subtree ends here may be the last drawn of its parent's. */
static void draw_folded(const struct lineage_node *at, const struct lineage_node *next,
			const struct lineage_drawing *drawing)
{
	for (; at->parent; at = at->parent) {
		if (lineage_folded(at))
			drawing->fold(at->next, lineage_skip(at->parent), drawing->context);
		if (next && at->parent == next->parent)
			break;
	}
}

void lineage_draw(const struct lineage *lineage, bool fold, const struct lineage_drawing *drawing)
{
	const struct lineage_node *node = lineage_next(&lineage->root, fold);

	while (node) {
		const struct lineage_node *next = lineage_next(node, fold);

		drawing->row(node, drawing->context);
		if (fold && !node->first)
			draw_folded(node, next, drawing);
		node = next;
	}
}

const char *lineage_prefix(const struct lineage_node *node, bool more, const struct text *text,
			   char prefix[LINEAGE_PREFIX_BYTES])
{
	const char *parts[DEPTH_SHOWN] = {NULL};
	size_t depth = 0, used = 0;

	/* From the node up to the outermost but one: top nodes have no lines. */
	for (const struct lineage_node *at = node; at->parent && at->parent->parent;
	     at = at->parent) {
		bool last = more || !at->next;

		memmove(parts + 1, parts, sizeof(parts) - sizeof(*parts));
		if (at == node)
			parts[0] = text_glyph(text, last ? GLYPH_LAST : GLYPH_BRANCH);
		else
			parts[0] = text_glyph(text, at->next ? GLYPH_PASS : GLYPH_BLANK);
		if (depth < DEPTH_SHOWN)
			depth++;
	}
	*prefix = '\0';
	for (size_t i = 0; i < depth; i++)
		used += snprintf(prefix + used, LINEAGE_PREFIX_BYTES - used, "%s", parts[i]);
	return prefix;
}
