/* SPDX-License-Identifier: GPL-2.0-only
 *
 * UTF-8, one character at a time, from bytes that a stranger may have chosen.
 */
#ifndef THRACE_UTIL_UTF8_H
#define THRACE_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at text, a string, and its number in *code; 0 when there is none. Refuses what RFC 3629
 * refuses: overlong forms, surrogates, numbers past U+10FFFF. */
size_t utf8_character(const char *text, uint32_t *code);

/* Bytes of the longest beginning of text that has no more than most bytes and ends between two characters. */
size_t utf8_fit(const char *text, size_t most);
/* The longest end of it. */
const char *utf8_end(const char *text, size_t most);

/* A terminal obeys it: C0, DEL and C1. */
bool utf8_is_control(uint32_t code);

/* An invisible one that changes how the characters around it are shown. */
bool utf8_is_format(uint32_t code);

/* Writes raw with U+FFFD in the place of what is no UTF-8, controls and the invisible ones. Cuts at a whole character
 * when out is full. Returns out. */
char *utf8_clean(char *out, size_t size, const char *raw);

#endif
