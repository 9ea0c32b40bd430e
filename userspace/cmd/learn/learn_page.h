/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A lesson as a page of HTML: the ops that learn_lesson() draws it with. Knows nothing of the
 * folder.
 */
#ifndef THRACE_CMD_LEARN_PAGE_H
#define THRACE_CMD_LEARN_PAGE_H

#include "userspace/cmd/learn/learn.h"

struct html_page {
	FILE *out;
	const struct learn *learn;
	bool folded; /* an open <details> is to be closed */
};

extern const struct page_ops page_html_ops;

/* "12-p01.html"; returns name */
#define PAGE_NAME_BYTES 80
const char *page_name(const struct lesson *lesson, char *name);

/* The top of every page of the site, up to the first thing of its own; and its bottom. */
void page_top(FILE *out, const struct learn *learn, const char *title);
void page_bottom(FILE *out);

/* Text with what HTML would take for its own made harmless. */
void page_escape(FILE *out, const char *text, size_t bytes);

#endif
