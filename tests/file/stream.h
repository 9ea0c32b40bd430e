/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A stream of records as a busy machine gives it, made up: threads that lock, read, poll and sleep, wake one another
 * and share CPUs. The same seed gives the same stream.
 */
#ifndef THRACE_TESTS_FILE_STREAM_H
#define THRACE_TESTS_FILE_STREAM_H

#include "bpf/abi/events.h"

struct stream;

/* Aborts when memory is short. threads: of one process, from tid STREAM_PID on. */
struct stream *stream_new(unsigned int threads, unsigned int cpus, uint64_t seed);
void stream_free(struct stream *stream);
/* The next record; valid until the next call. begin, snapshots, then switches and wakings for ever. */
const struct rec_head *stream_next(struct stream *stream);

#define STREAM_PID 5000
#define STREAM_FIRST_NS 1000000000ull

#endif
