// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON goes to a terminal as often as to a program. What the library leaves as it is though a terminal obeys it (DEL, the
 * controls above ASCII, the invisible ones that turn the writing direction) is escaped as well: for a program it is the same.
 */
#include "userspace/export/json_private.h"

#include <errno.h>
#include <string.h>
#include "userspace/util/utf8.h"

static void put_escaped(FILE *out, uint32_t code)
{
	if (code >= 0x10000)
		fprintf(out, "\\u%04X\\u%04X", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
	else
		fprintf(out, "\\u%04X", code);
}

/* Characters are whole in it: the library's own output, which never cuts one. */
int json_put_text(FILE *out, const char *text, size_t size)
{
	size_t plain = 0;

	for (size_t at = 0, length; at < size; at += length) {
		uint32_t code = (unsigned char)text[at];

		length = code < 0x7f ? 1 : utf8_character(text + at, &code);
		if (!length)
			return -EILSEQ;
		if (code < 0x7f || !(utf8_is_control(code) || utf8_is_format(code)))
			continue;
		fwrite(text + plain, 1, at - plain, out);
		put_escaped(out, code);
		plain = at + length;
	}
	fwrite(text + plain, 1, size - plain, out);
	return ferror(out) ? -EIO : 0; /* json_end() knows why */
}

static int put_part(const char *text, size_t size, void *out)
{
	return json_put_text(out, text, size);
}

int json_put(FILE *out, const json_t *value, size_t flags)
{
	if (!json_dump_callback(value, put_part, out, flags))
		return 0;
	return ferror(out) ? -EIO : -ENOMEM;
}
