// SPDX-License-Identifier: GPL-2.0-only
/* Lineage: who created whom, as a thread or as a process, and which clone flags made it so. Each
 * way of creating is explained once, below the tree, under the letter that the rows bear. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "userspace/decode/clone_flags.h"
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"
#include "userspace/view/call_words.h"
#include "userspace/view/lineage.h"
#include "userspace/view/view.h"
#include "userspace/view/words.h"

#define WAYS_MAX	 26 /* different sets of flags with a letter; a program with more is unheard of */
#define EXIT_SIGNAL_BITS 0xffull /* the low byte is a signal number, no flag */

static const struct table_column columns[] = {
    {.title = "THREAD", .least = 16},
    {.title = "TID", .right = true},
    {.title = "AS"},
    {.title = ""}, /* marks */
    {.title = "OF PID", .right = true, .spare = SPARE_RATHER}, /* as the process above */
    {.title = "CREATED BY", .least = 10, .spare = SPARE_RATHER}, /* as the lines of the first column do */
    {.title = "CREATED AT", .least = 16, .tail = true, .spare = SPARE_AT_LAST},
    {.title = "HOW"},
    {.title = "ENDED"},
};

struct drawing {
	const struct model *model;
	const struct text *text;
	struct table table;
	uint64_t ways[WAYS_MAX];
	size_t ways_count;
	struct marks marks;
	bool unknown[CREATED_UNKNOWN_COUNT]; /* places, for that reason */
	bool exec; /* a row bears that word */
};

/* The letter of a set of flags; '+' when the letters are used up. */
static char way_letter(struct drawing *drawing, uint64_t flags)
{
	size_t i;

	flags &= ~EXIT_SIGNAL_BITS;
	for (i = 0; i < drawing->ways_count; i++)
		if (drawing->ways[i] == flags)
			return 'a' + (char)i;
	if (i == WAYS_MAX)
		return '+';
	drawing->ways[drawing->ways_count++] = flags;
	return 'a' + (char)i;
}

/* It was another thread of its process when it called exec, and has had the leader's place and number since. */
static bool has_taken_over(const struct thread *thread)
{
	return thread->former_tid && thread == thread->process->leader;
}

static void put_name(struct drawing *drawing, const struct lineage_node *node)
{
	const struct thread *thread = node->thread;
	char prefix[LINEAGE_PREFIX_BYTES];
	struct name former;

	lineage_prefix(node, false, drawing->text, prefix);
	if (!has_taken_over(thread) || !*thread->former_name) {
		table_cell(&drawing->table, STYLE_PLAIN, "%s%s", prefix, thread_label(thread, drawing->text).text);
		return;
	}
	escape(former.text, sizeof(former.text), thread->former_name, drawing->text->utf8);
	table_cell(&drawing->table, STYLE_PLAIN, "%s%s, was %s", prefix, thread_label(thread, drawing->text).text,
		   former.text);
}

static void put_how(struct drawing *drawing, const struct thread *thread)
{
	if (has_taken_over(thread) && thread->born) {
		drawing->exec = true;
		table_cell(&drawing->table, STYLE_PLAIN, "%c, exec", way_letter(drawing, thread->clone_flags));
	} else if (!thread->born)
		table_cell(&drawing->table, STYLE_DIM, "there before");
	else
		table_cell(&drawing->table, STYLE_PLAIN, "%c",
			   way_letter(drawing, thread->clone_flags));
}

/* In a pid namespace of its own, a thread has another number inside than outside. */
static void put_tid(struct table *table, const struct thread *thread)
{
	if (has_taken_over(thread))
		table_cell(table, STYLE_DIM, "%" PRIu32 ", was %" PRIu32, thread->tid, thread->former_tid);
	else if (thread->ns_tid && thread->ns_tid != thread->tid)
		table_cell(table, STYLE_DIM, "%" PRIu32 " = %" PRIu32 " inside", thread->tid, thread->ns_tid);
	else
		table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
}

/* The first thread of its process, also when exec has given its place to another since. */
static bool is_process(const struct thread *thread)
{
	uint32_t first_tid = thread->former_tid ? thread->former_tid : thread->tid;

	return thread == thread->process->leader || (thread->end == END_EXEC && first_tid == thread->process->pid);
}

static void put_row(const struct lineage_node *node, void *context)
{
	const struct thread *thread = node->thread;
	struct drawing *drawing = context;
	struct table *table = &drawing->table;

	put_name(drawing, node);
	put_tid(table, thread);
	table_cell(table, STYLE_PLAIN, "%s", is_process(thread) ? "process" : "thread");
	marks_put(&drawing->marks, table, thread, false);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->process->pid);
	table_cell(table, STYLE_PLAIN, "%s", creator_label(thread, drawing->text).text);
	created_put(table, drawing->model, thread, drawing->text);
	drawing->unknown[thread->created_unknown] |= created_unknown(drawing->model, thread);
	put_how(drawing, thread);
	table_cell(table, end_style(thread), "%s", end_words(thread).text);
}

static void put_fold(const struct lineage_node *first, const struct lineage_node *end,
		     void *context)
{
	struct drawing *drawing = context;
	char prefix[LINEAGE_PREFIX_BYTES];
	size_t count = 0;

	for (const struct lineage_node *node = first; node != end; node = lineage_next(node, false))
		count++;
	table_cell(&drawing->table, STYLE_DIM, "%s%s %s more; -v shows each",
		   lineage_prefix(first, true, drawing->text, prefix),
		   text_glyph(drawing->text, GLYPH_MORE), units_count(count).text);
	for (size_t i = 1; i < sizeof(columns) / sizeof(*columns); i++)
		table_cell(&drawing->table, STYLE_PLAIN, "%s", "");
}

/* What a set of flags makes, in the words of the calls that people use. */
static const char *way_words(uint64_t flags)
{
	if (flags & CLONE_SHARE_THREAD)
		return "a thread, as pthread_create makes it";
	if ((flags & CLONE_SHARE_VFORK) && (flags & CLONE_SHARE_VM))
		return "a process, as vfork and posix_spawn make it: its creator waits until it "
		       "execs or ends";
	if (!(flags & CLONE_SHARE_ANY))
		return "a process, as fork makes it";
	return "an odd mix: a process of its own that shares like a thread";
}

/* Adds a word to a list in buffer. */
static void add_word(char *buffer, size_t size, const char *word, const char *between)
{
	size_t used = strlen(buffer);

	if (*word)
		snprintf(buffer + used, size - used, "%s%s", used ? between : "", word);
}

static void put_way(const struct text *text, char letter, uint64_t flags)
{
	char shared[256] = "", names[512] = "";

#define X(name, value, words)                                                                      \
	if (flags & (value)) {                                                                     \
		add_word(shared, sizeof(shared), words, ", ");                                     \
		add_word(names, sizeof(names), #name, " ");                                        \
	}
	CLONE_FLAGS(X)
#undef X
	text_paragraph(text, 3, "%c: %s. Shared: %s. Flags: %s.", letter, way_words(flags),
		       *shared ? shared : "nothing, all is copied", *names ? names : "none");
}

static void put_unknown(const struct drawing *drawing)
{
	for (int why = 0; why < CREATED_UNKNOWN_COUNT; why++)
		if (drawing->unknown[why])
			text_paragraph(drawing->text, 2, "?%s%s: %s.", why == CREATED_NOT_TOLD ? "" : " ",
				       created_unknown_word(why), created_unknown_sentence(why));
}

static int draw(const struct model *model, const struct text *text, bool verbose)
{
	struct drawing drawing = {.model = model, .text = text, .table = TABLE(columns)};
	const struct lineage_drawing rows = {.row = put_row, .fold = put_fold, .context = &drawing};
	struct lineage lineage;

	if (lineage_build(&lineage, model))
		return -ENOMEM;
	lineage_draw(&lineage, !verbose, &rows);
	table_print(&drawing.table, text);
	marks_explain(&drawing.marks, text);
	if (drawing.ways_count)
		text_put(text, STYLE_PLAIN, "\n");
	for (size_t i = 0; i < drawing.ways_count; i++)
		put_way(text, 'a' + (char)i, drawing.ways[i]);
	if (drawing.exec)
		text_paragraph(text, 3, "exec: a thread until it called exec, which ended the others and gave it the number "
					"of the first.");
	put_unknown(&drawing);
	text_put(text, STYLE_PLAIN, "\n");
	put_trust(model, text);
	lineage_free(&lineage);
	return 0;
}

const struct view view_tree = {.name = "tree", .draw = draw};
