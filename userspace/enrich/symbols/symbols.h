/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Addresses of a live process to functions, files and lines. Reads what the process has mapped: /proc/PID/maps, and
 * each ELF file through the mapping itself, so that deleted executables and other mount namespaces work; the vDSO from
 * the process's memory. The target is neither stopped nor changed.
 *
 * Everything read is taken for hostile: sizes are bounded, and lines and call frame information, which libdw reads, are
 * read in child processes without privilege, so that a file that breaks it costs its lines and its calls and nothing else.
 *
 *	struct symbols *symbols = symbols_open(pid);
 *	struct symbol symbol;
 *
 *	symbols_find(symbols, address, &symbol);
 *	symbols_line(symbols, address, &symbol);
 *	symbols_close(symbols);
 */
#ifndef THRACE_ENRICH_SYMBOLS_H
#define THRACE_ENRICH_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct symbols;
struct space;

/* Every text is raw bytes and lives until symbols_close(); NULL: not known. */
struct symbol {
	const char *module; /* the file's path as the process mapped it, "[vdso]"; NULL: no file is mapped there */
	uint64_t module_offset; /* into the file; without a module the address itself */
	const char *function; /* as the linker knows it, not demangled */
	uint64_t offset; /* into the function */
	const char *file; /* of the source, as its compiler was told */
	uint32_t line; /* 0: not known */
};

/*
 * NULL with errno set: ESRCH no such process (or it has no memory: a zombie, a thread of the kernel), EACCES not
 * permitted, ENOEXEC a 32-bit program, ENOMEM. Files are opened when an address first falls into them.
 */
struct symbols *symbols_open(uint32_t pid);
void symbols_close(struct symbols *symbols);

/*
 * For many processes one after the other: what was read of a file that several have mapped is read once. symbols_new()
 * is of no process yet; NULL: out of memory. symbols_turn() turns to one: 0, or -errno as symbols_open() has them, then
 * nothing is found until the next turn. Texts live until symbols_close() all the same.
 */
struct symbols *symbols_new(void);
int symbols_turn(struct symbols *symbols, uint32_t pid);

/*
 * Looks into a space that the caller keeps (symbols/space.h) until another look (NULL: away), a turn or the end. Modules that were
 * opened are had for it as well, so that many processes can be looked into by turns, and some after their end.
 */
void symbols_look(struct symbols *symbols, struct space *space);
/* Files that are open: who looks into processes without end begins anew when they have become many. */
size_t symbols_modules(const struct symbols *symbols);

/*
 * Fills *symbol with what is known of the instruction at address, lines left out. For the address that a call returns
 * to, ask for address - 1: the call's last byte. Mappings that came after symbols_open() are found: the maps are read
 * again when an address is in none, but not more often than every 100 ms.
 */
void symbols_find(struct symbols *symbols, uint64_t address, struct symbol *symbol);

/* Adds file and line, where the ELF, or the one below /usr/lib/debug with its build id, tells them. The first line of
 * a module may take long: a program's debug information is large. */
void symbols_line(struct symbols *symbols, uint64_t address, struct symbol *symbol);
/* The same for those who cannot wait long. Returns 0, -ENOENT: not known; -EAGAIN: not yet, ask again. */
int symbols_line_within(struct symbols *symbols, uint64_t address, int wait_ms, struct symbol *symbol);
/* Nothing is to be asked for now: children that have been idle for a second are let go. */
void symbols_rest(struct symbols *symbols);

#endif
