/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Addresses of one ELF file to files and lines: the only home of libdw. What it reads is a stranger's, and it may break over
 * it: only to be asked in a child process that has nothing to lose (symbols_lines.h), and gone with it.
 */
#ifndef THRACE_ENRICH_LINE_TABLE_H
#define THRACE_ENRICH_LINE_TABLE_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

struct line_table {
	Dwarf *dwarf; /* NULL: it tells nothing */
	struct unit_range *ranges; /* by address */
	size_t count, room;
};

void line_table_open(struct line_table *table, int fd);
/* The line of an instruction, as a debugger has it: of the function that bears it. NULL: not known. */
const char *line_table_find(const struct line_table *table, uint64_t address, uint32_t *line);

#endif
