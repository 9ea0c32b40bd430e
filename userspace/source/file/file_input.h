/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A trace file's bytes, chunk after chunk: finds the next good one, whatever stands before it, and the index when there
 * is one. Believes nothing that has not been checked; allocates no more than one chunk needs. Knows no record.
 */
#ifndef THRACE_SOURCE_FILE_INPUT_H
#define THRACE_SOURCE_FILE_INPUT_H

#include "userspace/decode/file_format.h"
#include "userspace/source/source.h"

struct file_input {
	int fd;
	bool seekable; /* a pipe is not: read once, from its beginning */
	uint64_t size; /* of a seekable one */
	struct file_header header;
	struct file_trailer trailer;
	bool has_trailer; /* known from the beginning of a seekable file, else once it is reached */

	uint64_t offset; /* of the next chunk */
	uint64_t stored_at; /* of the bytes of the chunk that was found last */
	uint64_t position; /* of a pipe: how far it is read */
	uint64_t passed_bytes; /* that were no chunk */
	void *stored;
	size_t stored_room;
};

/* Returns 0, or -1 with *error filled. Either way file_input_close() follows. */
int file_input_open(struct file_input *input, const char *path, struct source_error *error);
void file_input_close(struct file_input *input);

enum input_step {
	INPUT_CHUNK, /* *chunk is good; its bytes are where stored_at says, all of them there */
	INPUT_END, /* nothing follows but the index */
	INPUT_CUT, /* the file ends where more was to come */
};

/* Returns an enum input_step or -errno. */
int file_input_next(struct file_input *input, struct file_chunk *chunk);
/* The stored bytes of the chunk that file_input_next() gave; valid until the next call. 0, -ENODATA: cut, or -errno. */
int file_input_load(struct file_input *input, const struct file_chunk *chunk, const void **stored);

/* Goes on at the last keyframe not after ts_ns, or at the first chunk. 0 or -errno; -ESPIPE: a pipe. */
int file_input_seek(struct file_input *input, uint64_t ts_ns);

#endif
