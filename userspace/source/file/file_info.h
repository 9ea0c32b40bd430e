/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is in a trace file, without reading more of it than is asked for.
 */
#ifndef THRACE_SOURCE_FILE_INFO_H
#define THRACE_SOURCE_FILE_INFO_H

#include "userspace/decode/file_format.h"
#include "userspace/source/source.h"

struct file_info {
	struct file_header header;
	bool complete; /* it has its end */
	uint64_t bytes; /* 0: not known */
	uint64_t chunks, keyframes;
	uint64_t records, lost;
	uint64_t missing; /* records that damaged chunks held; known once all is read */
	uint64_t raw_bytes; /* of the records as captured */
	uint64_t first_ns, last_ns;
	bool kinds_known;
	uint64_t kind_records[FILE_KINDS]; /* [0]: of those that do not fit in */
};

/* From headers and trailer alone: a file of 1 GB takes milliseconds. Returns 0, or -1 with *error filled. */
int file_info_read(const char *path, struct file_info *info, struct source_error *error);

/* Adds what only reading tells. step, when not NULL, is called now and then. Returns 0, or -1 with *error filled. */
int file_info_count(const char *path, struct file_info *info, void (*step)(const struct source *source, void *context),
		    void *context, struct source_error *error);

#endif
