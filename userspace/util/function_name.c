// SPDX-License-Identifier: GPL-2.0-only
/* The one home of libiberty. */
#include "userspace/util/function_name.h"

#include <libiberty/demangle.h>
#include <ctype.h>
#include <setjmp.h>
#include <string.h>
#include "userspace/util/utf8.h"

#define LINKER_NAME_MAX 1000 /* of a longer one, which only its maker knows, nothing is undone */
#define CUT "..."
#define BRACKETS_MAX 32 /* one in the other: deeper ones stay as they are */
#define SHORT 8 /* bytes in brackets that are not worth leaving out */

/* --- undoing ------------------------------------------------------------------------------------------------- */

struct plain {
	char *text;
	size_t used;
	bool cut;
	jmp_buf full;
};

/*
 * A part beyond ASCII may be one that libiberty put together (Rust's punycode), in memory that it gives back only when
 * this returns. It holds none while it tells any other.
 */
static bool is_held(const char *part, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((unsigned char)part[i] >= 0x80)
			return true;
	return false;
}

/*
 * A name may say in few bytes that a part of it is to be told twice, and that again, and again: what does not fit is
 * not waited for.
 */
static void take(const char *part, size_t bytes, void *context)
{
	struct plain *plain = context;
	size_t room = FUNCTION_NAME_BYTES - 1 - plain->used;
	bool full = bytes > room;

	if (!bytes)
		return; /* and part may be NULL */
	memcpy(plain->text + plain->used, part, full ? room : bytes);
	plain->used += full ? room : bytes;
	if (full && !is_held(part, bytes))
		longjmp(plain->full, 1);
	plain->cut |= full;
}

/* Ends a text that is longer than bytes. */
static void cut_at(char *text, size_t bytes)
{
	strcpy(text + utf8_fit(text, bytes - strlen(CUT)), CUT);
}

static bool undo(struct plain *plain, const char *linker_name)
{
	/* Rust's older names look like those of C++, and end in a hash. */
	if (rust_demangle_callback(linker_name, 0, take, plain))
		return true;
	plain->used = 0;
	plain->cut = false;
	return cplus_demangle_v3_callback(linker_name, 0, take, plain);
}

bool function_name(char to[FUNCTION_NAME_BYTES], const char *linker_name)
{
	struct plain plain = {.text = to};
	bool understood;

	if (strncmp(linker_name, "_Z", 2) && strncmp(linker_name, "_R", 2))
		return false;
	if (strnlen(linker_name, LINKER_NAME_MAX + 1) > LINKER_NAME_MAX)
		return false;
	if (!setjmp(plain.full)) {
		understood = undo(&plain, linker_name);
		to[plain.used] = '\0';
		if (!understood || !plain.cut)
			return understood && plain.used;
	}
	to[FUNCTION_NAME_BYTES - 1] = '\0';
	cut_at(to, FUNCTION_NAME_BYTES - 1);
	return true;
}

/* --- shortening ---------------------------------------------------------------------------------------------- */

/* Is what would follow no bracket, but the sign of an operator's name, or of an arrow? */
static bool is_sign(const char *name, const char *end, char next)
{
	static const char word[] = "operator";
	const size_t bytes = sizeof(word) - 1;

	if (next == '>' && end > name && end[-1] == '-')
		return true;
	for (int i = 0; i < 2 && end > name && strchr("<>=", end[-1]); i++)
		end--;
	if ((size_t)(end - name) < bytes || memcmp(end - bytes, word, bytes))
		return false;
	end -= bytes;
	return end == name || !(isalnum((unsigned char)end[-1]) || end[-1] == '_');
}

struct brackets {
	struct {
		char closes;
		char *inside;
	} open[BRACKETS_MAX];
	size_t count;
	unsigned int angles; /* of them, <> */
};

static char closing(char bracket)
{
	switch (bracket) {
	case '<':
		return '>';
	case '(':
		return ')';
	case '{':
		return '}';
	case '[':
		return ']';
	default:
		return '\0';
	}
}

/* The innermost that this closes, and with it those within that nothing closed: a < among them compared. NULL: none. */
static char *close_bracket(struct brackets *brackets, char bracket)
{
	size_t left = brackets->count;

	if (bracket == '>' && left && brackets->open[left - 1].closes != '>')
		return NULL; /* compares: within a < it would stand in round ones */
	while (left && brackets->open[left - 1].closes != bracket)
		left--;
	if (!left)
		return NULL;
	while (brackets->count >= left)
		brackets->angles -= brackets->open[--brackets->count].closes == '>';
	return brackets->open[left - 1].inside;
}

void function_name_elide(char *name, unsigned int depth, const char *more)
{
	struct brackets brackets = {.count = 0};
	char *to = name, *inside;

	for (const char *at = name; *at; at++) {
		bool sign = strchr("<>", *at) && is_sign(name, to, *at);
		char closes = sign ? '\0' : closing(*at);

		inside = sign || !strchr(">)}]", *at) ? NULL : close_bracket(&brackets, *at);
		if (inside && *at == '>' && brackets.angles >= depth && to - inside > SHORT)
			to = stpcpy(inside, more);
		*to++ = *at;
		if (!closes)
			continue;
		if (brackets.count == BRACKETS_MAX) {
			memmove(to, at + 1, strlen(at + 1) + 1);
			return;
		}
		brackets.open[brackets.count].closes = closes;
		brackets.open[brackets.count++].inside = to;
		brackets.angles += closes == '>';
	}
	*to = '\0';
}

static void put_field(char *to, size_t bytes, const char *name, size_t length)
{
	memcpy(to, name, length);
	if (length < bytes)
		to[length] = '\0';
}

bool function_name_short(char *to, size_t bytes, const char *linker_name)
{
	char plain[FUNCTION_NAME_BYTES];

	if (!function_name(plain, linker_name))
		return false;
	for (unsigned int depth = FUNCTION_NAME_DEPTH; depth-- && strlen(plain) > bytes;)
		function_name_elide(plain, depth, CUT);
	if (strlen(plain) > bytes)
		cut_at(plain, bytes);
	put_field(to, bytes, plain, strlen(plain));
	return true;
}

void function_name_fit(char *to, size_t bytes, const char *linker_name)
{
	if (!linker_name || (strlen(linker_name) > bytes && function_name_short(to, bytes, linker_name)))
		return;
	put_field(to, bytes, linker_name, utf8_fit(linker_name, bytes));
}
