// SPDX-License-Identifier: GPL-2.0-only
/* The summary of an observation: lineage, times, what each was blocked in, how it ended. The answer
 * first. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"
#include "userspace/view/call_words.h"
#include "userspace/view/lineage.h"
#include "userspace/view/view.h"
#include "userspace/view/words.h"

#define PROCESSES_TOLD 3 /* with a line of their own */

#define LIFE_COLUMN 5

static const struct table_column columns[] = {
    {.title = "THREAD", .least = 16},
    {.title = "TID", .right = true},
    {.title = ""}, /* marks, explained below the table */
    {.title = "CREATED BY", .least = 8, .spare = SPARE_RATHER}, /* as the lines of the first column do */
    {.title = "CREATED AT", .least = 16, .tail = true, .spare = SPARE_AT_LAST}, /* with -v */
    [LIFE_COLUMN] = {.title = "LIFE", .right = true, .spare = SPARE_AT_LAST},
    {.title = "RUNNING", .right = true},
    {.title = "READY", .right = true},
    {.title = "BLOCKED", .right = true},
    {.title = "MOSTLY BLOCKED IN", .least = 12},
    {.title = "FOR", .right = true, .spare = SPARE_AT_LAST},
    {.title = "ENDED"},
};

struct drawing {
	const struct model *model;
	const struct text *text;
	bool verbose;
	struct table_column columns[sizeof(columns) / sizeof(*columns)];
	struct table table;
	struct marks marks;
};

/* Waits of one kind, whoever they were on. */
struct kind_total {
	enum wait_kind kind;
	const struct thread *on; /* the one that all of them were on; NULL: nobody, or several */
	size_t targets;
	uint64_t total_ns;
};

static struct kind_total longest_kind(const struct thread *thread)
{
	struct kind_total kinds[WAIT_KIND_COUNT] = {0}, longest = {0};

	for (size_t i = 0; i < thread->waits_count; i++) {
		const struct wait_total *wait = &thread->waits[i];
		struct kind_total *kind = &kinds[wait->kind];

		kind->kind = wait->kind;
		kind->total_ns += wait->total_ns;
		kind->on = kind->targets++ ? NULL : wait->on;
		if (kind->total_ns >= longest.total_ns)
			longest = *kind;
	}
	return longest;
}

static void put_times(struct table *table, const uint64_t *state_ns, uint64_t life_ns)
{
	table_cell(table, STYLE_PLAIN, "%s", units_duration(life_ns).text);
	table_cell(table, STYLE_RUNNING, "%s", units_duration(state_ns[STATE_RUNNING]).text);
	table_cell(table, STYLE_READY, "%s",
		   units_duration(state_ns[STATE_READY] + state_ns[STATE_NEW]).text);
	table_cell(table, STYLE_BLOCKED, "%s", units_duration(state_ns[STATE_BLOCKED]).text);
}

static void put_wait(struct drawing *drawing, const struct thread *thread)
{
	struct kind_total wait = longest_kind(thread);
	struct words words;

	if (!wait.targets) {
		table_cell(&drawing->table, STYLE_PLAIN, "%s", "");
		table_cell(&drawing->table, STYLE_PLAIN, "%s", "");
		return;
	}
	words = wait_words(wait.kind, wait.on, drawing->text);
	if (wait.targets > 1 && wait.kind == WAIT_JOIN)
		table_cell(&drawing->table, STYLE_BLOCKED, "%s %s threads", words.text,
			   units_count(wait.targets).text);
	else
		table_cell(&drawing->table, STYLE_BLOCKED, "%s", words.text);
	table_cell(&drawing->table, STYLE_PLAIN, "%s", units_duration(wait.total_ns).text);
}

static void put_row(const struct lineage_node *node, void *context)
{
	const struct thread *thread = node->thread;
	struct drawing *drawing = context;
	struct table *table = &drawing->table;
	char prefix[LINEAGE_PREFIX_BYTES];

	table_cell(table, STYLE_PLAIN, "%s%s", lineage_prefix(node, false, drawing->text, prefix),
		   thread_label(thread, drawing->text).text);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
	marks_put(&drawing->marks, table, thread, drawing->model->processes_count > 1);
	table_cell(table, STYLE_PLAIN, "%s", creator_label(thread, drawing->text).text);
	if (drawing->verbose)
		created_put(table, drawing->model, thread, drawing->text);
	else
		table_cell(table, STYLE_PLAIN, "%s", "");
	put_times(table, thread->state_ns, thread_life_ns(thread));
	put_wait(drawing, thread);
	if (thread->end == END_ALIVE)
		table_cell(table, state_style(thread->state), "alive, %s",
			   thread_state_word(thread->state));
	else
		table_cell(table, end_style(thread), "%s", end_words(thread).text);
}

static void put_fold(const struct lineage_node *first, const struct lineage_node *end,
		     void *context)
{
	struct drawing *drawing = context;
	struct table *table = &drawing->table;
	uint64_t state_ns[STATE_COUNT] = {0}, life_ns = 0, ends[END_COUNT] = {0};
	char prefix[LINEAGE_PREFIX_BYTES];
	size_t count = 0;

	for (const struct lineage_node *node = first; node != end;
	     node = lineage_next(node, false)) {
		for (int state = 0; state < STATE_COUNT; state++)
			state_ns[state] += node->thread->state_ns[state];
		life_ns += thread_life_ns(node->thread);
		ends[node->thread->end]++;
		count++;
	}
	table_cell(table, STYLE_DIM, "%s%s %s more",
		   lineage_prefix(first, true, drawing->text, prefix),
		   text_glyph(drawing->text, GLYPH_MORE), units_count(count).text);
	for (int i = 0; i < 4; i++)
		table_cell(table, STYLE_PLAIN, "%s", "");
	put_times(table, state_ns, life_ns);
	table_cell(table, STYLE_DIM, "in all; see -v");
	table_cell(table, STYLE_PLAIN, "%s", "");
	if (ends[END_RETURNED] == count)
		table_cell(table, STYLE_PLAIN, "returned");
	else
		table_cell(table, STYLE_PLAIN, "%s returned", units_count(ends[END_RETURNED]).text);
}

static void put_process(const struct model *model, const struct process *process,
			const struct text *text)
{
	uint64_t end_ns = process->ended ? process->last_ns : model->now_ns;
	uint64_t age_ns = process_age_ns(model, process);
	char end[WORDS_BYTES + 8] = "is still alive", age[48] = "";
	const char *ran = "ran", *verb = ran;

	if (process->ended && !process->code_known)
		snprintf(end, sizeof(end), "has ended");
	else if (process->ended)
		snprintf(end, sizeof(end), "%s", status_words(process->exit_code).text);
	if (process->leader && thread_there_before(model, process->leader))
		verb = "was observed for";
	if (age_ns && verb != ran)
		snprintf(age, sizeof(age), ", %s after it began", units_duration(age_ns).text);
	text_paragraph(text, 0, "%s (pid %" PRIu32 ") %s %s and %s%s. %s thread%s.",
		       process_label(process, text).text, process->pid, verb,
		       units_duration(end_ns - process->first_ns).text, end, age,
		       units_count(process->threads_seen).text,
		       process->threads_seen == 1 ? "" : "s");
	put_concurrency(model, process, text);
}

static void put_headline(const struct model *model, const struct text *text, bool verbose)
{
	size_t told = 0;

	process_for_each (model, process)
		if (process->launched)
			put_process(model, process, text);
	process_for_each (model, process) {
		if (process->launched || (!verbose && told == PROCESSES_TOLD))
			continue;
		put_process(model, process, text);
		told++;
	}
	if (model->processes_count > told + 1)
		text_paragraph(text, 0, "%s and %s in all.",
			       units_things(model->processes_count, "process", "processes").text,
			       units_things(model->threads_count, "thread", "threads").text);
	put_trust(model, text);
}

static int draw(const struct model *model, const struct text *text, bool verbose)
{
	struct drawing drawing = {.model = model, .text = text, .verbose = verbose, .table = TABLE(drawing.columns)};
	const struct lineage_drawing rows = {.row = put_row, .fold = put_fold, .context = &drawing};
	struct lineage lineage;

	memcpy(drawing.columns, columns, sizeof(columns));
	drawing.columns[LIFE_COLUMN].title = life_title(model, NULL);
	if (lineage_build(&lineage, model))
		return -ENOMEM;
	if (!lineage.count)
		text_paragraph(text, 0, "No thread was seen.");
	put_headline(model, text, verbose);
	if (lineage.count)
		text_put(text, STYLE_PLAIN, "\n");
	lineage_draw(&lineage, !verbose, &rows);
	table_print(&drawing.table, text);
	marks_explain(&drawing.marks, text);
	lineage_free(&lineage);
	return put_hygiene(model, text, verbose);
}

const struct view view_run = {.name = "run", .draw = draw};
