/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The recorder: takes records as they are captured and keeps them, in a file or, as a flight recorder, in memory until
 * they are asked for. Who captures copies bytes and no more; a thread of the recorder's own packs, compresses and
 * writes, behind a bounded queue. Knows no model: keyframes are made by whoever has one.
 */
#ifndef THRACE_SOURCE_RECORD_H
#define THRACE_SOURCE_RECORD_H

#include "bpf/abi/events.h"
#include "userspace/source/source.h"
#include "userspace/util/out_file.h"

struct recorder_settings {
	const char *path; /* "-": standard output */
	bool overwrite;
	uint64_t max_bytes; /* of the file, or of the flight recorder's memory; 0: no limit, or FLIGHT_BYTES */
	uint64_t flight_ns; /* 0: everything goes to the file */
};

#define FLIGHT_BYTES (64ull << 20)

struct recorder;

/* What has the file's name already keeps it until that is taken, or the end of a recording that holds something. */
struct recorder *recorder_open(const struct recorder_settings *settings, struct source_error *error);

/* The recorder's own; to be taken, if it is, before the first record. */
struct out_name *recorder_name(struct recorder *recorder);

/* Keeps a copy. May wait for the writer. 0, or what went wrong with the writing: -EFBIG when max_bytes is reached, or
 * another -errno; what was written before that is whole. */
int recorder_put(struct recorder *recorder, const struct rec_head *record);

/* Is it time for snapshots of all live threads, of which there are so many? */
bool recorder_wants_keyframe(const struct recorder *recorder, uint64_t now_ns, size_t threads);
/* Between the two, recorder_put() takes the keyframe's records. */
int recorder_keyframe_begin(struct recorder *recorder);
int recorder_keyframe_end(struct recorder *recorder);

/* Nothing more for now: records older than a second go to the writer, so that a crash costs no more. now_ns: as in the
 * records. */
int recorder_pause(struct recorder *recorder, uint64_t now_ns);

/* Flight recorder: writes what is kept to settings.path, or, the second time and later, beside it ("x-2.thrace"). */
int recorder_dump(struct recorder *recorder);

struct recorder_state {
	uint64_t records, lost; /* taken so far */
	uint64_t raw_bytes;
	uint64_t bytes; /* written, or kept in memory */
	uint64_t first_ns, last_ns;
	unsigned int dumps; /* written so far */
	char dump_path[256]; /* the last one's */
	bool shortened; /* the flight recorder's memory did not hold all the time that it should */
	int error; /* 0, or what recorder_put() returned or would return */
};

void recorder_look(struct recorder *recorder, struct recorder_state *state);

/* Writes what is left, a flight recorder's memory as well, and closes. *state, when not NULL, is as at the end; it tells
 * of an error. */
void recorder_close(struct recorder *recorder, struct recorder_state *state);

#endif
