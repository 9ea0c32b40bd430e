// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why is it stuck: deadlocks first, who waits behind them, who holds whom up, then everybody else that waits. Each row
 * of a tree waits for the one above it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/units.h"
#include "userspace/view/call_words.h"
#include "userspace/view/view.h"
#include "userspace/view/wait_words.h"

#define ROWS_TOLD   24 /* of a section, without -v */
#define ALIKE_TOLD  2  /* of waits that differ in nothing but their thread, without -v */
#define INDENT_MOST 8
#define CALL_INDENT 6

static const struct table_column columns[] = {
    {.title = "THREAD", .least = 16},
    {.title = "TID", .right = true},
    {.title = "PROCESS", .least = 8, .spare = SPARE_AT_LAST},
    {.title = "WAITS FOR", .least = 12},
    {.title = "", .least = 28}, /* on whom: the last to be cut */
    {.title = "FOR", .right = true},
    {.title = "KNOWN FROM", .least = 7},
};

struct page {
	const struct model *model;
	const struct text *text;
	const struct graph *graph;
	bool verbose;
	struct table table; /* the section's */
	size_t told, left_out;
};

static void put_row(struct page *page, const struct graph_node *node, const char *prefix)
{
	const struct thread *thread = node->thread;
	struct name name = thread_label(thread, page->text), process = process_label(thread->process, page->text);
	bool tells = page->model->processes_count > 1 && strcmp(name.text, process.text);
	struct table *table = &page->table;
	struct words holder;

	table_cell(table, STYLE_STRONG, "  %s%s", prefix, name.text);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
	table_cell(table, STYLE_DIM, "%s", tells ? process.text : "");
	if (thread->state != STATE_BLOCKED) {
		table_cell(table, state_style(thread->state), "(%s)",
			   thread_state_word(thread->state));
		for (int i = 0; i < 3; i++)
			table_cell(table, STYLE_PLAIN, "%s", "");
		return;
	}
	holder = wait_holder_words(node, page->text);
	table_cell(table, STYLE_BLOCKED, "%s", wait_object_words(thread, page->text).text);
	table_cell(table, node->knot ? STYLE_BAD : STYLE_PLAIN, "%s%s%s",
		   *holder.text ? text_glyph(page->text, GLYPH_ARROW) : "", *holder.text ? " " : "", holder.text);
	table_cell(table, STYLE_PLAIN, "%s", wait_span_words(&thread->wait, model_time(page->model)).text);
	table_cell(table, STYLE_DIM, "%s", evidence_token(node->evidence));
}

/* The next row, if the section has room for it. */
static void tell(struct page *page, const struct graph_node *node, const char *prefix)
{
	if (!page->verbose && page->told >= ROWS_TOLD) {
		page->left_out++;
		return;
	}
	page->told++;
	put_row(page, node, prefix);
}

static void begin_section(struct page *page)
{
	page->table = (struct table)TABLE(columns);
	page->told = page->left_out = 0;
}

static void end_section(struct page *page, const char *title)
{
	if (page->told) {
		text_put(page->text, STYLE_PLAIN, "\n");
		text_go_on(page->text, STYLE_STRONG, 0, 2, "%s", title);
		table_print(&page->table, page->text);
	}
	if (page->left_out)
		text_paragraph(page->text, 2, "  %s and %s more; -v shows each.",
			       text_glyph(page->text, GLYPH_MORE), units_count(page->left_out).text);
}

/* All that wait behind the node, each below the one it waits on; nodes of a knot stand elsewhere, a cut one heads them. */
static void tell_behind(struct page *page, const struct graph_node *top)
{
	const struct graph_node *node = top->first_behind;
	unsigned int depth = 1;
	char prefix[64];

	while (node) {
		if (!node->knot && !node->cut) {
			snprintf(prefix, sizeof(prefix), "%*s%s",
				 (int)((depth > INDENT_MOST ? INDENT_MOST : depth) - 1) * 2, "",
				 text_glyph(page->text, GLYPH_LAST));
			tell(page, node, prefix);
			if (node->first_behind) {
				node = node->first_behind;
				depth++;
				continue;
			}
		}
		/* By depth: a cut one is met again below itself. */
		while (depth && !node->next_behind) {
			node = node->target;
			depth--;
		}
		node = depth ? node->next_behind : NULL;
	}
}

static void put_deadlocks(struct page *page)
{
	begin_section(page);
	for (size_t i = 0; i < page->graph->deadlocks_count; i++)
		for (size_t j = 0; j < page->graph->knots[i].count; j++)
			tell(page, page->graph->knots[i].members[j], "");
	end_section(page, "Waiting for each other");
}

static void put_behind_deadlocks(struct page *page)
{
	begin_section(page);
	for (size_t i = 0; i < page->graph->knots_count; i++)
		for (size_t j = 0; j < page->graph->knots[i].count; j++)
			tell_behind(page, page->graph->knots[i].members[j]);
	end_section(page, "Waiting behind them");
}

static int by_behind(const void *a, const void *b)
{
	const struct graph_node *one = *(const struct graph_node *const *)a;
	const struct graph_node *other = *(const struct graph_node *const *)b;

	if (one->behind != other->behind)
		return one->behind < other->behind ? 1 : -1;
	return (one->thread->serial > other->thread->serial) -
	       (one->thread->serial < other->thread->serial);
}

static bool same_wait(const struct graph_node *one, const struct graph_node *other)
{
	const struct wait *a = &one->thread->wait, *b = &other->thread->wait;

	return one->thread->process == other->thread->process && one->on == other->on &&
	       a->kind == b->kind && a->address == b->address && a->raw.value == b->raw.value &&
	       a->raw.syscall == b->raw.syscall;
}

/* Alike beside each other, the longest first; not known since when counts as long. */
static int by_wait(const void *a, const void *b)
{
	const struct graph_node *one = *(const struct graph_node *const *)a;
	const struct graph_node *other = *(const struct graph_node *const *)b;
	const struct wait *left = &one->thread->wait, *right = &other->thread->wait;

	const uint64_t keys[][2] = { /* those of same_wait() first */
		{left->kind, right->kind},
		{left->address, right->address},
		{left->raw.value, right->raw.value},
		{(uint16_t)left->raw.syscall, (uint16_t)right->raw.syscall},
		{one->thread->process->serial, other->thread->process->serial},
		{one->on ? one->on->serial + 1 : 0, other->on ? other->on->serial + 1 : 0},
		{left->since_ns, right->since_ns},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i][0] != keys[i][1])
			return keys[i][0] < keys[i][1] ? -1 : 1;
	return (one->thread->serial > other->thread->serial) -
	       (one->thread->serial < other->thread->serial);
}

/* Roots that hold somebody up, each with those behind it. */
static void put_chains(struct page *page, const struct graph_node **nodes)
{
	size_t count = 0;

	for (size_t i = 0; i < page->graph->count; i++) {
		const struct graph_node *node = &page->graph->nodes[i];

		if (node->root == node && !node->knot && node->first_behind)
			nodes[count++] = node;
	}
	qsort(nodes, count, sizeof(*nodes), by_behind);
	begin_section(page);
	for (size_t i = 0; i < count; i++) {
		tell(page, nodes[i], "");
		tell_behind(page, nodes[i]);
	}
	end_section(page, "Held up (each waits for the one above it)");
}

static bool waits_alone(const struct graph_node *node)
{
	return node->thread->state == STATE_BLOCKED && !node->target && !node->first_behind;
}

/* Those that wait for nobody that is known; forever: for a lock whose owner has ended. */
static void put_others(struct page *page, const struct graph_node **nodes, bool forever,
		       const char *title)
{
	size_t count = 0, alike = 0;

	for (size_t i = 0; i < page->graph->count; i++) {
		const struct graph_node *node = &page->graph->nodes[i];

		if (waits_alone(node) && node->thread->wait.owner_ended == forever)
			nodes[count++] = node;
	}
	qsort(nodes, count, sizeof(*nodes), by_wait);
	begin_section(page);
	for (size_t i = 0; i < count; i++) {
		alike = i && same_wait(nodes[i - 1], nodes[i]) ? alike + 1 : 0;
		if (alike >= ALIKE_TOLD && !page->verbose)
			page->left_out++;
		else
			tell(page, nodes[i], "");
	}
	end_section(page, title);
}

static void put_stack(const struct thread *thread, const struct text *text)
{
	const struct anatomy *anatomy = &thread->anatomy;
	const char *cut = calls_cut_words(anatomy);

	text_put(text, STYLE_PLAIN, "  %s %" PRIu32 ":\n", thread_label(thread, text).text, thread->tid);
	for (size_t i = 0; i < anatomy->calls_count; i++) {
		text_put(text, STYLE_PLAIN, "%*s", CALL_INDENT, "");
		call_put(&anatomy->calls[i], CALL_INDENT, text);
	}
	if (cut)
		text_paragraph(text, CALL_INDENT + 2, "%*s%s %s", CALL_INDENT, "", text_glyph(text, GLYPH_MORE), cut);
}

static void put_stacks(const struct page *page)
{
	bool begun = false;

	for (size_t i = 0; i < page->graph->count; i++) {
		const struct thread *thread = page->graph->nodes[i].thread;

		if (thread->state != STATE_BLOCKED || !anatomy_stack_holds(thread))
			continue;
		if (!begun)
			text_put(page->text, STYLE_STRONG, "\nWhere they wait\n");
		begun = true;
		put_stack(thread, page->text);
	}
}

/* Sleeps on something in memory, and nothing tells who could wake it: history is no more than a hint. */
static bool names_nobody(const struct graph_node *node)
{
	const struct wait *wait = &node->thread->wait;

	return node->thread->state == STATE_BLOCKED && wait->raw.class == WAIT_CLASS_FUTEX && !node->target &&
	       !wait->on_tid && !wait->timed;
}

/* May not be looked at (another user's), or could not be. */
static bool is_unseen(const struct graph_node *node)
{
	const struct thread *thread = node->thread;

	return thread->state == STATE_BLOCKED && thread->wait.kind == WAIT_UNKNOWN && !node->target;
}

static void put_verdict(const struct page *page)
{
	const struct graph *graph = page->graph;
	size_t nameless = 0, unseen = 0, halted = 0, moved = graph->knots_count - graph->deadlocks_count;

	for (size_t i = 0; i < graph->deadlocks_count; i++) {
		const struct graph_knot *knot = &graph->knots[i];
		char since[UNITS_BYTES + 8] = "";

		if (knot->since_ns && knot->since_ns < model_time(page->model))
			snprintf(since, sizeof(since), ", for %s",
				 units_duration(model_time(page->model) - knot->since_ns).text);
		text_put(page->text, STYLE_BAD, "DEADLOCK: ");
		if (knot->count == 1)
			text_go_on(page->text, STYLE_STRONG, strlen("DEADLOCK: "), 2, "a thread waits for itself%s.", since);
		else
			text_go_on(page->text, STYLE_STRONG, strlen("DEADLOCK: "), 2, "%s threads wait for each other%s.",
				   units_count(knot->count).text, since);
	}
	for (size_t i = 0; i < graph->count; i++) {
		nameless += names_nobody(&graph->nodes[i]);
		unseen += is_unseen(&graph->nodes[i]);
		halted += graph->nodes[i].thread->state == STATE_BLOCKED && graph->nodes[i].thread->wait.halt;
	}
	if (!graph->deadlocks_count)
		text_put(page->text, STYLE_GOOD, "No deadlock%s.\n",
			 nameless || unseen ? " among the waits whose target is known" : "");
	if (nameless)
		text_paragraph(page->text, 0,
			       "%s wait%s nobody who could end %s: a condition, a semaphore, another runtime's lock.",
			       units_count(nameless).text, nameless == 1 ? " names" : "s name", nameless == 1 ? "it" : "them");
	if (unseen)
		text_paragraph(page->text, 0, "%s wait%s could not be looked at: what for is not known.",
			       units_count(unseen).text, unseen == 1 ? "" : "s");
	if (halted)
		text_paragraph(page->text, 0, "%s held by a signal or a tracer: no wait of %s ends before %s let go on.",
			       units_things(halted, "thread is", "threads are").text, halted == 1 ? "its" : "theirs",
			       halted == 1 ? "it is" : "they are");
	if (moved)
		text_paragraph(page->text, 0, "%s circle%s of waits had moved on at the second look.",
			       units_count(moved).text, moved == 1 ? "" : "s");
}

static void put_headline(const struct page *page)
{
	const struct process *only = page->model->processes;
	size_t threads = page->graph->count, states[STATE_COUNT] = {0};
	char who[NAME_BYTES + 32];

	if (!threads) {
		text_paragraph(page->text, 0, "No thread is there.");
		return;
	}
	for (size_t i = 0; i < threads; i++)
		states[page->graph->nodes[i].thread->state]++;
	if (page->model->processes_count == 1)
		snprintf(who, sizeof(who), "%s (pid %" PRIu32 ")", process_label(only, page->text).text,
			 only->pid);
	else
		snprintf(who, sizeof(who), "%s",
			 units_things(page->graph->groups_count, "process", "processes").text);
	text_paragraph(page->text, 0, "%s: %s thread%s, %s blocked, %s ready, %s running.", who,
		       units_count(threads).text, threads == 1 ? "" : "s",
		       units_count(states[STATE_BLOCKED]).text,
		       units_count(states[STATE_READY] + states[STATE_NEW]).text,
		       units_count(states[STATE_RUNNING]).text);
	put_verdict(page);
}

static int draw(const struct model *model, const struct text *text, bool verbose)
{
	struct graph graph;
	struct page page = {.model = model, .text = text, .graph = &graph, .verbose = verbose};
	const struct graph_node **nodes = NULL;
	int error = graph_build(&graph, model);

	if (!error)
		nodes = calloc(graph.count + 1, sizeof(*nodes));
	if (nodes) {
		put_headline(&page);
		put_trust(model, text);
		put_deadlocks(&page);
		put_behind_deadlocks(&page);
		put_others(&page, nodes, true, "Waiting for ever: the owner has ended and gave nothing back");
		put_chains(&page, nodes);
		put_others(&page, nodes, false, "Waiting for something else");
		put_stacks(&page);
	}
	free(nodes);
	graph_free(&graph);
	return nodes ? 0 : -ENOMEM;
}

const struct view view_waits = {.name = "waits", .draw = draw};
