/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The BPF side of the live source: configured, loaded, attached, its maps read. The only place that sees the skeleton.
 */
#ifndef THRACE_SOURCE_LIVE_LOAD_H
#define THRACE_SOURCE_LIVE_LOAD_H

#include "bpf/abi/config.h"
#include "userspace/source/live/live_library.h"
#include "userspace/source/live/merge.h"
#include "userspace/source/source.h"

struct probes;

/* Whom to observe from the start on. */
struct probes_options {
	const struct target *target;
	uint32_t launched; /* 0: none */
};

/* Loads everything; that takes the kernel some 100 ms. NULL with *error filled. */
struct probes *probes_open(const struct probes_options *options, struct source_error *error);
/* From here on records come. Not 0: *error is filled. */
int probes_attach(struct probes *probes, struct source_error *error);
/* Opens merge's rings on the probes' own. Returns 0 or -errno. */
int probes_open_rings(struct probes *probes, struct merge *merge);
/* Marks the threads that are there, and wanted, and appends a snapshot of each to queue; again: of those that bear no
 * mark yet. Returns 0 or -errno. */
int probes_snapshot(struct probes *probes, struct queue *queue);
/* A descriptor that can be polled for the ring. */
int probes_ring_fd(const struct probes *probes, size_t ring);
/* Marked threads that are still alive. */
uint64_t probes_alive(const struct probes *probes);
/* Appends a record for each loss since the last call, of the time when it was noticed, or of end_ns, where the
 * observation ended before (UINT64_MAX: it goes on). Returns 0 or -errno. */
int probes_lost(struct probes *probes, struct queue *queue, uint64_t end_ns);
/* What live_library.c needs to attach libthrace's probes. */
void probes_open_library(const struct probes *probes, struct library *library);
/* No more records come. */
void probes_detach(struct probes *probes);
void probes_close(struct probes *probes);

#endif
