/* SPDX-License-Identifier: GPL-2.0-only
 *
 * How far long work is, on the last line of a terminal. Says nothing where standard error is none,
 * nor of work that is done within a second.
 */
#ifndef THRACE_CMD_PROGRESS_H
#define THRACE_CMD_PROGRESS_H

#include <stdbool.h>
#include "userspace/cmd/source_options.h"
#include "userspace/model/model.h"

struct progress {
	bool on, shown;
	uint64_t records, next_ns;
};

void progress_begin(struct progress *progress, const struct options *options);
/* After each record: cheap. */
void progress_record(struct progress *progress, const struct model *model);
/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
