/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/decode/file_format.h"

#include <string.h>
#include <zlib.h>

uint32_t file_checksum(const void *bytes, size_t length)
{
	return (uint32_t)crc32_z(0, bytes, length);
}

bool file_checksum_is(const void *bytes, size_t length, uint32_t expected)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)bytes;
	(void)length;
	(void)expected;
	return true;
#else
	return file_checksum(bytes, length) == expected;
#endif
}

#define CHECKED_BYTES(header) offsetof(typeof(*(header)), checksum)

void file_header_seal(struct file_header *header)
{
	memcpy(header->magic, FILE_MAGIC, sizeof(header->magic));
	header->major = FILE_VERSION_MAJOR;
	header->minor = FILE_VERSION_MINOR;
	header->header_bytes = sizeof(*header);
	header->byte_order = FILE_BYTE_ORDER;
	header->clock = FILE_CLOCK_MONOTONIC;
	header->checksum = file_checksum(header, CHECKED_BYTES(header));
}

enum file_verdict file_header_check(const struct file_header *header)
{
	if (memcmp(header->magic, FILE_MAGIC, sizeof(header->magic)))
		return FILE_FOREIGN;
	if (header->byte_order == __builtin_bswap32(FILE_BYTE_ORDER))
		return FILE_OTHER_ORDER;
	if (header->byte_order != FILE_BYTE_ORDER)
		return FILE_DAMAGED;
	if (header->major != FILE_VERSION_MAJOR)
		return FILE_NEWER;
	if (!file_checksum_is(header, CHECKED_BYTES(header), header->checksum) || header->clock != FILE_CLOCK_MONOTONIC ||
	    header->header_bytes < sizeof(*header) || header->header_bytes > FILE_CHUNK_LIMIT)
		return FILE_DAMAGED;
	return FILE_GOOD;
}

void file_chunk_seal(struct file_chunk *chunk)
{
	chunk->magic = FILE_CHUNK_MAGIC;
	chunk->header_bytes = sizeof(*chunk);
	chunk->checksum = file_checksum(chunk, CHECKED_BYTES(chunk));
}

bool file_chunk_good(const struct file_chunk *chunk)
{
	if (chunk->magic != FILE_CHUNK_MAGIC || chunk->header_bytes < sizeof(*chunk) ||
	    !file_checksum_is(chunk, CHECKED_BYTES(chunk), chunk->checksum))
		return false;
	if (chunk->kind == CHUNK_INDEX)
		return true; /* read an entry at a time: it may be large */
	return chunk->stored_bytes <= FILE_CHUNK_LIMIT && chunk->packed_bytes <= FILE_CHUNK_LIMIT &&
	       chunk->raw_bytes <= FILE_CHUNK_LIMIT && chunk->first_ns <= chunk->last_ns;
}

void file_trailer_seal(struct file_trailer *trailer)
{
	trailer->trailer_bytes = sizeof(*trailer);
	trailer->checksum = file_checksum(trailer, CHECKED_BYTES(trailer));
	memcpy(trailer->magic, FILE_END_MAGIC, sizeof(trailer->magic));
}

bool file_trailer_good(const struct file_trailer *trailer)
{
	return !memcmp(trailer->magic, FILE_END_MAGIC, sizeof(trailer->magic)) &&
	       trailer->trailer_bytes == sizeof(*trailer) && file_checksum_is(trailer, CHECKED_BYTES(trailer), trailer->checksum);
}
