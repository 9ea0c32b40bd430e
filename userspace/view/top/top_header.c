// SPDX-License-Identifier: GPL-2.0-only
/* The head of the screen: who is observed, how many could run and how many did, what each CPU did. */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include "userspace/view/top/top_private.h"

#define CPU_ROWS     2 /* at most, of strips */
#define CPU_COLUMNS  24 /* at least, of one strip with its label */
#define METER_CELLS  30
#define METER_WORDS  62 /* beside it */

/* The one process that all this is about; NULL: there are several, or none. */
static const struct process *only_process(const struct top_scene *scene)
{
	const struct process *launched = NULL, *alive = NULL;
	size_t count = 0;

	process_for_each (scene->model, process) {
		if (process->launched)
			launched = process;
		if (process->ended)
			continue;
		alive = process;
		count++;
	}
	if (count == 1)
		return alive;
	return count ? NULL : launched;
}

static size_t alive_processes(const struct model *model)
{
	size_t count = 0;

	process_for_each (model, process)
		count += !process->ended;
	return count;
}

/* What the program that was started came to, and how many it was. */
static void put_end(struct top_scene *scene, const struct process *process, struct area area)
{
	const struct model *model = scene->model;
	unsigned int column = area.column, end = area.column + area.columns;

	column += cells_format(scene->cells, area.row, column, end - column, STYLE_STRONG, "%s %" PRIu32 " %s after %s  ",
			       process_label(process, &scene->text).text, process->pid,
			       process->code_known ? status_words(process->exit_code).text : "has ended",
			       units_duration(process->last_ns - process->first_ns).text);
	cells_format(scene->cells, area.row, column, end - column, STYLE_PLAIN, "%s in %s",
		     units_things(model->threads_count + model->forgotten_threads, "thread", "threads").text,
		     units_things(model->processes_count, "process", "processes").text);
}

static void subject_words(const struct top_scene *scene, char *words, size_t size)
{
	const struct process *process = only_process(scene);

	if (process)
		snprintf(words, size, "%s %" PRIu32 "  ", process_label(process, &scene->text).text, process->pid);
	else
		snprintf(words, size, "%s  ", units_things(alive_processes(scene->model), "process", "processes").text);
}

/* Where both do not fit, a deadlock is more than of whom. */
static void put_subject(struct top_scene *scene, struct area area)
{
	static const char deadlock[] = "DEADLOCK (F9)  ";
	const struct process *process = only_process(scene);
	const struct top_counts *counts = &scene->counts;
	unsigned int column = area.column, end = area.column + area.columns;
	char subject[NAME_BYTES + 16];
	bool first;

	subject_words(scene, subject, sizeof(subject));
	column += cells_put(scene->cells, area.row, column, end - column, STYLE_STRONG, " thrace  ");
	if (process && process->ended) {
		put_end(scene, process, (struct area){.row = area.row, .column = column, .columns = end - column});
		return;
	}
	first = counts->deadlocked && column + display_width(subject) + strlen(deadlock) > end;
	if (first)
		column += cells_put(scene->cells, area.row, column, end - column, STYLE_BAD, "DEADLOCK  ");
	column += cells_put(scene->cells, area.row, column, end - column, STYLE_STRONG, subject);
	if (counts->deadlocked && !first)
		column += cells_put(scene->cells, area.row, column, end - column, STYLE_BAD, deadlock);
	cells_format(scene->cells, area.row, column, end - column, STYLE_PLAIN,
		     "%s thread%s: %zu running, %zu ready, %zu blocked",
		     units_count(counts->alive).text, counts->alive == 1 ? "" : "s",
		     counts->states[STATE_RUNNING], counts->states[STATE_READY],
		     counts->states[STATE_BLOCKED]);
}

/* The time of day of a moment in the model. */
static void put_time(const struct top_scene *scene, char *text, size_t size)
{
	const struct ev_begin *begin = &scene->model->begin;
	uint64_t ns = begin->realtime_ns + (scene->clock.now_ns - begin->head.ts_ns);
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm broken;

	if (!begin->source || !localtime_r(&seconds, &broken)) {
		*text = '\0';
		return;
	}
	strftime(text, size, "%T", &broken);
}

static const char *standing(const struct top_scene *scene)
{
	if (scene->clock.over)
		return "over";
	return scene->state->paused ? "paused" : NULL;
}

/* Right to left: the clock, how it stands, losses, sampling. Returns the columns that are left. */
static unsigned int put_state(struct top_scene *scene, struct area area)
{
	const struct model *model = scene->model;
	const char *word = standing(scene);
	char part[64];
	struct {
		enum style style;
		char text[64];
	} parts[6];
	size_t count = 0;

#define PART(look, ...)                                                                            \
	do {                                                                                       \
		parts[count].style = (look);                                                       \
		snprintf(parts[count++].text, sizeof(parts->text), __VA_ARGS__);                   \
	} while (0)
	put_time(scene, part, sizeof(part));
	PART(STYLE_PLAIN, "%s", part);
	if (word)
		PART(STYLE_READY, "%s", word);
	if (scene->clock.replay)
		PART(STYLE_GOOD, "replay x%g at %s", top_speeds[scene->state->speed],
		     units_duration(scene->clock.now_ns - model->first_ns).text);
	PART(model->lost ? STYLE_BAD : STYLE_PLAIN, "lost %s", units_count(model->lost).text);
	if (model->cut)
		PART(STYLE_BAD, "cut off");
	if (model->begin.source == BEGIN_SOURCE_PROCFS)
		PART(STYLE_READY, "sampled");
#undef PART
	for (size_t i = 0; i < count; i++) {
		unsigned int width = (unsigned int)strlen(parts[i].text);

		if (!width || width + 2 > area.columns)
			continue;
		area.columns -= width + 1;
		cells_put(scene->cells, area.row, area.column + area.columns, width,
			  parts[i].style, parts[i].text);
		area.columns -= 1;
	}
	return area.columns;
}

void top_draw_title(struct top_scene *scene, struct area area)
{
	area.columns = put_state(scene, area);
	put_subject(scene, area);
}

/* Mean number of threads in a state, in tenths. */
static unsigned int tenths(const struct recent *recent, uint64_t state_ns)
{
	uint64_t interval_ns = recent->interval_ns;

	return interval_ns ? (unsigned int)((state_ns * 10 + interval_ns / 2) / interval_ns) : 0;
}

static void put_meter(struct top_scene *scene, struct area area, unsigned int running,
		      unsigned int ready)
{
	struct cells *cells = scene->cells;
	unsigned int cpus = 10 * (scene->model->begin.cpus ? scene->model->begin.cpus : 1);
	unsigned int whole = running + ready > cpus ? running + ready : cpus;
	unsigned int wall = cpus * area.columns / whole;

	for (unsigned int i = 0; i < area.columns; i++) {
		unsigned int at = (i * 2 + 1) * whole / (2 * area.columns);
		bool runs = at < running, waits = at < running + ready;

		cells_glyph(cells, area.row, area.column + i,
			    runs    ? STYLE_RUNNING
			    : waits ? STYLE_READY
				    : STYLE_DIM,
			    STYLE_PLAIN,
			    cells->utf8 ? (runs ? "█" : waits ? "▒" : "·")
					: (runs ? "#" : waits ? "+" : "."));
	}
	cells_put(cells, area.row, area.column + wall, 1, STYLE_STRONG, cells->utf8 ? "│" : "|");
}

void top_draw_meter(struct top_scene *scene, struct area area)
{
	/* The last interval is over when everybody has ended. */
	unsigned int running = scene->counts.alive ? tenths(scene->recent, scene->recent->running_ns) : 0;
	unsigned int ready = scene->counts.alive ? tenths(scene->recent, scene->recent->ready_ns) : 0;
	unsigned int cpus = scene->model->begin.cpus;
	struct cells *cells = scene->cells;
	unsigned int column = area.column + 1;
	struct area meter = {.row = area.row, .rows = 1, .columns = METER_CELLS};

	if (area.columns < METER_WORDS + METER_CELLS)
		meter.columns = area.columns > METER_WORDS + area.columns / 5 ? area.columns - METER_WORDS : area.columns / 5;
	column += cells_format(cells, area.row, column, area.columns, STYLE_PLAIN,
			       "could run %u.%u ", (running + ready) / 10, (running + ready) % 10);
	meter.column = column;
	put_meter(scene, meter, running, ready);
	column += meter.columns + 2;
	column += cells_format(cells, area.row, column, area.columns, STYLE_RUNNING,
			       "%u.%u on a CPU", running / 10, running % 10);
	column += cells_format(cells, area.row, column, area.columns, STYLE_PLAIN, " (of %u)  ",
			       cpus);
	cells_format(cells, area.row, column, area.columns, ready ? STYLE_READY : STYLE_PLAIN,
		     "%u.%u ready, without one", ready / 10, ready % 10);
}

/* CPUs are told of by the kernel only; from /proc they can but be added up. */
static size_t cpus_known(const struct top_scene *scene)
{
	const struct model *model = scene->model;

	if (model->begin.source == BEGIN_SOURCE_PROCFS)
		return 0;
	return model->begin.cpus > model->cpus_count ? model->begin.cpus : model->cpus_count;
}

static unsigned int cpus_per_row(const struct top_scene *scene)
{
	unsigned int count = scene->cells->columns / CPU_COLUMNS;

	return count ? count : 1;
}

unsigned int top_cpus_rows(const struct top_scene *scene)
{
	unsigned int per_row = cpus_per_row(scene);
	size_t rows = (cpus_known(scene) + per_row - 1) / per_row;

	if (!rows || rows > CPU_ROWS)
		return 1;
	return (unsigned int)rows;
}

/* More CPUs than strips have room: a cell each, of the last slice. */
static void put_crowd(struct top_scene *scene, size_t cpus, struct area area)
{
	unsigned int column = area.column + 1;

	column += cells_format(scene->cells, area.row, column, 20, STYLE_PLAIN, "%zu CPUs ", cpus);
	for (size_t i = 0; i < cpus && column < area.column + area.columns; i++)
		top_strip_cpu(scene, (int)i,
			      (struct area){.row = area.row, .column = column++, .columns = 1});
}

static void put_strip(struct top_scene *scene, int cpu, const char *label, struct area area)
{
	unsigned int column = area.column + 1;
	unsigned int percent = scene->counts.alive ? (recent_busy(scene->recent, cpu, 0) * 100 + 127) / 255 : 0;

	column += cells_format(scene->cells, area.row, column, area.columns, STYLE_PLAIN, "%s ",
			       label);
	area.columns -= column - area.column + 6;
	if (area.columns > RECENT_SLICES)
		area.columns = RECENT_SLICES;
	area.column = column;
	top_strip_cpu(scene, cpu, area);
	cells_format(scene->cells, area.row, area.column + area.columns + 1, 4, STYLE_PLAIN,
		     "%3u%%", percent);
}

void top_draw_cpus(struct top_scene *scene, struct area area)
{
	size_t cpus = cpus_known(scene);
	unsigned int per_row = cpus_per_row(scene);
	char label[32];

	if (!cpus) {
		put_strip(scene, -1, "all CPUs", area);
		return;
	}
	if ((cpus + per_row - 1) / per_row > CPU_ROWS) {
		put_crowd(scene, cpus, area);
		return;
	}
	if (cpus < per_row)
		per_row = (unsigned int)cpus;
	for (size_t i = 0; i < cpus; i++) {
		struct area strip = {.row = area.row + (unsigned int)i / per_row,
				     .rows = 1,
				     .columns = area.columns / per_row};

		strip.column = area.column + (unsigned int)(i % per_row) * strip.columns;
		snprintf(label, sizeof(label), "CPU%zu", i);
		put_strip(scene, (int)i, label, strip);
	}
}
