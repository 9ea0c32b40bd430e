// SPDX-License-Identifier: GPL-2.0-only
/* What a thread and a process cost here: to begin them, to see their end, beside ever more memory.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "userspace/cmd/command.h"
#include "userspace/cmd/learn/cost.h"
#include "userspace/cmd/source_options.h"
#include "userspace/export/json.h"
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"

#define MB (UINT64_C(1) << 20)

/* Memory that stays free beside what is measured: nobody's server dies for a figure. */
#define SPARE 3

static const uint64_t sizes[COST_SIZES] = {0, 16 * MB, 64 * MB, 256 * MB, 1024 * MB};
static const char *const size_words[COST_SIZES] = {"0 MB", "16 MB", "64 MB", "256 MB", "1 GB"};

struct cost {
	const struct command *command;
	struct cost_row rows[COST_SIZES];
	size_t rows_count;
	bool quick, json;
	enum colour_mode colour;
	int error; /* why there are no more rows; 0: there are all */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
	interrupted = number;
}

/* What the kernel thinks can be had without swapping. */
static uint64_t available_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long long kilobytes = 0;
	char line[128];

	while (file && !kilobytes && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu kB", &kilobytes) != 1)
			kilobytes = 0;
	if (file)
		fclose(file);
	return kilobytes * 1024;
}

static void measure(struct cost *cost)
{
	const uint64_t budget_ns = (cost->quick ? 15 : 80) * UINT64_C(1000000);
	const size_t most = cost->quick ? 3 : COST_SIZES;

	while (cost->rows_count < most && !interrupted) {
		const uint64_t extra = sizes[cost->rows_count];

		cost->error = extra && available_bytes() < SPARE * extra
				  ? -ENOMEM
				  : cost_measure(extra, budget_ns, &cost->rows[cost->rows_count]);
		if (cost->error)
			return;
		cost->rows_count++;
	}
}

struct ratio {
	char text[UNITS_BYTES + 4];
};

/* How many times as much as a thread. */
static struct ratio ratio(const struct cost_row *row, size_t way)
{
	const uint64_t thread_ns = row->points[COST_THREAD].median_ns;
	struct ratio ratio = {"?"};
	double times;

	if (!thread_ns || !row->points[way].count)
		return ratio;
	times = (double)row->points[way].median_ns / (double)thread_ns;
	if (times < 9.95)
		snprintf(ratio.text, sizeof(ratio.text), "%.1f x", times);
	else
		snprintf(ratio.text, sizeof(ratio.text), "%s x",
			 units_count((uint64_t)(times + 0.5)).text);
	return ratio;
}

static void put_point(struct table *table, const struct cost_point *point, enum style style)
{
	if (point->count)
		table_cell(table, style, "%s", units_duration(point->median_ns).text);
	else
		table_cell(table, STYLE_DIM, "%s", "refused");
}

static void put_table(const struct cost *cost, const struct text *text)
{
	struct table_column columns[COST_SIZES + 2] = {
	    {.title = "TO BEGIN AND SEE THE END OF", .least = 24}};
	struct table table = {.columns = columns, .columns_count = cost->rows_count + 1};

	for (size_t i = 0; i < cost->rows_count; i++)
		columns[i + 1] = (struct table_column){.title = size_words[i], .right = true};
	for (size_t way = 0; way < COST_WAYS; way++) {
		const bool main_way = way == COST_THREAD || way == COST_FORK;

		table_cell(&table, main_way ? STYLE_STRONG : STYLE_PLAIN, "%s",
			   cost_ways[way].words);
		for (size_t i = 0; i < cost->rows_count; i++)
			put_point(&table, &cost->rows[i].points[way],
				  main_way ? STYLE_STRONG : STYLE_PLAIN);
	}
	table_cell(&table, STYLE_DIM, "page tables of the one that begins it");
	for (size_t i = 0; i < cost->rows_count; i++)
		table_cell(&table, STYLE_DIM, "%s kB",
			   units_count(cost->rows[i].tables_bytes / 1024).text);
	table_print(&table, text);
}

#define CHART_DECADE  16 /* columns for each ten times as much */
#define CHART_COLUMNS (3 * CHART_DECADE + CHART_DECADE / 2)

/* Columns that stand for so many times, on a scale where ten times as much is so many columns more;
 * log10 by steps, so that no mathematical library is needed for a bar. */
static unsigned int bar_columns(double times)
{
	const double step = 1.154781984689458; /* the 16th root of 10 */
	unsigned int columns = 0;

	_Static_assert(CHART_DECADE == 16, "the step is the CHART_DECADEth root of 10");
	for (double reached = step; reached <= times && columns < CHART_COLUMNS; reached *= step)
		columns++;
	return columns;
}

static void put_bar(const struct text *text, unsigned int columns)
{
	for (unsigned int i = 0; i < columns; i++) {
		/* The band that the textbook names. */
		const bool band = i >= CHART_DECADE && i < 2 * CHART_DECADE;

		text_put(text, band ? STYLE_READY : STYLE_RUNNING, "%s",
			 text->utf8 ? (band ? "▓" : "█") : (band ? "=" : "#"));
	}
}

static void put_chart(const struct cost *cost, const struct text *text)
{
	text_put(text, STYLE_PLAIN, "\nHow many threads for one fork\n");
	for (size_t i = 0; i < cost->rows_count; i++) {
		const struct cost_point *points = cost->rows[i].points;

		if (!points[COST_FORK].count || !points[COST_THREAD].median_ns)
			continue;
		text_put(text, STYLE_PLAIN, "  %6s ", size_words[i]);
		put_bar(text, bar_columns((double)points[COST_FORK].median_ns /
					  (double)points[COST_THREAD].median_ns));
		text_put(text, STYLE_STRONG, " %s\n", ratio(&cost->rows[i], COST_FORK).text);
	}
	text_put(text, STYLE_DIM, "         %-*s%-*s%-*s%s\n", CHART_DECADE, "1", CHART_DECADE,
		 "10", CHART_DECADE, "100", "1,000 times");
}

static void put_words(const struct cost *cost, const struct text *text)
{
	const struct cost_row *first = &cost->rows[0], *last = &cost->rows[cost->rows_count - 1];

	text_put(text, STYLE_PLAIN, "\n");
	if (cost->rows_count > 1)
		text_paragraph(text, 0,
			       "Textbooks say that a thread begins 10 to 100 times as fast as a "
			       "process. Here it is "
			       "%s with nothing in memory and %s with %s: a curve, not a number.",
			       ratio(first, COST_FORK).text, ratio(last, COST_FORK).text,
			       size_words[cost->rows_count - 1]);
	text_paragraph(
	    text, 0,
	    "Why: a fork copies the page tables, one entry of 8 bytes for each page of 4 kB, so "
	    "its cost "
	    "grows with what is in memory. The pages themselves are copied on write only%s%s%s. A "
	    "thread "
	    "shares the memory and copies nothing: of all that clone can share, memory alone "
	    "decides. "
	    "vfork and posix_spawn share it too, until exec has put another program in its place.",
	    last->cow_page_ns ? ": that part comes later, " : "",
	    last->cow_page_ns ? units_duration(last->cow_page_ns).text : "",
	    last->cow_page_ns ? " for each first write to a page that both still share" : "");
	if (cost->error == -ENOMEM)
		text_paragraph(
		    text, 0,
		    "%s was left out: that would take too much of the memory that is free now.",
		    size_words[cost->rows_count]);
}

static int put_page(const struct cost *cost)
{
	struct utsname system;
	struct text text;

	text_open(&text, stdout, cost->colour);
	uname(&system);
	text_paragraph(
	    &text, 0,
	    "The cost of a thread and of a process here (Linux %s, %ld CPUs), beside up to %s of "
	    "memory in "
	    "use. Each figure is the median of 5 to 500 times, the wait for the end included.",
	    system.release, sysconf(_SC_NPROCESSORS_ONLN), size_words[cost->rows_count - 1]);
	text_put(&text, STYLE_PLAIN, "\n");
	put_table(cost, &text);
	put_chart(cost, &text);
	put_words(cost, &text);
	return text_finish(&text);
}

static int put_json(const struct cost *cost)
{
	struct json_cost_way ways[COST_SIZES][COST_WAYS];
	struct json_cost costs[COST_SIZES];

	for (size_t i = 0; i < cost->rows_count; i++) {
		const struct cost_row *row = &cost->rows[i];

		for (size_t way = 0; way < COST_WAYS; way++)
			ways[i][way] = (struct json_cost_way){
			    .token = cost_ways[way].token,
			    .median_ns = row->points[way].median_ns,
			    .least_ns = row->points[way].least_ns,
			    .count = row->points[way].count,
			    .error = -row->points[way].error,
			};
		costs[i] = (struct json_cost){
		    .extra_bytes = sizes[i],
		    .resident_bytes = row->resident_bytes,
		    .tables_bytes = row->tables_bytes,
		    .cow_page_ns = row->cow_page_ns,
		    .ways = ways[i],
		    .ways_count = COST_WAYS,
		};
	}
	return json_write_costs(costs, cost->rows_count,
				(unsigned int)sysconf(_SC_NPROCESSORS_ONLN), stdout);
}

static int report(struct cost *cost)
{
	int error;

	if (!cost->rows_count && interrupted)
		return STATUS_SIGNAL + interrupted;
	if (!cost->rows_count)
		return command_fail(cost->command, STATUS_FAILED, "nothing could be measured: %s",
				    strerror(-cost->error));
	error = cost->json ? put_json(cost) : put_page(cost);
	if (error && error != -EPIPE)
		return command_fail(cost->command, STATUS_FAILED, "cannot write the report: %s",
				    strerror(-error));
	return interrupted ? STATUS_SIGNAL + interrupted : STATUS_GOOD;
}

static int run(const struct command *self, struct options *options)
{
	struct cost cost = {.command = self};

	cost.quick = options->quick;
	cost.json = options->json;
	cost.colour = options->colour;
	/* No SA_RESTART: the wait for a figure ends, and what there is is printed. */
	sigaction(SIGINT, &(const struct sigaction){.sa_handler = on_interrupt}, NULL);
	measure(&cost);
	return report(&cost);
}

const struct command command_cost = {
    .name = "cost",
    .summary = "what beginning a thread and a process costs here, as a curve over memory",
    .usage = "[OPTION]...",
    .text =
	"\nMeasures, beside 0, 16, 64, 256 MB and 1 GB of memory in use (as far as a third of what "
	"is free\n"
	"allows), how long it takes to begin and to see the end of a thread, of a process by fork, "
	"by\n"
	"vfork and exec, by posix_spawn, and of what clone makes with parts of its flags. Takes "
	"some\n"
	"seconds. Needs no privilege.\n"
	"\nOptions:\n"
	"      --quick             0 to 64 MB only, fewer times: under a "
	"second\n" OPTIONS_PRINT_HELP "\nExample:\n  thrace cost --quick\n",
    .takes = TAKES_QUICK,
    .run = run,
};
