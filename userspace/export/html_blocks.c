/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/html_blocks.h"

void block_flush(struct block *block, FILE *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char line[BLOCK_BYTES / 3 * 4 + 4];
	size_t used = 0;

	if (!block->used)
		return;
	for (size_t i = 0; i < block->used; i += 3) {
		size_t left = block->used - i;
		uint32_t three = (uint32_t)block->bytes[i] << 16 | (left > 1 ? block->bytes[i + 1] << 8 : 0) |
				 (left > 2 ? block->bytes[i + 2] : 0);

		line[used++] = digits[three >> 18];
		line[used++] = digits[three >> 12 & 63];
		line[used++] = left > 1 ? digits[three >> 6 & 63] : '=';
		line[used++] = left > 2 ? digits[three & 63] : '=';
	}
	fprintf(out, "<script type=\"text/plain\" class=\"d-%c\">", block->name);
	fwrite(line, 1, used, out);
	fputs("</script>\n", out);
	block->used = 0;
}

void block_reserve(struct block *block, FILE *out, size_t size)
{
	if (block->used + size > BLOCK_BYTES)
		block_flush(block, out);
}

void block_byte(struct block *block, uint8_t byte)
{
	block->bytes[block->used++] = byte;
}

void block_number(struct block *block, uint64_t number)
{
	for (; number > 0x7f; number >>= 7)
		block_byte(block, (number & 0x7f) | 0x80);
	block_byte(block, number);
}

void row_begin(FILE *out, char name)
{
	fprintf(out, "<script type=\"application/json\" class=\"d-%c\">[[", name);
}

void row_end(FILE *out)
{
	fputs("]]</script>\n", out);
}

void put_json_text(FILE *out, const char *text)
{
	if (!text) {
		fputs("null", out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		unsigned char byte = *text;

		if (byte < 0x20 || byte == '"' || byte == '\\' || byte == '<' || byte == '>' || byte == '&')
			fprintf(out, "\\u%04x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}
