/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The page's data blocks as they grow: script elements that no browser runs. A block goes out when it is full, so what is
 * held does not grow with the page. Nothing that a name holds can end a block or begin markup.
 */
#ifndef THRACE_EXPORT_HTML_BLOCKS_H
#define THRACE_EXPORT_HTML_BLOCKS_H

#include <stdint.h>
#include <stdio.h>

#define BLOCK_BYTES 49152

struct block { /* zeroed: empty */
	char name; /* its class is d- and this letter */
	size_t used;
	uint8_t bytes[BLOCK_BYTES];
};

/* --- of bytes, written as base64 --- */

/* So many bytes will go into one block: each is read by itself. */
void block_reserve(struct block *block, FILE *out, size_t size);
void block_byte(struct block *block, uint8_t byte);
/* Seven bits a byte, the low ones first. */
void block_number(struct block *block, uint64_t number);
void block_flush(struct block *block, FILE *out);

/* --- of rows: each element a JSON array of rows; a row is written whole --- */

void row_begin(FILE *out, char name);
void row_end(FILE *out);

/* A JSON string that is also safe inside a script element. NULL: null. */
void put_json_text(FILE *out, const char *text);

#endif
