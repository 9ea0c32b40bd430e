/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the share*.c files of the views have in common.
 */
#ifndef THRACE_VIEW_SHARE_PRIVATE_H
#define THRACE_VIEW_SHARE_PRIVATE_H

#include "userspace/view/words.h"

/* The first thread of a process that was looked at; NULL: none was. */
const struct thread *share_first(const struct process *process);

/* Sentences below the matrix. */
void put_share_notes(const struct model *model, const struct text *text, bool verbose);
/* A row for each thread: what it has for itself. */
void put_share_own(const struct model *model, const struct text *text, bool verbose);

#endif
