/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/decode/chunk.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>
#include "userspace/decode/pack.h"

#define ZSTD_LEVEL 1 /* 3 saves a tenth and costs half as much again */

struct buffer {
	void *bytes;
	size_t size;
};

struct codec {
	struct pack *pack;
	ZSTD_CCtx *compress;
	ZSTD_DCtx *decompress;
	struct buffer packed, stored, records;
};

struct codec *codec_new(enum codec_way way)
{
	struct codec *codec = calloc(1, sizeof(*codec));

	if (!codec)
		return NULL;
	codec->pack = pack_new(way == CODEC_SEAL ? CHUNK_RAW_BYTES : 0);
	if (way == CODEC_SEAL)
		codec->compress = ZSTD_createCCtx();
	else
		codec->decompress = ZSTD_createDCtx();
	if (codec->pack && (codec->compress || codec->decompress))
		return codec;
	codec_free(codec);
	return NULL;
}

void codec_free(struct codec *codec)
{
	if (!codec)
		return;
	pack_free(codec->pack);
	ZSTD_freeCCtx(codec->compress);
	ZSTD_freeDCtx(codec->decompress);
	free(codec->packed.bytes);
	free(codec->stored.bytes);
	free(codec->records.bytes);
	free(codec);
}

/* At least so large; what was in it may be gone. */
static bool reserve(struct buffer *buffer, size_t size)
{
	if (buffer->size >= size)
		return true;
	free(buffer->bytes);
	buffer->bytes = malloc(size);
	buffer->size = buffer->bytes ? size : 0;
	return buffer->bytes;
}

int chunk_seal(struct codec *codec, struct file_chunk *chunk, const void *records, const void **stored)
{
	size_t bound = pack_bound(chunk->raw_bytes);
	ssize_t packed_bytes;
	size_t stored_bytes;

	if (!reserve(&codec->packed, bound) || !reserve(&codec->stored, ZSTD_compressBound(bound)))
		return -ENOMEM;
	packed_bytes = pack_records(codec->pack, records, chunk->raw_bytes, codec->packed.bytes);
	if (packed_bytes < 0)
		return (int)packed_bytes;
	stored_bytes = ZSTD_compressCCtx(codec->compress, codec->stored.bytes, codec->stored.size,
					 codec->packed.bytes, packed_bytes, ZSTD_LEVEL);
	if (ZSTD_isError(stored_bytes))
		return -ENOMEM;
	chunk->packed_bytes = packed_bytes;
	chunk->stored_bytes = stored_bytes;
	chunk->stored_checksum = file_checksum(codec->stored.bytes, stored_bytes);
	file_chunk_seal(chunk);
	*stored = codec->stored.bytes;
	return 0;
}

int chunk_open(struct codec *codec, const struct file_chunk *chunk, const void *stored, const void **records)
{
	ssize_t count;
	size_t packed;

	if (!file_checksum_is(stored, chunk->stored_bytes, chunk->stored_checksum))
		return -EBADMSG;
	if (!reserve(&codec->packed, chunk->packed_bytes) || !reserve(&codec->records, chunk->raw_bytes))
		return -ENOMEM;
	packed = ZSTD_decompressDCtx(codec->decompress, codec->packed.bytes, chunk->packed_bytes, stored,
				     chunk->stored_bytes);
	if (ZSTD_isError(packed) || packed != chunk->packed_bytes)
		return -EBADMSG;
	count = unpack_records(codec->pack, codec->packed.bytes, packed, codec->records.bytes, chunk->raw_bytes);
	if (count < 0 || (size_t)count != chunk->records)
		return -EBADMSG;
	*records = codec->records.bytes;
	return 0;
}
