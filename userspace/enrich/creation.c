// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/creation.h"
#include "userspace/util/function_name.h"

#include <errno.h>
#include <string.h>

/*
 * The machinery. A call belongs to it when its module is one of these libraries, or when its function is one of these:
 * they stand in the program itself where it is linked statically, or where a template was made. What a library calls
 * back is the program's own again, and what calls main() is not.
 */
static const char *const libraries[] = {
	"libc.so.", "libc-2.", "libpthread", "ld-linux", "ld-musl", "libthrace.so", "libstdc++.so", "libc++.so",
	"libasan.so", "libtsan.so", /* they stand between a program and its calls */
};

static const char *const functions[] = {
	"_start", "start_thread", "clone", "clone3", "create_thread", "pthread_create", "__pthread_create_2_1", "thrd_create",
	"fork", "_Fork", "__fork", "__libc_fork", "arch_fork", "vfork", "__vfork", "__libc_vfork",
	"posix_spawn", "posix_spawnp", "__posix_spawn", "__posix_spawnp", "__spawni", "__spawnix",
	"system", "__libc_system", "do_system", "popen", "_IO_proc_open", "_IO_new_proc_open", "_IO_new_popen",
	"__interceptor_pthread_create", "___interceptor_pthread_create",
};

static const char *const beginnings[] = {
	"thr_", "__clone", "__libc_start", /* libthrace, libc */
	"_ZNSt", "_ZNKSt", "_ZSt", "_ZN9__gnu_cxx", /* C++: namespace std */
	"_ZN3std", "_ZN4core", "_ZN5alloc", /* Rust's own crates */
};

static const char *const crates[] = {"3std", "4core", "5alloc"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool begins(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(text, list[i], strlen(list[i])))
			return true;
	return false;
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(text, list[i]))
			return true;
	return false;
}

/* Rust's newer names, "_R" and a path that begins with its crate, "Cs", a hash, "_", the name. */
static bool is_rusts_own(const char *function)
{
	const char *crate = !strncmp(function, "_R", 2) ? strstr(function, "Cs") : NULL;

	crate = crate ? strchr(crate, '_') : NULL;
	return crate && begins(crate + 1, crates, COUNT(crates));
}

static bool is_machinery(const struct symbol *symbol)
{
	const char *slash = symbol->module ? strrchr(symbol->module, '/') : NULL;

	if (slash && begins(slash + 1, libraries, COUNT(libraries)))
		return true;
	return symbol->function && (is_one_of(symbol->function, functions, COUNT(functions)) ||
				    begins(symbol->function, beginnings, COUNT(beginnings)) ||
				    is_rusts_own(symbol->function));
}

static void put_text(char to[ABI_TEXT_BYTES], const char *from)
{
	if (from)
		memcpy(to, from, strnlen(from, ABI_TEXT_BYTES));
}

static void add(struct creation *creation, const struct frame *frame, const struct symbol *symbol)
{
	struct ev_place_frame *to = &creation->frames[creation->count];

	creation->calls[creation->count++] = frame->call;
	*to = (struct ev_place_frame){.index = (uint32_t)creation->count - 1};
	to->offset = (symbol->function ? symbol->offset : symbol->module_offset) + (frame->address - frame->call);
	function_name_fit(to->function, sizeof(to->function), symbol->function);
	put_text(to->module, symbol->module);
}

int creation_find(struct symbols *symbols, const struct stack *stack, struct creation *creation)
{
	struct symbol symbol;

	creation->count = 0;
	for (size_t i = 0; i < stack->count && creation->count < ABI_PLACE_FRAMES; i++) {
		const struct frame *frame = &stack->frames[i];

		if (frame->flags & FRAME_F_POINTER)
			break; /* likely is not enough here */
		symbols_find(symbols, frame->call, &symbol);
		if (!is_machinery(&symbol))
			add(creation, frame, &symbol);
	}
	return creation->count ? 0 : -ENODATA;
}

int creation_find_lines(struct symbols *symbols, struct creation *creation, int wait_ms)
{
	int result = 0;

	for (size_t i = 0; i < creation->count; i++) {
		struct ev_place_frame *frame = &creation->frames[i];
		struct symbol symbol = {0};

		if (frame->line)
			continue;
		if (symbols_line_within(symbols, creation->calls[i], wait_ms, &symbol) == -EAGAIN) {
			result = -EAGAIN;
			wait_ms = 0; /* the time is used up */
		}
		frame->line = symbol.line;
		put_text(frame->file, symbol.file);
	}
	return result;
}
