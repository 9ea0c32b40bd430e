/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The threads of a model as a tree: each below its creator; one whose creator was not seen below
 * its process's leader; a process that was there before below its parent. Built for a drawing,
 * thrown away after it.
 */
#ifndef THRACE_VIEW_LINEAGE_H
#define THRACE_VIEW_LINEAGE_H

#include <stdbool.h>
#include "userspace/model/model.h"
#include "userspace/ui/text.h"

struct lineage_node {
	const struct thread *thread;
	struct lineage_node *parent, *first, *last, *next;
	size_t children;
	size_t position; /* among its parent's children, from 0 */
};

struct lineage {
	struct lineage_node *nodes; /* in order of appearance */
	size_t count;
	struct lineage_node root; /* of no thread: its children have no known parent */
};

/* Returns 0 or -ENOMEM. */
int lineage_build(struct lineage *lineage, const struct model *model);
void lineage_free(struct lineage *lineage);

#define LINEAGE_FOLD                                                                               \
	24 /* children of one thread that are drawn; a few more than that are all drawn */

/* The node drawn after this one (begin with &lineage->root), NULL at the end. fold: leaves out the
 * children that lineage_folded() counts. */
const struct lineage_node *lineage_next(const struct lineage_node *node, bool fold);

/* Children left out behind this one, the last that is drawn of its parent's; 0 for any other. */
size_t lineage_folded(const struct lineage_node *node);

/* The node after the whole subtree of this one; NULL at the end. */
const struct lineage_node *lineage_skip(const struct lineage_node *node);

/* Draws every node in order, with those left out told of where they would stand. A callback may be
 * NULL. */
struct lineage_drawing {
	void (*row)(const struct lineage_node *node, void *context);
	/* first: the first one left out; end: the one after the last (lineage_next(..., false)
	 * leads there) */
	void (*fold)(const struct lineage_node *first, const struct lineage_node *end,
		     void *context);
	void *context;
};
void lineage_draw(const struct lineage *lineage, bool fold, const struct lineage_drawing *drawing);

#define LINEAGE_PREFIX_BYTES 128

/* The lines before a node's name. more: it stands for those left out below it. Returns prefix. */
const char *lineage_prefix(const struct lineage_node *node, bool more, const struct text *text,
			   char prefix[LINEAGE_PREFIX_BYTES]);

#endif
