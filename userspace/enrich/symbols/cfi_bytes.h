/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A reader that never leaves its bytes: once it would, it fails for good, gives zeros, and says so at the end.
 */
#ifndef THRACE_ENRICH_CFI_BYTES_H
#define THRACE_ENRICH_CFI_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cfi_bytes {
	const uint8_t *at, *end;
	bool failed;
};

static inline size_t bytes_left(const struct cfi_bytes *bytes)
{
	return bytes->end - bytes->at;
}

static inline uint64_t bytes_fixed(struct cfi_bytes *bytes, size_t size)
{
	uint64_t value = 0;

	if (size > sizeof(value) || size > bytes_left(bytes)) {
		bytes->failed = true;
		bytes->at = bytes->end;
		return 0;
	}
	memcpy(&value, bytes->at, size); /* little endian, as x86-64 is */
	bytes->at += size;
	return value;
}

static inline int64_t bytes_signed(struct cfi_bytes *bytes, size_t size)
{
	uint64_t value = bytes_fixed(bytes, size);
	unsigned int unused = 64 - 8 * (unsigned int)size;

	return (int64_t)(value << unused) >> unused;
}

static inline uint64_t bytes_uleb(struct cfi_bytes *bytes)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)bytes_fixed(bytes, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

static inline int64_t bytes_sleb(struct cfi_bytes *bytes)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)bytes_fixed(bytes, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (byte & 0x40 && shift < 64)
		value |= ~0ull << shift;
	return (int64_t)value;
}

/* A part of so many bytes; the reader goes on behind it. */
static inline struct cfi_bytes bytes_part(struct cfi_bytes *bytes, uint64_t size)
{
	struct cfi_bytes part = {.at = bytes->at};

	if (size > bytes_left(bytes)) {
		bytes->failed = true;
		size = 0;
		bytes->at = bytes->end;
	}
	part.end = part.at + size;
	if (size)
		bytes->at += size;
	return part;
}

#endif
