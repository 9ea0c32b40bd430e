// SPDX-License-Identifier: GPL-2.0-only
/* The figures: time per state, switches, run-queue delay, wakers; then waits by kind and by whom.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"
#include "userspace/view/view.h"
#include "userspace/view/words.h"

#define ROWS_TOLD 24 /* of a table, without -v: those that matter most */

#define LIFE_COLUMN 4

static const struct table_column time_columns[] = {
    {.title = "THREAD", .least = 10},
    {.title = "TID", .right = true},
    {.title = ""}, /* marks */
    {.title = "NOW"},
    [LIFE_COLUMN] = {.title = "LIFE", .right = true, .spare = SPARE_AT_LAST},
    {.title = "RUNNING", .right = true},
    {.title = "%", .right = true},
    {.title = "READY", .right = true},
    {.title = "%", .right = true},
    {.title = "BLOCKED", .right = true},
    {.title = "%", .right = true},
};

static const struct table_column switch_columns[] = {
    {.title = "THREAD", .least = 10},	     {.title = "TID", .right = true},
    {.title = "GAVE UP CPU", .right = true}, {.title = "LOST CPU", .right = true},
    {.title = "MOVED", .right = true, .spare = SPARE_AT_LAST},	     {.title = "DELAY p50", .right = true},
    {.title = "p99", .right = true},	     {.title = "MAX", .right = true, .spare = SPARE_AT_LAST},
    {.title = "LAST WOKEN BY", .least = 8},
};

static const struct table_column wait_columns[] = {
    {.title = "THREAD", .least = 10},	 {.title = "WAITED IN", .least = 20},
    {.title = "TID", .right = true}, /* of whom it waited for */
    {.title = "TIMES", .right = true},	 {.title = "TOTAL", .right = true},
    {.title = "LONGEST", .right = true}, {.title = "KNOWN FROM"},
};

struct wait_row {
	const struct thread *thread;
	const struct wait_total *wait;
};

static int by_running(const void *a, const void *b)
{
	const struct thread *one = *(const struct thread *const *)a;
	const struct thread *other = *(const struct thread *const *)b;
	uint64_t left = one->state_ns[STATE_RUNNING], right = other->state_ns[STATE_RUNNING];

	if (left != right)
		return left < right ? 1 : -1;
	return (one->serial > other->serial) - (one->serial < other->serial);
}

static int by_total(const void *a, const void *b)
{
	const struct wait_row *one = a, *other = b;

	if (one->wait->total_ns != other->wait->total_ns)
		return one->wait->total_ns < other->wait->total_ns ? 1 : -1;
	return (one->thread->serial > other->thread->serial) -
	       (one->thread->serial < other->thread->serial);
}

static void put_delays(struct table *table, const struct delays *delays)
{
	if (!delays->count) { /* none measured is not the same as none had */
		for (int i = 0; i < 3; i++)
			table_cell(table, STYLE_DIM, "-");
		return;
	}
	table_cell(table, STYLE_READY, "%s", units_duration(delays_quantile(delays, 0.5)).text);
	table_cell(table, STYLE_READY, "%s", units_duration(delays_quantile(delays, 0.99)).text);
	table_cell(table, STYLE_READY, "%s", units_duration(delays->max_ns).text);
}

static void put_time(struct table *table, enum style style, uint64_t ns, uint64_t life_ns)
{
	table_cell(table, style, "%s", units_duration(ns).text);
	table_cell(table, style, "%s", units_percent(ns, life_ns).text);
}

static void put_times(struct table *table, struct marks *marks, const struct thread *thread,
		      const struct text *text)
{
	uint64_t life_ns = thread_life_ns(thread);
	const uint64_t *state_ns = thread->state_ns;

	table_cell(table, STYLE_PLAIN, "%s", thread_label(thread, text).text);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
	marks_put(marks, table, thread, false);
	if (thread->end == END_ALIVE)
		table_cell(table, state_style(thread->state), "%s",
			   thread_state_word(thread->state));
	else
		table_cell(table, end_style(thread), "%s", end_words(thread).text);
	table_cell(table, STYLE_PLAIN, "%s", units_duration(life_ns).text);
	put_time(table, STYLE_RUNNING, state_ns[STATE_RUNNING], life_ns);
	put_time(table, STYLE_READY, state_ns[STATE_READY] + state_ns[STATE_NEW], life_ns);
	put_time(table, STYLE_BLOCKED, state_ns[STATE_BLOCKED], life_ns);
}

static void put_switches(struct table *table, const struct thread *thread, const struct text *text)
{
	const char *waker = thread->wakeups ? "an interrupt" : "";

	table_cell(table, STYLE_PLAIN, "%s", thread_label(thread, text).text);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
	table_cell(table, STYLE_PLAIN, "%s", units_count(thread->voluntary).text);
	table_cell(table, STYLE_PLAIN, "%s", units_count(thread->involuntary).text);
	table_cell(table, STYLE_PLAIN, "%s", units_count(thread->migrations).text);
	put_delays(table, &thread->delays);
	table_cell(table, STYLE_PLAIN, "%s",
		   thread->waker ? thread_label(thread->waker, text).text : waker);
}

/* Threads of one process, those that ran most first. */
static int put_threads(const struct model *model, const struct process *process, const struct text *text, bool verbose)
{
	struct table_column columns[sizeof(time_columns) / sizeof(*time_columns)];
	const struct thread **threads = calloc(process->threads_count + 1, sizeof(*threads));
	struct table times = TABLE(columns), switches = TABLE(switch_columns);
	struct marks marks = {0};
	size_t count = 0, told;

	if (!threads)
		return -ENOMEM;
	memcpy(columns, time_columns, sizeof(columns));
	columns[LIFE_COLUMN].title = life_title(model, process);
	thread_for_each (process, thread)
		if (count < process->threads_count)
			threads[count++] = thread;
	qsort(threads, count, sizeof(*threads), by_running);
	told = verbose || count <= ROWS_TOLD + ROWS_TOLD / 4 ? count : ROWS_TOLD;
	for (size_t i = 0; i < told; i++) {
		put_times(&times, &marks, threads[i], text);
		put_switches(&switches, threads[i], text);
	}
	table_print(&times, text);
	marks_explain(&marks, text);
	text_put(text, STYLE_PLAIN, "\n");
	table_print(&switches, text);
	if (told < count)
		text_paragraph(text, 0, "%s and %s more that ran less; -v shows each.",
			       text_glyph(text, GLYPH_MORE), units_count(count - told).text);
	free(threads);
	return 0;
}

static const char *evidence_words(enum evidence evidence)
{
	static const char *const words[EVIDENCE_COUNT] = {
	    [EVIDENCE_UNKNOWN] = "unknown",	   [EVIDENCE_KERNEL] = "the kernel",
	    [EVIDENCE_MEMORY] = "its memory",	   [EVIDENCE_LIBRARY] = "the library",
	    [EVIDENCE_HISTORY] = "earlier wakers",
	};

	return words[evidence];
}

static void put_wait_rows(const struct wait_row *rows, size_t count, size_t told,
			  const struct text *text)
{
	struct table table = TABLE(wait_columns);

	for (size_t i = 0; i < told; i++) {
		const struct wait_total *wait = rows[i].wait;

		table_cell(&table, STYLE_PLAIN, "%s", thread_label(rows[i].thread, text).text);
		table_cell(&table, STYLE_BLOCKED, "%s",
			   wait_words(wait->kind, wait->on, text).text);
		if (wait->on)
			table_cell(&table, STYLE_DIM, "%" PRIu32, wait->on->tid);
		else
			table_cell(&table, STYLE_PLAIN, "%s", "");
		table_cell(&table, STYLE_PLAIN, "%s", units_count(wait->count).text);
		table_cell(&table, STYLE_PLAIN, "%s", units_duration(wait->total_ns).text);
		table_cell(&table, STYLE_PLAIN, "%s", units_duration(wait->max_ns).text);
		table_cell(&table, STYLE_DIM, "%s", evidence_words(wait->evidence));
	}
	text_put(text, STYLE_PLAIN, "\n");
	table_print(&table, text);
	if (told < count)
		text_paragraph(text, 0, "%s and %s shorter ones; -v shows each.",
			       text_glyph(text, GLYPH_MORE), units_count(count - told).text);
}

/* Waits of one process, the longest first. */
static int put_waits(const struct process *process, const struct text *text, bool verbose)
{
	size_t count = 0, filled = 0, told;
	struct wait_row *rows;

	thread_for_each (process, thread)
		count += thread->waits_count;
	if (!count)
		return 0;
	rows = calloc(count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	thread_for_each (process, thread)
		for (size_t i = 0; i < thread->waits_count; i++)
			rows[filled++] = (struct wait_row){thread, &thread->waits[i]};
	qsort(rows, count, sizeof(*rows), by_total);
	told = verbose || count <= ROWS_TOLD + ROWS_TOLD / 4 ? count : ROWS_TOLD;
	put_wait_rows(rows, count, told, text);
	free(rows);
	return 0;
}

static int draw(const struct model *model, const struct text *text, bool verbose)
{
	int error = 0;

	text_paragraph(
	    text, 0, "%s observed. %s process%s, %s thread%s.",
	    units_duration(model->now_ns - model->first_ns).text,
	    units_count(model->processes_count).text, model->processes_count == 1 ? "" : "es",
	    units_count(model->threads_count).text, model->threads_count == 1 ? "" : "s");
	put_trust(model, text);
	process_for_each (model, process) {
		text_put(text, STYLE_PLAIN, "\n");
		text_put(text, STYLE_STRONG, "%s (pid %" PRIu32 ")\n",
			 process_label(process, text).text, process->pid);
		put_concurrency(model, process, text);
		error = put_threads(model, process, text, verbose);
		if (!error)
			error = put_waits(process, text, verbose);
		if (error)
			break;
	}
	return error ? error : put_hygiene(model, text, verbose);
}

const struct view view_stat = {.name = "stat", .draw = draw};
