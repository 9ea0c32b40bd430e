/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The tracks of a Perfetto trace: one for each process and thread, told of when it is first needed and again when its name
 * changed, and the counters of each process. Ended ones are forgotten. For perfetto.c only.
 */
#ifndef THRACE_EXPORT_PERFETTO_TRACKS_H
#define THRACE_EXPORT_PERFETTO_TRACKS_H

#include <stdbool.h>
#include <stdint.h>
#include "userspace/export/export.h"
#include "userspace/export/perfetto_library.h"
#include "userspace/export/perfetto_packets.h"
#include "userspace/util/map.h"

/* Numbers of tracks: what of, by the serial number in the model, which is never used again. */
enum track_kind { TRACK_LOST, TRACK_PROCESS, TRACK_THREAD, TRACK_ALIVE, TRACK_READY, TRACK_ON_CPU, TRACK_LIBRARY };

static inline uint64_t track(enum track_kind kind, uint64_t serial)
{
	return serial << 3 | kind;
}

/* What is remembered of a thread that was told of. */
struct told_thread {
	uint64_t wake; /* the arrow that ends in its Ready slice under way; 0: none */
	uint64_t birth;
	uint32_t wakes;
	bool stale; /* its name changed */
	struct library_calls calls;
};

struct told_process;

struct tracks {
	struct packets packets;
	struct map threads, processes; /* by serial: those that live and were told of */
	struct told_process **changed; /* by the record under way */
	size_t changed_count, changed_room;
};

/* Tells of the thread, and of its process, unless both were told of. NULL: out of memory, noted in export. */
struct told_thread *tracks_tell(struct export *export, struct tracks *tracks, const struct thread *thread);
/* NULL: it was not told of. */
struct told_thread *tracks_told(const struct tracks *tracks, const struct thread *thread);
/* It bears another name: told again if it was before. */
void tracks_rename(struct export *export, struct tracks *tracks, const struct thread *thread);
void tracks_end(struct export *export, struct tracks *tracks, const struct thread *thread);

/* The process's counters may have changed; told with tracks_count(), once for each record. */
void tracks_changed(struct export *export, struct tracks *tracks, const struct process *process);
void tracks_count(struct export *export, struct tracks *tracks);

void tracks_clear(struct tracks *tracks);

#endif
