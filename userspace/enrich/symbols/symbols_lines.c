// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/symbols_lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/util/confined.h"

#define UNITS_MAX 1000000

struct answer {
	uint32_t line; /* 0: not known */
	char file[LINES_FILE_BYTES];
};

/* --- the child -------------------------------------------------------------------------------------------- */

struct unit_range { /* a part of a compilation unit's code */
	Dwarf_Addr begin, end;
	Dwarf_Off die;
};

struct units {
	Dwarf *dwarf;
	struct unit_range *ranges;
	size_t count, room;
};

static bool add_range(struct units *units, Dwarf_Addr begin, Dwarf_Addr end, Dwarf_Off die)
{
	if (units->count == units->room) {
		size_t room = units->room ? 2 * units->room : 64;
		struct unit_range *ranges = realloc(units->ranges, room * sizeof(*ranges));

		if (!ranges)
			return false;
		units->ranges = ranges;
		units->room = room;
	}
	units->ranges[units->count++] = (struct unit_range){begin, end, die};
	return units->count < UNITS_MAX;
}

static int compare(const void *one, const void *other)
{
	const struct unit_range *a = one, *b = other;

	return (a->begin > b->begin) - (a->begin < b->begin);
}

/* Not all compilers leave an index of addresses (.debug_aranges): the units themselves tell. */
static void index_units(struct units *units)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	uint8_t kind;

	while (!dwarf_get_units(units->dwarf, unit, &unit, NULL, &kind, &die, NULL)) {
		Dwarf_Addr base, begin, end;
		ptrdiff_t offset = 0;

		if (kind != DW_UT_compile && kind != DW_UT_skeleton)
			continue;
		while ((offset = dwarf_ranges(&die, offset, &base, &begin, &end)) > 0)
			if (!add_range(units, begin, end, dwarf_dieoffset(&die)))
				return;
	}
	qsort(units->ranges, units->count, sizeof(*units->ranges), compare);
}

static bool find_unit(const struct units *units, uint64_t address, Dwarf_Die *die)
{
	size_t low = 0, high = units->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (units->ranges[middle].begin <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < units->ranges[low - 1].end &&
	       dwarf_offdie(units->dwarf, units->ranges[low - 1].die, die);
}

/* Of the instruction, in whatever function its code was written. */
static const char *instruction_line(Dwarf_Die *unit, uint64_t address, int *number)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;

	return file && !dwarf_lineno(line, number) ? file : NULL;
}

/*
 * Of the function that bears the instruction, by the name that the linker knows: where code of others stands in its place
 * (inlined), the line from where it calls that. NULL: nothing is inlined there.
 */
static const char *caller_line(Dwarf_Die *unit, uint64_t address, int *number)
{
	Dwarf_Die *innermost = NULL, *scopes = NULL;
	const char *file = NULL;
	int count = 0, outermost = -1;
	Dwarf_Attribute attribute;
	Dwarf_Word index, line;
	Dwarf_Files *files;

	/* Outwards from the innermost: as the code stands, not as it was written. */
	if (dwarf_getscopes(unit, address, &innermost) > 0)
		count = dwarf_getscopes_die(innermost, &scopes);
	for (int i = 0; i < count && dwarf_tag(&scopes[i]) != DW_TAG_subprogram; i++)
		if (dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine)
			outermost = i;
	if (outermost >= 0 && !dwarf_formudata(dwarf_attr(&scopes[outermost], DW_AT_call_line, &attribute), &line) &&
	    !dwarf_formudata(dwarf_attr(&scopes[outermost], DW_AT_call_file, &attribute), &index) &&
	    !dwarf_getsrcfiles(unit, &files, NULL)) {
		file = dwarf_filesrc(files, index, NULL, NULL);
		*number = (int)line;
	}
	free(innermost);
	free(scopes);
	return file;
}

static void answer_one(const struct units *units, uint64_t address, struct answer *answer)
{
	const char *file;
	Dwarf_Die die;
	size_t length;
	int number;

	memset(answer, 0, sizeof(*answer));
	if (!find_unit(units, address, &die))
		return;
	file = caller_line(&die, address, &number);
	if (!file)
		file = instruction_line(&die, address, &number);
	if (!file || number <= 0)
		return;
	length = strlen(file);
	if (length >= sizeof(answer->file))
		file += length - (sizeof(answer->file) - 1);
	strcpy(answer->file, file);
	answer->line = (uint32_t)number;
}

static void serve(void)
{
	struct units units = {0};
	struct answer answer;
	uint64_t address;

	units.dwarf = dwarf_begin(1, DWARF_C_READ);
	if (units.dwarf)
		index_units(&units);
	while (confined_question(&address)) {
		answer_one(&units, address, &answer);
		if (!confined_answer(&answer, sizeof(answer)))
			break;
	}
}

/* --- the parent ------------------------------------------------------------------------------------------- */

static const struct confined_kind reader = {
	.serve = serve,
	.opens_files = true, /* debug information goes on in files beside */
	.most = 8,
	.data_bytes = 2ull << 30,
	.answer_ms = LINES_ANSWER_MS,
	.start_ns = 20000000000, /* debug information is large */
};

struct lines {
	struct confined child;
};

struct lines *lines_open(struct confined_pool *pool, int fd)
{
	struct lines *lines = calloc(1, sizeof(*lines));

	if (lines)
		confined_open(&lines->child, &reader, pool, fd);
	return lines;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	confined_close(&lines->child);
	free(lines);
}

int lines_find(struct lines *lines, uint64_t address, int wait_ms, char *file, uint32_t *line)
{
	struct answer answer;
	ssize_t bytes = confined_ask(&lines->child, address, wait_ms, &answer, sizeof(answer));

	if (bytes < 0)
		return (int)bytes;
	if (bytes != sizeof(answer) || !answer.line)
		return -ENOENT;
	answer.file[sizeof(answer.file) - 1] = '\0';
	memcpy(file, answer.file, sizeof(answer.file));
	*line = answer.line;
	return 0;
}
