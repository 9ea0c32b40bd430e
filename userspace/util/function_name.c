// SPDX-License-Identifier: GPL-2.0-only
/* The one home of libiberty. */
#include "userspace/util/function_name.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

#define LINKER_NAME_MAX 1000 /* of a longer one, which only its maker knows, nothing is undone */

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
	strcpy(to + FUNCTION_NAME_BYTES - sizeof("..."), "...");
	return true;
}

void function_name_fit(char *to, size_t bytes, const char *linker_name)
{
	char plain[FUNCTION_NAME_BYTES];

	if (!linker_name)
		return;
	if (strlen(linker_name) > bytes && function_name(plain, linker_name))
		linker_name = plain;
	memcpy(to, linker_name, strnlen(linker_name, bytes));
}
