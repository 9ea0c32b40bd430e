/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Keeps everybody else off the terminal while it is a full screen: a started program's output, and
 * our own messages, which are held back until the screen is gone.
 */
#ifndef THRACE_CMD_TOP_OUTPUT_H
#define THRACE_CMD_TOP_OUTPUT_H

#include "userspace/cmd/session.h"

struct top_output {
	int saved[3]; /* 0, 1 and 2 as they were; -1: not changed */
	struct out_name name; /* of the file for the program's output */
	FILE *said, *stderr_before;
	char *words;
	size_t length;
};

/* Before a program is started. Returns a status, after its one line where it is not good. */
int top_output_begin(struct top_output *output, struct session *session);
/* After it was started: 0, 1 and 2 are the terminal again. More than once is no harm. */
void top_output_release(struct top_output *output);
/* Says what was held back. */
void top_output_end(struct top_output *output);

#endif
