/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A line on a terminal that is written over while something takes its time; nothing where there is no terminal.
 */
#ifndef THRACE_CMD_PROGRESS_H
#define THRACE_CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown; /* standard error is a terminal */
	bool dirty; /* a line stands there */
	uint64_t next_ns; /* not before */
};

/* The first line comes when it has taken half a second. */
void progress_begin(struct progress *progress);
/* Is it time for the next line? */
bool progress_due(struct progress *progress);
void progress_put(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *progress);

#endif
