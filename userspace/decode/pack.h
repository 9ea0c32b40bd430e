/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Records made small before they are compressed, and whole again: each record is told by how it differs from the last
 * one of its kind and thread, and what is alike is kept in one stream. README.md in this folder tells how. Knows no
 * record's meaning, so kinds of newer versions pass unharmed; knows no file.
 */
#ifndef THRACE_DECODE_PACK_H
#define THRACE_DECODE_PACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pack; /* tables and buffers for one chunk after another, up to limit raw bytes each */

/* NULL: out of memory. */
struct pack *pack_new(size_t limit);
void pack_free(struct pack *pack);

/* So much space is always enough. */
size_t pack_bound(size_t raw_bytes);
/* records: whole ones behind one another, 8-byte aligned. Returns the bytes written to packed, which has room for
 * pack_bound() of them, or -EINVAL: that were no records. */
ssize_t pack_records(struct pack *pack, const void *records, size_t raw_bytes, void *packed);
/* Fills records with exactly raw_bytes. Trusts nothing. Returns how many records they are, or -EBADMSG. */
ssize_t unpack_records(struct pack *pack, const void *packed, size_t packed_bytes, void *records, size_t raw_bytes);

#endif
