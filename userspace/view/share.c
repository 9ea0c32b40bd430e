// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is shared, as a matrix: a row for each kind of kernel object, a column for each thread, and the same number where
 * it is the same object. Threads of one process that have all the same are drawn as one column when all do not fit.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/units.h"
#include "userspace/view/share_private.h"
#include "userspace/view/view.h"

#define LABEL_WIDTH  24 /* of the rows' names */
#define COLUMN_WIDTH 12
#define COLUMN_LEAST 8 /* on a narrow page: beside each other they tell more than whole names do */
#define NARROW	     72
#define BLOCKS_TOLD  2 /* without -v */
#define CIRCLED_MAX  20

static const char *const row_words[SHARE_COUNT] = {
#define X(number, token, words) [number] = words,
    SHARE_RESOURCES(X)
#undef X
};

struct column { /* one thread, or several of a process that have all the same */
	const struct thread *thread;
	size_t count;
};

struct matrix {
	const struct text *text;
	bool verbose;
	struct column *columns;
	size_t count, column_width;
	size_t first, end; /* of the block at hand */
};

const struct thread *share_first(const struct process *process)
{
	thread_for_each (process, thread)
		if (thread->anatomy.share)
			return thread;
	return NULL;
}

/* --- columns ------------------------------------------------------------------------------------------------ */

static bool alike(const struct thread *one, const struct thread *other)
{
	return one->process == other->process &&
	       !memcmp(one->anatomy.share->id, other->anatomy.share->id, sizeof(one->anatomy.share->id));
}

static struct column *column_of(struct matrix *matrix, const struct thread *thread, size_t from)
{
	for (size_t i = from; i < matrix->count; i++)
		if (alike(matrix->columns[i].thread, thread))
			return &matrix->columns[i];
	return NULL;
}

static int gather(struct matrix *matrix, const struct model *model, bool fold)
{
	if (!matrix->columns)
		matrix->columns = calloc(model->threads_count + 1, sizeof(*matrix->columns));
	if (!matrix->columns)
		return -ENOMEM;
	matrix->count = 0;
	process_for_each (model, process) {
		size_t from = matrix->count;

		thread_for_each (process, thread) {
			struct column *same = fold && thread->anatomy.share ? column_of(matrix, thread, from) : NULL;

			if (same)
				same->count++;
			else if (thread->anatomy.share)
				matrix->columns[matrix->count++] = (struct column){thread, 1};
		}
	}
	return 0;
}

/* --- cells -------------------------------------------------------------------------------------------------- */

static uint32_t id_at(const struct matrix *matrix, size_t column, size_t row)
{
	return matrix->columns[column].thread->anatomy.share->id[row];
}

static bool new_process(const struct matrix *matrix, size_t column)
{
	return column == matrix->first ||
	       matrix->columns[column].thread->process != matrix->columns[column - 1].thread->process;
}

static void put_label(const struct matrix *matrix, enum style style, const char *words)
{
	text_put(matrix->text, style, "%s", words);
	text_put(matrix->text, STYLE_PLAIN, "%*s", (int)(LABEL_WIDTH - display_width(words)), "");
}

/* Words over the columns from one to before another, two blanks between them and the next; too many words are cut. */
static void put_over(const struct matrix *matrix, enum style style, const char *words, size_t column, size_t end)
{
	const size_t width = (end - column) * matrix->column_width, room = width - 2;
	const char *more = display_width(words) > room ? text_glyph(matrix->text, GLYPH_MORE) : "";
	size_t bytes = *more ? display_cut(words, room - display_width(more)) : strlen(words);

	text_put(matrix->text, style, "%.*s%s", (int)bytes, words, more);
	if (end < matrix->end)
		text_put(matrix->text, STYLE_PLAIN, "%*s", (int)(width - (*more ? room : display_width(words))), "");
}

static size_t id_words(const struct matrix *matrix, uint32_t id, char *words, size_t size)
{
	if (id == SHARE_UNKNOWN || id == SHARE_NONE) {
		snprintf(words, size, id == SHARE_NONE ? "-" : "?");
		return 1;
	}
	if (matrix->text->utf8 && id <= CIRCLED_MAX) {
		/* U+2460 and on: the numbers in circles */
		snprintf(words, size, "\xe2\x91%c", (char)(0xa0 + id - 1));
		return 1;
	}
	return (size_t)snprintf(words, size, "(%" PRIu32 ")", id);
}

/* A number, and a line on to the next column when that is of the same process and has the same. */
static void put_id(const struct matrix *matrix, size_t column, size_t row)
{
	uint32_t id = id_at(matrix, column, row);
	char words[16];
	size_t width = id_words(matrix, id, words, sizeof(words));
	bool line = column + 1 < matrix->end && !new_process(matrix, column + 1) &&
		    id == id_at(matrix, column + 1, row) && id != SHARE_UNKNOWN && id != SHARE_NONE;

	text_put(matrix->text, id == SHARE_UNKNOWN ? STYLE_READY : STYLE_STRONG, "%s", words);
	if (column + 1 == matrix->end)
		return;
	text_put(matrix->text, STYLE_PLAIN, " ");
	for (size_t i = width + 1; i < matrix->column_width; i++)
		text_put(matrix->text, STYLE_DIM, "%s",
			 !line || i + 1 == matrix->column_width ? " " : matrix->text->utf8 ? "─" : "-");
}

static void end_line(const struct matrix *matrix)
{
	text_put(matrix->text, STYLE_PLAIN, "\n");
}

static void put_row(const struct matrix *matrix, const char *label, size_t row)
{
	put_label(matrix, STYLE_PLAIN, label);
	for (size_t i = matrix->first; i < matrix->end; i++)
		put_id(matrix, i, row);
	end_line(matrix);
}

static void put_own_row(const struct matrix *matrix, const char *label)
{
	put_label(matrix, STYLE_PLAIN, label);
	for (size_t i = matrix->first; i < matrix->end; i++)
		put_over(matrix, STYLE_DIM, "own", i, i + 1);
	end_line(matrix);
}

/* --- heads -------------------------------------------------------------------------------------------------- */

/* Process names over their columns, as wide as these are. */
static void put_processes(const struct matrix *matrix)
{
	char words[32];

	put_label(matrix, STYLE_PLAIN, "");
	for (size_t i = matrix->first, next; i < matrix->end; i = next) {
		const struct process *process = matrix->columns[i].thread->process;

		for (next = i + 1; next < matrix->end && !new_process(matrix, next); next++)
			;
		put_over(matrix, STYLE_STRONG, process_label(process, matrix->text).text, i, next);
	}
	end_line(matrix);
	put_label(matrix, STYLE_DIM, "process");
	for (size_t i = matrix->first, next; i < matrix->end; i = next) {
		for (next = i + 1; next < matrix->end && !new_process(matrix, next); next++)
			;
		snprintf(words, sizeof(words), "%" PRIu32, matrix->columns[i].thread->process->pid);
		put_over(matrix, STYLE_DIM, words, i, next);
	}
	end_line(matrix);
}

static void put_threads(const struct matrix *matrix)
{
	char words[32];

	put_label(matrix, STYLE_DIM, "thread");
	for (size_t i = matrix->first; i < matrix->end; i++)
		put_over(matrix, STYLE_STRONG, thread_label(matrix->columns[i].thread, matrix->text).text, i, i + 1);
	end_line(matrix);
	put_label(matrix, STYLE_PLAIN, "");
	for (size_t i = matrix->first; i < matrix->end; i++) {
		const struct column *column = &matrix->columns[i];

		snprintf(words, sizeof(words), "%" PRIu32, column->thread->tid);
		if (column->count > 1)
			snprintf(words, sizeof(words), matrix->column_width == COLUMN_WIDTH && column->count <= 1000 ? "+%s alike" : "+%s",
				 units_count(column->count - 1).text);
		put_over(matrix, STYLE_DIM, words, i, i + 1);
	}
	end_line(matrix);
}

/* --- rows --------------------------------------------------------------------------------------------------- */

/* Do two rows say the same of every column? */
static bool same_rows(const struct matrix *matrix, size_t one, size_t other)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (id_at(matrix, i, one) != id_at(matrix, i, other))
			return false;
	return true;
}

static bool says_nothing(const struct matrix *matrix, size_t row)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (id_at(matrix, i, row) != SHARE_NONE)
			return false;
	return true;
}

static size_t count_same(const struct matrix *matrix, size_t row)
{
	size_t same = 0;

	for (size_t other = SHARE_ns_mnt; other < SHARE_COUNT; other++)
		same += same_rows(matrix, row, other);
	return same;
}

/* The namespaces that say the same stand in one row: as many of them as do. */
static void put_namespaces(const struct matrix *matrix)
{
	char label[LABEL_WIDTH];
	size_t common = SHARE_ns_mnt, same;

	for (size_t row = SHARE_ns_mnt; row < SHARE_COUNT; row++)
		if (count_same(matrix, row) > count_same(matrix, common))
			common = row;
	same = count_same(matrix, common);
	for (size_t row = SHARE_ns_mnt; row < SHARE_COUNT; row++)
		if (matrix->verbose || same == 1 || !same_rows(matrix, common, row))
			put_row(matrix, row_words[row], row);
	if (matrix->verbose || same == 1)
		return;
	snprintf(label, sizeof(label), "%s %zu namespaces", same == SHARE_COUNT - SHARE_ns_mnt ? "all" : "other", same);
	put_row(matrix, label, common);
}

static void put_block(const struct matrix *matrix)
{
	put_processes(matrix);
	put_threads(matrix);
	for (size_t row = 0; row < SHARE_ns_mnt; row++)
		if (matrix->verbose || !says_nothing(matrix, row))
			put_row(matrix, row_words[row], row);
	put_namespaces(matrix);
	put_own_row(matrix, "stack");
	put_own_row(matrix, "registers, TLS, name");
}

static size_t columns_beside(const struct matrix *matrix)
{
	size_t width = matrix->text->width;

	return width > LABEL_WIDTH + matrix->column_width ? (width - LABEL_WIDTH) / matrix->column_width : 1;
}

static void put_blocks(struct matrix *matrix)
{
	size_t most = columns_beside(matrix);
	size_t told = matrix->verbose || matrix->count < BLOCKS_TOLD * most ? matrix->count : BLOCKS_TOLD * most;

	for (matrix->first = 0; matrix->first < told; matrix->first = matrix->end) {
		matrix->end = matrix->first + most < told ? matrix->first + most : told;
		end_line(matrix);
		put_block(matrix);
	}
	if (told < matrix->count)
		text_paragraph(matrix->text, 2, "%s and %s columns more; -v draws each.",
			       text_glyph(matrix->text, GLYPH_MORE), units_count(matrix->count - told).text);
}

/* --- the page ----------------------------------------------------------------------------------------------- */

/* How many different objects of a kind. */
static size_t count_different(const struct matrix *matrix, size_t row)
{
	size_t different = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		bool before = id_at(matrix, i, row) == SHARE_UNKNOWN || id_at(matrix, i, row) == SHARE_NONE;

		for (size_t j = 0; j < i && !before; j++)
			before = id_at(matrix, j, row) == id_at(matrix, i, row);
		different += !before;
	}
	return different;
}

static void put_headline(const struct matrix *matrix)
{
	size_t processes = 0, threads = 0, spaces = count_different(matrix, SHARE_address_space);

	for (size_t i = 0; i < matrix->count; i++) {
		processes += !i || matrix->columns[i].thread->process != matrix->columns[i - 1].thread->process;
		threads += matrix->columns[i].count;
	}
	text_paragraph(matrix->text, 0, "%s process%s, %s thread%s, %s address space%s. The same number in a row is the "
					"same object.",
		       units_count(processes).text, processes == 1 ? "" : "es", units_count(threads).text,
		       threads == 1 ? "" : "s", units_count(spaces).text, spaces == 1 ? "" : "s");
}

/* Names may be cut, numbers not. */
static size_t narrow_width(const struct model *model)
{
	size_t width = COLUMN_LEAST;

	process_for_each(model, process)
		thread_for_each(process, thread) {
			size_t digits = (size_t)snprintf(NULL, 0, "%" PRIu32, thread->tid);

			if (width < digits + 2)
				width = digits + 2;
		}
	return width;
}

static int draw(const struct model *model, const struct text *text, bool verbose)
{
	struct matrix matrix = {.text = text, .verbose = verbose};
	int error;

	matrix.column_width = text->width < NARROW ? narrow_width(model) : COLUMN_WIDTH;
	error = gather(&matrix, model, false);
	if (!error && !verbose && matrix.count > columns_beside(&matrix))
		error = gather(&matrix, model, true);
	if (error)
		return error;
	if (matrix.count) {
		put_headline(&matrix);
		put_blocks(&matrix);
		text_put(text, STYLE_PLAIN, "\n");
		put_share_notes(model, text, verbose);
		text_paragraph(text, 2, "Threads of one process are provinces of one kingdom; another process is a "
					"kingdom of its own.");
		put_share_own(model, text, verbose);
		text_put(text, STYLE_PLAIN, "\n");
	} else {
		text_put(text, STYLE_READY, "Nobody looked at what is shared.\n");
	}
	put_trust(model, text);
	free(matrix.columns);
	return 0;
}

const struct view view_share = {.name = "share", .draw = draw};
