// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/line_table.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>

#define UNITS_MAX 1000000
#define NESTED_MAX 64 /* namespaces and blocks, one in the other */

struct unit_range { /* a part of a compilation unit's code */
	Dwarf_Addr begin, end;
	Dwarf_Off die;
};

static bool add_range(struct line_table *table, Dwarf_Addr begin, Dwarf_Addr end, Dwarf_Off die)
{
	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 64;
		struct unit_range *ranges = realloc(table->ranges, room * sizeof(*ranges));

		if (!ranges)
			return false;
		table->ranges = ranges;
		table->room = room;
	}
	table->ranges[table->count++] = (struct unit_range){begin, end, die};
	return table->count < UNITS_MAX;
}

static int compare(const void *one, const void *other)
{
	const struct unit_range *a = one, *b = other;

	return (a->begin > b->begin) - (a->begin < b->begin);
}

/* Not all compilers leave an index of addresses (.debug_aranges): the units themselves tell. */
static void index_units(struct line_table *table)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	uint8_t kind;

	while (!dwarf_get_units(table->dwarf, unit, &unit, NULL, &kind, &die, NULL)) {
		Dwarf_Addr base, begin, end;
		ptrdiff_t offset = 0;

		if (kind != DW_UT_compile && kind != DW_UT_skeleton)
			continue;
		while ((offset = dwarf_ranges(&die, offset, &base, &begin, &end)) > 0)
			if (!add_range(table, begin, end, dwarf_dieoffset(&die)))
				return;
	}
	qsort(table->ranges, table->count, sizeof(*table->ranges), compare);
}

static bool find_unit(const struct line_table *table, uint64_t address, Dwarf_Die *die)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->ranges[middle].begin <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < table->ranges[low - 1].end &&
	       dwarf_offdie(table->dwarf, table->ranges[low - 1].die, die);
}

/* Of the instruction, in whatever function its code was written. */
static const char *instruction_line(Dwarf_Die *unit, uint64_t address, int *number)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;

	return file && !dwarf_lineno(line, number) ? file : NULL;
}

static bool has_code(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
	       tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
}

/*
 * The outermost call in the function that bears the instruction whose code stands there itself. clang and rustc write a
 * function into the namespace that it was declared in, where dwarf_getscopes() finds none.
 */
static bool find_inlined(Dwarf_Die *holder, uint64_t address, unsigned int depth, Dwarf_Die *call)
{
	Dwarf_Die die;

	if (!depth || dwarf_child(holder, &die))
		return false;
	do {
		const int tag = dwarf_tag(&die);
		const bool covers = has_code(tag) && dwarf_haspc(&die, address) > 0;

		if (covers && tag == DW_TAG_inlined_subroutine) {
			*call = die;
			return true;
		}
		if ((covers || tag == DW_TAG_namespace) && find_inlined(&die, address, depth - 1, call))
			return true;
		if (covers)
			return false; /* it stands in nothing else */
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

/*
 * Of the function that bears the instruction, by the name that the linker knows: where code of others stands in its place
 * (inlined), the line from where it calls that. NULL: nothing is inlined there.
 */
static const char *caller_line(Dwarf_Die *unit, uint64_t address, int *number)
{
	Dwarf_Attribute attribute;
	Dwarf_Word index, line;
	Dwarf_Files *files;
	Dwarf_Die call;

	if (!find_inlined(unit, address, NESTED_MAX, &call) ||
	    dwarf_formudata(dwarf_attr(&call, DW_AT_call_line, &attribute), &line) ||
	    dwarf_formudata(dwarf_attr(&call, DW_AT_call_file, &attribute), &index) ||
	    dwarf_getsrcfiles(unit, &files, NULL))
		return NULL;
	*number = (int)line;
	return dwarf_filesrc(files, index, NULL, NULL);
}

void line_table_open(struct line_table *table, int fd)
{
	*table = (struct line_table){.dwarf = dwarf_begin(fd, DWARF_C_READ)};
	if (table->dwarf)
		index_units(table);
}

const char *line_table_find(const struct line_table *table, uint64_t address, uint32_t *line)
{
	const char *file;
	Dwarf_Die unit;
	int number;

	if (!find_unit(table, address, &unit))
		return NULL;
	file = caller_line(&unit, address, &number);
	if (!file)
		file = instruction_line(&unit, address, &number);
	if (!file || number <= 0)
		return NULL;
	*line = (uint32_t)number;
	return file;
}
