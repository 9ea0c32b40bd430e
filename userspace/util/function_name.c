// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/util/function_name.h"

#include <ctype.h>
#include <string.h>

#define PARTS_MAX  24
#define HASH_BYTES 17 /* "h" and 16 digits: Rust's own last part */

struct part {
	const char *text;
	size_t bytes;
	const char *before; /* is put before it */
};

struct name {
	const char *at;
	struct part parts[PARTS_MAX];
	size_t count;
};

static bool add(struct name *name, const char *text, size_t bytes, const char *before)
{
	if (name->count == PARTS_MAX)
		return false;
	name->parts[name->count++] = (struct part){text, bytes, before};
	return true;
}

/* "5start": the length, then so many bytes. With Rust "_" may part the two. */
static bool take_identifier(struct name *name, bool rust)
{
	size_t bytes = 0;

	if (!isdigit((unsigned char)*name->at))
		return false;
	while (isdigit((unsigned char)*name->at) && bytes < 1000)
		bytes = bytes * 10 + (size_t)(*name->at++ - '0');
	name->at += rust && *name->at == '_';
	if (!bytes || strnlen(name->at, bytes) < bytes || !add(name, name->at, bytes, ""))
		return false;
	name->at += bytes;
	return true;
}

/* --- C++, and what Rust made of it before it had a way of its own ---------------------------------------------- */

/* C1 to C3 and D0 to D2 stand for the class's name once more. */
static bool take_structor(struct name *name)
{
	const char *before = *name->at == 'D' ? "~" : "";

	if (!name->count || !isdigit((unsigned char)name->at[1]))
		return false;
	name->at += 2;
	return add(name, name->parts[name->count - 1].text, name->parts[name->count - 1].bytes, before);
}

static bool take_nested(struct name *name)
{
	name->at += strspn(name->at, "rVKRO"); /* of what its object is */
	if (!strncmp(name->at, "St", 2)) {
		name->at += 2;
		add(name, "std", 3, "");
	}
	while (*name->at != 'E') {
		bool structor = *name->at == 'C' || *name->at == 'D';

		if (!(structor ? take_structor(name) : take_identifier(name, false)))
			return false;
	}
	return name->count;
}

static bool is_hash(const struct part *part)
{
	return part->bytes == HASH_BYTES && *part->text == 'h' &&
	       strspn(part->text + 1, "0123456789abcdef") >= HASH_BYTES - 1;
}

/* --- Rust ------------------------------------------------------------------------------------------------------ */

/* "s_", "s1x_": which of several of that name. */
static void skip_disambiguator(struct name *name)
{
	const char *at = name->at;

	if (*at != 's')
		return;
	while (isalnum((unsigned char)*at))
		at++;
	if (*at == '_')
		name->at = at + 1;
}

static bool take_rust_identifier(struct name *name, char space)
{
	skip_disambiguator(name);
	if (*name->at == '0' && space == 'C') {
		name->at++;
		return add(name, "{closure}", 9, "");
	}
	return take_identifier(name, true);
}

/* "NvC5crate4main": nested spaces, the outermost crate innermost. */
static bool take_rust_path(struct name *name)
{
	char spaces[PARTS_MAX];
	size_t count = 0;

	name->at += *name->at == 'I'; /* of what it is generic comes behind it */
	while (*name->at == 'N' && name->at[1] && count < PARTS_MAX) {
		spaces[count++] = name->at[1];
		name->at += 2;
	}
	if (*name->at++ != 'C' || !take_rust_identifier(name, 't'))
		return false;
	while (count)
		if (!take_rust_identifier(name, spaces[--count]))
			return false;
	return true;
}

/* --------------------------------------------------------------------------------------------------------------- */

static bool take_name(struct name *name, const char *linker_name)
{
	name->at = linker_name + 2;
	if (!strncmp(linker_name, "_R", 2))
		return take_rust_path(name);
	if (strncmp(linker_name, "_Z", 2))
		return false;
	if (*name->at != 'N')
		return take_identifier(name, false);
	name->at++;
	if (!take_nested(name))
		return false;
	name->count -= name->count > 1 && is_hash(&name->parts[name->count - 1]);
	return true;
}

bool function_name(char to[FUNCTION_NAME_BYTES], const char *linker_name)
{
	struct name name = {0};
	size_t used = 0;

	if (!take_name(&name, linker_name))
		return false;
	for (size_t i = 0; i < name.count; i++) {
		const struct part *part = &name.parts[i];

		/* Rust's escapes ("$LT$") and what does not fit. */
		if (memchr(part->text, '$', part->bytes) || used + part->bytes + 4 > FUNCTION_NAME_BYTES)
			return false;
		used += (size_t)(stpcpy(stpcpy(to + used, i ? "::" : ""), part->before) - (to + used));
		memcpy(to + used, part->text, part->bytes);
		used += part->bytes;
		to[used] = '\0';
	}
	return true;
}
