/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The trace file on disk: its structs, its limits, and the checks that let a reader believe a header. README.md in
 * this folder is the same in words. Owns no file descriptor and allocates nothing.
 *
 *	file_header, then chunks (file_chunk and its bytes), then the index (a chunk too), then file_trailer
 */
#ifndef THRACE_DECODE_FILE_FORMAT_H
#define THRACE_DECODE_FILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_MAGIC "THRACE\r\n" /* the line end shows at once that a transfer as text has spoiled it */
#define FILE_END_MAGIC "THRACEND"
#define FILE_VERSION_MAJOR 1 /* another one is another format */
#define FILE_VERSION_MINOR 0 /* a higher one has more to tell: the rest is read, what is not known is skipped */

enum file_clock {
	FILE_CLOCK_MONOTONIC = 1, /* every time in the file, CLOCK_MONOTONIC of the recording machine */
};

enum file_state {
	FILE_OPEN = 0, /* being written, or cut off */
	FILE_COMPLETE = 1,
	FILE_STREAM = 2, /* written where nothing can be written twice: the trailer alone tells that it is complete */
};

enum file_flag {
	FILE_F_FLIGHT = 1, /* the last seconds before something happened: it begins with a keyframe */
	FILE_F_BROKEN_OFF = 4, /* the recording ended because writing failed: a full disk, as a rule */
	FILE_F_LIMITED = 2, /* the recording ended because the file had reached the size that was allowed */
};

struct file_header {
	char magic[8];
	uint16_t major, minor;
	uint32_t header_bytes; /* where the first chunk begins: a later minor version may have more */
	uint32_t byte_order; /* FILE_BYTE_ORDER as the writer wrote it */
	uint32_t clock; /* enum file_clock */
	uint32_t state; /* enum file_state */
	uint32_t flags; /* enum file_flag */
	uint32_t source; /* enum begin_source */
	uint32_t cpus; /* online */
	uint64_t first_ns; /* the first record's time */
	uint64_t realtime_ns; /* CLOCK_REALTIME at that moment; 0: not known */
	char host[64], kernel[64], writer[64]; /* text, not terminated when full */
	uint32_t reserved;
	uint32_t checksum; /* CRC-32 of all before it */
};

#define FILE_BYTE_ORDER 0x01020304u

enum chunk_kind {
	CHUNK_RECORDS = 1,
	CHUNK_KEYFRAME = 2, /* snapshots of every live thread: where a reader may begin. Else they are passed over */
	CHUNK_INDEX = 3, /* file_index_entry, one for each chunk before it */
};

enum chunk_flag {
	CHUNK_F_CONTINUES = 1, /* of a keyframe that one chunk did not hold: not where a reader may begin */
};

struct file_chunk {
	uint32_t magic; /* FILE_CHUNK_MAGIC */
	uint16_t header_bytes;
	uint8_t kind; /* enum chunk_kind */
	uint8_t flags; /* enum chunk_flag */
	uint32_t stored_bytes; /* that follow the header */
	uint32_t packed_bytes; /* when decompressed (pack.h) */
	uint32_t raw_bytes; /* when unpacked: the records as captured */
	uint32_t records;
	uint64_t first_record; /* how many records the chunks before it hold, keyframes not counted: gaps show */
	uint64_t first_ns, last_ns;
	uint64_t lost; /* as told by its lost records */
	uint32_t stored_checksum; /* CRC-32 of the stored bytes */
	uint32_t checksum; /* CRC-32 of the header before it */
};

#define FILE_CHUNK_MAGIC 0x4b434854u /* "THCK" */
/* No chunk is larger, stored, packed or raw: what a reader allocates for one is bounded before it believes anything. */
#define FILE_CHUNK_LIMIT (4u << 20)

struct file_index_entry {
	uint64_t offset;
	uint64_t first_ns, last_ns;
	uint32_t records;
	uint16_t kind, flags; /* enum chunk_kind, enum chunk_flag */
};

#define FILE_KINDS 64

struct file_trailer {
	uint64_t index_offset;
	uint64_t chunks; /* entries in the index */
	uint64_t records, lost;
	uint64_t next_record; /* the number that one more record would have had */
	uint64_t raw_bytes; /* of the records as captured */
	uint64_t first_ns, last_ns;
	uint64_t kind_records[FILE_KINDS]; /* by kind; [0]: of those that do not fit in */
	uint32_t trailer_bytes;
	uint32_t checksum; /* CRC-32 of all before it */
	char magic[8]; /* the file's last bytes */
};

_Static_assert(sizeof(struct file_header) == 256, "the header's layout is for ever");
_Static_assert(sizeof(struct file_chunk) == 64, "the chunk's header too");
_Static_assert(sizeof(struct file_index_entry) == 32, "and the index");
_Static_assert(sizeof(struct file_trailer) == 64 + 8 * FILE_KINDS + 16, "and the trailer");

enum file_verdict {
	FILE_GOOD,
	FILE_FOREIGN, /* no trace file at all */
	FILE_NEWER, /* of a major version that this reader does not know */
	FILE_OTHER_ORDER, /* of a machine with the other byte order */
	FILE_DAMAGED,
};

void file_header_seal(struct file_header *header);
enum file_verdict file_header_check(const struct file_header *header);

void file_chunk_seal(struct file_chunk *chunk);
/* Says nothing of the stored bytes. */
bool file_chunk_good(const struct file_chunk *chunk);

void file_trailer_seal(struct file_trailer *trailer);
bool file_trailer_good(const struct file_trailer *trailer);

uint32_t file_checksum(const void *bytes, size_t length);
/* Always true in a build for fuzzing: what lies behind a checksum is to be reached as well. */
bool file_checksum_is(const void *bytes, size_t length, uint32_t expected);

#endif
