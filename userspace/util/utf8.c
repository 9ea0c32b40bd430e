/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/utf8.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

size_t utf8_character(const char *text, uint32_t *code)
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

size_t utf8_fit(const char *text, size_t most)
{
	size_t used = 0, length;
	uint32_t code;

	while (text[used]) {
		length = utf8_character(text + used, &code);
		if (!length)
			length = 1; /* a byte that is no character */
		if (used + length > most)
			break;
		used += length;
	}
	return used;
}

const char *utf8_end(const char *text, size_t most)
{
	const size_t length = strlen(text);
	const char *end = length > most ? text + length - most : text;

	/* A character's later bytes are its own kind; of one there are three at most. */
	for (int i = 0; i < 3 && end > text && (*end & 0xc0) == 0x80; i++)
		end++;
	return end;
}

bool utf8_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool utf8_is_format(uint32_t code)
{
	return code == 0xad || code == 0x34f || code == 0x61c || code == 0x115f || code == 0x1160 ||
	       (code >= 0x180b && code <= 0x180f) || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
	       code == 0x3164 || code == 0xfeff || code == 0xffa0 || (code >= 0xfff9 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe0fff);
}

char *utf8_clean(char *out, size_t size, const char *raw)
{
	size_t used = 0, length, room;
	const char *shown;
	uint32_t code;

	for (; *raw; raw += length ? length : 1) {
		length = utf8_character(raw, &code);
		shown = length && !utf8_is_control(code) && !utf8_is_format(code) ? raw : REPLACEMENT;
		room = shown == raw ? length : strlen(REPLACEMENT);
		if (used + room >= size)
			break;
		memcpy(out + used, shown, room);
		used += room;
	}
	out[used] = '\0';
	return out;
}
