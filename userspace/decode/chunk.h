/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One chunk of a trace file: records to stored bytes and back, each chunk by itself. The home of libzstd. Knows no file
 * and no thread: whoever works on chunks has a codec of their own.
 */
#ifndef THRACE_DECODE_CHUNK_H
#define THRACE_DECODE_CHUNK_H

#include <sys/types.h>
#include "userspace/decode/file_format.h"

#define CHUNK_RAW_BYTES (1u << 20) /* a writer begins a new chunk before this is passed; no record is larger than 64 KiB */

struct codec;

enum codec_way {
	CODEC_SEAL,
	CODEC_OPEN,
};

/* NULL: out of memory. */
struct codec *codec_new(enum codec_way way);
void codec_free(struct codec *codec);

/*
 * Completes a header of which kind, raw_bytes, records, times, first_record and lost are filled in. *stored points at
 * chunk->stored_bytes bytes, the codec's own until the next call. Returns 0, -ENOMEM or -EINVAL.
 */
int chunk_seal(struct codec *codec, struct file_chunk *chunk, const void *records, const void **stored);

/*
 * chunk passed file_chunk_good(); stored: its bytes. *records points at chunk->raw_bytes of records, the codec's own
 * until the next call; each still has to pass decode_record(). Returns 0, -ENOMEM or -EBADMSG: damaged.
 */
int chunk_open(struct codec *codec, const struct file_chunk *chunk, const void *stored, const void **records);

#endif
