// SPDX-License-Identifier: GPL-2.0-only
/* The table of views. */
#include <string.h>
#include "userspace/view/view.h"

const struct view *const views[] = {&view_run, &view_stat, &view_tree, &view_waits, &view_share, NULL};

const struct view *view_find(const char *name)
{
	for (const struct view *const *view = views; *view; view++)
		if (!strcmp((*view)->name, name))
			return *view;
	return NULL;
}
