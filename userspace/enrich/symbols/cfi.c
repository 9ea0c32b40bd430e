// SPDX-License-Identifier: GPL-2.0-only
/* Asks the child for the rows of a file, and keeps them: the same few functions are in thousands of stacks. */
#include "userspace/enrich/symbols/cfi.h"
#include "userspace/enrich/symbols/cfi_row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/util/clock.h"
#include "userspace/util/confined.h"

#define ROWS_MAX 2048 /* of one file; with more, all are asked for again */

static const struct confined_kind reader = {
	.serve = cfi_serve,
	.most = 8,
	/* It maps the file, and remembers where the entries are that it met. */
	.data_bytes = 64u << 20,
	.answer_ms = 2000,
	/* Before it is noticed that a file means harm. To find the last of libLLVM's 98,000 functions without a table takes
	 * 25 ms, an answer 10 us. */
	.cpu_ns = 50000000,
	.start_ns = 5000000,
	.each_ns = 50000,
};

struct cfi {
	struct confined child;
	struct cfi_row **rows; /* by address */
	size_t count, room;
};

struct cfi *cfi_open(struct confined_pool *pool, int fd)
{
	struct cfi *cfi = calloc(1, sizeof(*cfi));

	if (cfi)
		confined_open(&cfi->child, &reader, pool, fd);
	return cfi;
}

static void forget_rows(struct cfi *cfi)
{
	while (cfi->count)
		free(cfi->rows[--cfi->count]);
}

void cfi_close(struct cfi *cfi)
{
	if (!cfi)
		return;
	confined_close(&cfi->child);
	forget_rows(cfi);
	free(cfi->rows);
	free(cfi);
}

void cfi_rest(struct cfi *cfi)
{
	if (cfi)
		confined_rest(&cfi->child);
}

/* How many begin at the address or before. */
static size_t count_before(const struct cfi *cfi, uint64_t address)
{
	size_t low = 0, high = cfi->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cfi->rows[middle]->begin <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct cfi_row *find_row(const struct cfi *cfi, uint64_t address)
{
	size_t before = count_before(cfi, address);

	return before && address < cfi->rows[before - 1]->end ? cfi->rows[before - 1] : NULL;
}

static int make_room(struct cfi *cfi)
{
	size_t room = cfi->room ? 2 * cfi->room : 64;
	struct cfi_row **rows;

	if (cfi->count == ROWS_MAX)
		forget_rows(cfi);
	if (cfi->count < cfi->room)
		return 0;
	rows = realloc(cfi->rows, room * sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	cfi->rows = rows;
	cfi->room = room;
	return 0;
}

static int keep_row(struct cfi *cfi, const struct cfi_row *row, size_t bytes, const struct cfi_row **kept)
{
	struct cfi_row *copy = make_room(cfi) ? NULL : malloc(bytes);
	size_t at;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, row, bytes);
	at = count_before(cfi, row->begin);
	memmove(cfi->rows + at + 1, cfi->rows + at, (cfi->count - at) * sizeof(struct cfi_row *));
	cfi->rows[at] = copy;
	cfi->count++;
	*kept = copy;
	return 0;
}

static int ms_until(uint64_t end_ns)
{
	uint64_t now = clock_now_ns();

	return now < end_ns ? (int)((end_ns - now) / 1000000) + 1 : 0;
}

static int ask_row(struct cfi *cfi, uint64_t address, uint64_t until_ns, const struct cfi_row **row)
{
	union {
		struct cfi_row row;
		char bytes[CFI_ROW_BYTES];
	} answer;
	ssize_t bytes = confined_ask(&cfi->child, address, ms_until(until_ns), &answer, sizeof(answer));

	if (bytes < 0)
		return (int)bytes;
	return cfi_row_good(&answer.row, (size_t)bytes, address) ? keep_row(cfi, &answer.row, (size_t)bytes, row)
								 : -EBADMSG;
}

int cfi_unwind(struct cfi *cfi, uint64_t pc, struct cfi_registers *registers, struct cfi_step *step)
{
	const struct cfi_row *row = find_row(cfi, pc);
	int error = row ? 0 : ask_row(cfi, pc, step->until_ns, &row);

	if (error)
		return error;
	return row->known ? cfi_row_apply(row, registers, step) : -ENOENT;
}
