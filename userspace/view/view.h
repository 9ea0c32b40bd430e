/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A view: a page of text drawn from a model that it cannot change. Views are listed once, in
 * views.c.
 */
#ifndef THRACE_VIEW_VIEW_H
#define THRACE_VIEW_VIEW_H

#include <stdbool.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"
#include "userspace/ui/text.h"

struct view {
	const char *name;
	/* verbose: nothing is folded. Returns 0, or -ENOMEM with the page unfinished. */
	int (*draw)(const struct model *model, const struct text *text, bool verbose);
};

extern const struct view view_run, view_stat, view_tree, view_waits, view_share;

/* The table, closed by NULL. */
extern const struct view *const views[];

/* NULL: there is none of that name. */
const struct view *view_find(const char *name);

/* One line for one record, drawn after the model took it. */
void view_record(const struct model *model, const struct record *record, const struct text *text);

/* One thread's anatomy. */
void view_thread(const struct model *model, const struct thread *thread, const struct text *text, bool verbose);

#endif
