/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Did all that was printed arrive? stdio tells that a write failed, but forgets why unless it was the last one; and
 * why makes the difference between a reader that went away, which is nothing, and a disk that is full.
 */
#ifndef THRACE_UTIL_STREAM_H
#define THRACE_UTIL_STREAM_H

#include <stdio.h>

/* Of what has left the buffer: 0 or -errno; -EPIPE: the reader went away. */
int stream_error(FILE *stream);
/* The same of all, the buffer written out first. */
int stream_finish(FILE *stream);

#endif
