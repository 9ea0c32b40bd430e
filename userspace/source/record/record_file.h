/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A trace file being written: made so that nobody else can read or redirect it, grown by whole chunks, and whole at
 * every moment up to the last one. Knows sealed chunks, no records and no threads.
 */
#ifndef THRACE_SOURCE_RECORD_FILE_H
#define THRACE_SOURCE_RECORD_FILE_H

#include "userspace/decode/file_format.h"
#include "userspace/source/source.h"
#include "userspace/util/out_file.h"

/* A chunk as it lies in the file, and what the trailer is to tell of it. */
struct sealed {
	struct file_chunk chunk;
	uint32_t kind_records[FILE_KINDS];
	struct sealed *next; /* whoever keeps several */
	char stored[];
};

struct record_file {
	int fd; /* -1: none */
	struct out_name name;
	bool stream; /* a pipe or a device: nothing can be written twice */
	uint64_t max_bytes; /* 0: no limit */
	uint64_t bytes; /* whole chunks, so far */
	struct file_header header; /* complete it before the first chunk */
	struct file_trailer trailer;
	struct file_index_entry *index;
	size_t index_room;
};

/* path, which must outlive it; "-": standard output. What has that name keeps it until out_name_take(). Returns 0, or -1
 * with *error filled. */
int record_file_open(struct record_file *file, const char *path, bool overwrite, struct source_error *error);
/* Returns 0 or -errno, the file then being as it was before; -EFBIG: max_bytes would be passed. */
int record_file_append(struct record_file *file, const struct sealed *sealed);
/* Writes index and trailer and closes. Returns 0 or -errno: then the file is one that was cut off. */
int record_file_finish(struct record_file *file);
/* Closes, and takes away the file that was made: nothing was recorded. */
void record_file_discard(struct record_file *file);

#endif
