// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* Bytes of the UTF-8 character at text, its number in *code; 0 when there is none. Refuses what RFC
 * 3629 refuses: overlong forms, surrogates, numbers past U+10FFFF. */
static size_t utf8_character(const char *text, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *byte = (const unsigned char *)text;
	size_t length;

	if (*byte < 0x80) {
		*code = *byte;
		return 1;
	}
	length = *byte >= 0xf0 ? 4 : *byte >= 0xe0 ? 3 : *byte >= 0xc2 ? 2 : 0;
	if (!length || *byte > 0xf4)
		return 0;

	*code = *byte & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80) /* the closing NUL stops here too */
			return 0;
		*code = *code << 6 | (byte[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

/* Invisible ones that change how the characters around them are shown; wcwidth() lets them pass. */
static bool is_format(uint32_t code)
{
	return code == 0xad || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
	       code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe0fff);
}

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
	if (code < 0x80 || (utf8 && !is_format(code) && wcwidth((wchar_t)code) >= 0))
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

/* Steps over one character; *columns: how many it takes. */
static size_t step(const char *text, size_t *columns)
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
		text += step(text, &columns);
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
		const size_t length = step(text + bytes, &columns);

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
		size_t length = step(text + bytes, &columns);

		if (total + columns > limit)
			break;
		total += columns;
		bytes += length;
	}
	return bytes;
}
