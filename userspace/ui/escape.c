// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "userspace/util/utf8.h"

/* Writes the escaped form of one character (length bytes at raw; 0: one byte of no character).
 * Returns its bytes. */
static size_t escape_character(char *form, size_t size, const char *raw, size_t length,
			       uint32_t code, bool utf8)
{
	unsigned char byte = *raw;

	if (!length)
		return snprintf(form, size, "\\x%02x", byte);
	if (code == '\\')
		return snprintf(form, size, "\\\\");
	if (code == '\n')
		return snprintf(form, size, "\\n");
	if (code == '\t')
		return snprintf(form, size, "\\t");
	if (code < 0x20 || code == 0x7f)
		return snprintf(form, size, "\\x%02x", byte);
	if (code < 0x80 || (utf8 && !utf8_is_format(code) && wcwidth((wchar_t)code) >= 0))
		return snprintf(form, size, "%.*s", (int)length, raw);
	return snprintf(form, size, "\\u{%x}", code);
}

char *escape(char *out, size_t size, const char *raw, bool utf8)
{
	char form[16];
	size_t used = 0;

	if (!size)
		return out;
	while (*raw) {
		uint32_t code = 0;
		size_t length = utf8_character(raw, &code);
		size_t bytes = escape_character(form, sizeof(form), raw, length, code, utf8);

		if (used + bytes >= size)
			break;
		memcpy(out + used, form, bytes);
		used += bytes;
		raw += length ? length : 1;
	}
	out[used] = '\0';
	return out;
}

size_t display_step(const char *text, size_t *columns)
{
	uint32_t code;
	size_t length = utf8_character(text, &code);
	int width = length ? wcwidth((wchar_t)code) : 1;

	*columns = width < 0 ? 1 : (size_t)width;
	return length ? length : 1;
}

size_t display_width(const char *text)
{
	size_t total = 0, columns;

	while (*text) {
		text += display_step(text, &columns);
		total += columns;
	}
	return total;
}

/* What may not begin a line, and what may not end one. */
static bool closes(const char *text)
{
	static const char *const marks[] = {"，", "。", "、", "；", "：", "？", "！", "）", "》",
					    "」", "』", "”",  "’",  "…",  ")",	",",  ".",  NULL};

	for (const char *const *mark = marks; *mark; mark++)
		if (!strncmp(text, *mark, strlen(*mark)))
			return true;
	return false;
}

static bool opens(const char *text)
{
	return !strncmp(text, "（", 3) || !strncmp(text, "《", 3) || !strncmp(text, "「", 3) ||
	       !strncmp(text, "『", 3) || !strncmp(text, "“", 3) || !strncmp(text, "‘", 3);
}

size_t display_piece(const char *text)
{
	size_t bytes = 0, columns;
	bool wide = false, opened = false;

	while (text[bytes]) {
		const size_t length = display_step(text + bytes, &columns);

		/* A place is beside a wide character, on either side of it. */
		if (bytes && (wide || columns == 2) && !opened && !closes(text + bytes))
			break;
		wide = columns == 2;
		opened = opens(text + bytes);
		bytes += length;
	}
	return bytes;
}

size_t display_cut(const char *text, size_t limit)
{
	size_t bytes = 0, total = 0, columns;

	while (text[bytes]) {
		size_t length = display_step(text + bytes, &columns);

		if (total + columns > limit)
			break;
		total += columns;
		bytes += length;
	}
	return bytes;
}
