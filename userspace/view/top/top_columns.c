// SPDX-License-Identifier: GPL-2.0-only
/* The columns of the threads' pane: one list of what each is called, shows and is sorted by. */
#include <inttypes.h>
#include <stdio.h>
#include "userspace/view/top/top_private.h"

/* Of the last interval. Who has ended has none: what it did before that says nothing of now. */
static struct recent_figures figures_of(const struct top_scene *scene, const struct top_row *row)
{
	if (row->thread->end != END_ALIVE)
		return (struct recent_figures){0};
	return recent_figures(scene->recent, row->recent);
}

static uint64_t interval_ns(const struct recent_figures *figures)
{
	uint64_t sum_ns = 0;

	for (int state = 0; state < STATE_TERMINATED; state++)
		sum_ns += figures->state_ns[state];
	return sum_ns;
}

static void put_none(struct top_scene *scene, struct area area)
{
	cells_put_right(scene->cells, area.row, area.column, area.columns, STYLE_DIM, "-");
}

static void put_share(struct top_scene *scene, const struct recent_figures *figures,
		      struct area area, uint64_t part_ns, enum style style)
{
	uint64_t whole_ns = interval_ns(figures);
	uint64_t tenths = whole_ns ? (part_ns * 1000 + whole_ns / 2) / whole_ns : 0;
	char text[16];

	if (!whole_ns) {
		put_none(scene, area);
		return;
	}
	if (tenths >= 1000)
		snprintf(text, sizeof(text), "100");
	else if (!tenths)
		snprintf(text, sizeof(text), "%s", part_ns ? "<0.1" : "0");
	else
		snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
	cells_put_right(scene->cells, area.row, area.column, area.columns,
			part_ns ? style : STYLE_DIM, text);
}

static void draw_name(struct top_scene *scene, const struct top_row *row, struct area area)
{
	static const char *const prefixes[2][2] = {{"|- ", "`- "}, {"├─ ", "└─ "}};
	const struct thread *thread = row->thread;
	enum style style = row->head ? STYLE_STRONG : STYLE_PLAIN;
	char tid[24];
	unsigned int tid_width, used = 0;

	if (row->below)
		used = cells_put(scene->cells, area.row, area.column, area.columns, STYLE_DIM,
				 prefixes[scene->cells->utf8][row->last]);
	tid_width = (unsigned int)snprintf(tid, sizeof(tid), "%" PRIu32, thread->tid);
	if (used + tid_width + 4 > area.columns)
		tid_width = 0; /* the name is worth more */
	if (thread->end != END_ALIVE)
		style = STYLE_DIM;
	used += cells_put(scene->cells, area.row, area.column + used,
			  area.columns - used - (tid_width ? tid_width + 1 : 0), style,
			  thread_label(thread, &scene->text).text);
	if (tid_width)
		cells_put(scene->cells, area.row, area.column + used + 1, tid_width, STYLE_DIM,
			  tid);
}

static void draw_state(struct top_scene *scene, const struct top_row *row, struct area area)
{
	const struct thread *thread = row->thread;
	const char *word = thread->end == END_ALIVE ? thread_state_word(thread->state) : "Ended";

	cells_put(scene->cells, area.row, area.column, area.columns, state_style(thread->state),
		  word);
}

static void draw_wait(struct top_scene *scene, const struct top_row *row, struct area area)
{
	const struct thread *thread = row->thread;
	struct cells *cells = scene->cells;

	switch (thread->state) {
	case STATE_BLOCKED:
		cells_put(cells, area.row, area.column, area.columns,
			  thread->wait.confirmed ? STYLE_BAD : STYLE_BLOCKED,
			  wait_words(thread->wait.kind, thread->wait.on, &scene->text).text);
		break;
	case STATE_READY:
	case STATE_NEW:
		cells_put(cells, area.row, area.column, area.columns, STYLE_READY,
			  thread->preempted ? "a CPU (preempted)" : "a CPU");
		break;
	case STATE_TERMINATED:
		cells_put(cells, area.row, area.column, area.columns, end_style(thread),
			  end_words(thread).text);
		break;
	default:
		break;
	}
}

/* For so long it has been as it is; 0: not yet, or not known. */
static uint64_t state_ns(const struct top_scene *scene, const struct thread *thread)
{
	uint64_t since_ns = thread->state_since_ns, now_ns = scene->clock.now_ns;

	if (thread->state == STATE_TERMINATED)
		since_ns = thread->last_ns;
	else if (thread->state == STATE_BLOCKED && thread->wait.since_ns)
		since_ns = thread->wait.since_ns;
	return now_ns > since_ns ? now_ns - since_ns : 0;
}

static void draw_since(struct top_scene *scene, const struct top_row *row, struct area area)
{
	uint64_t ns = state_ns(scene, row->thread);

	if (ns)
		cells_put_right(scene->cells, area.row, area.column, area.columns, STYLE_PLAIN, units_duration(ns).text);
}

static void draw_running(struct top_scene *scene, const struct top_row *row, struct area area)
{
	struct recent_figures figures = figures_of(scene, row);

	put_share(scene, &figures, area, figures.state_ns[STATE_RUNNING], STYLE_RUNNING);
}

static void draw_ready(struct top_scene *scene, const struct top_row *row, struct area area)
{
	struct recent_figures figures = figures_of(scene, row);

	put_share(scene, &figures, area, figures.state_ns[STATE_READY] + figures.state_ns[STATE_NEW], STYLE_READY);
}

static void draw_blocked(struct top_scene *scene, const struct top_row *row, struct area area)
{
	struct recent_figures figures = figures_of(scene, row);

	put_share(scene, &figures, area, figures.state_ns[STATE_BLOCKED], STYLE_BLOCKED);
}

static uint64_t delay_ns(const struct recent_figures *figures)
{
	return figures->delays ? figures->delay_ns / figures->delays : 0;
}

static void draw_delay(struct top_scene *scene, const struct top_row *row, struct area area)
{
	struct recent_figures figures = figures_of(scene, row);

	if (figures.delays)
		cells_put_right(scene->cells, area.row, area.column, area.columns, STYLE_PLAIN,
				units_duration(delay_ns(&figures)).text);
	else
		put_none(scene, area);
}

static uint64_t switches_per_s(const struct recent_figures *figures)
{
	uint64_t span_ns = figures->interval_ns;

	return span_ns ? (figures->switches * 1000000000 + span_ns / 2) / span_ns : 0;
}

static void draw_switches(struct top_scene *scene, const struct top_row *row, struct area area)
{
	struct recent_figures figures = figures_of(scene, row);
	uint64_t count = switches_per_s(&figures);

	if (!figures.interval_ns) {
		put_none(scene, area);
		return;
	}
	cells_put_right(scene->cells, area.row, area.column, area.columns,
			count ? STYLE_PLAIN : STYLE_DIM, units_count_short(count).text);
}

static void draw_cpu(struct top_scene *scene, const struct top_row *row, struct area area)
{
	char text[16];

	if (row->thread->end != END_ALIVE) {
		put_none(scene, area);
		return;
	}
	snprintf(text, sizeof(text), "%d", row->thread->cpu);
	cells_put_right(scene->cells, area.row, area.column, area.columns,
			row->thread->state == STATE_RUNNING ? STYLE_RUNNING : STYLE_DIM,
			row->thread->cpu < 0 ? "?" : text);
}

static void draw_waker(struct top_scene *scene, const struct top_row *row, struct area area)
{
	const struct thread *thread = row->thread;
	const char *word = "-";

	if (thread->waker)
		word = thread_label(thread->waker, &scene->text).text;
	else if (thread->waker_tid)
		word = "outside";
	else if (thread->wakeups)
		word = "interrupt";
	cells_put(scene->cells, area.row, area.column, area.columns,
		  thread->waker ? STYLE_PLAIN : STYLE_DIM, word);
}

static void draw_strip(struct top_scene *scene, const struct top_row *row, struct area area)
{
	top_strip_thread(scene, row->recent, area);
}

static uint64_t key_age(const struct top_scene *scene, const struct top_row *row)
{
	(void)scene;
	return UINT64_MAX - row->thread->serial;
}

static uint64_t key_tid(const struct top_scene *scene, const struct top_row *row)
{
	(void)scene;
	return UINT64_MAX - row->thread->tid;
}

static uint64_t key_state(const struct top_scene *scene, const struct top_row *row)
{
	static const uint8_t order[STATE_COUNT] = {
	    [STATE_RUNNING] = 5, [STATE_READY] = 4, [STATE_NEW] = 3, [STATE_BLOCKED] = 2,
	    [STATE_UNKNOWN] = 1,
	};

	(void)scene;
	return order[row->thread->state];
}

/* What it waits on stands together; within that, who waited longest first. */
static uint64_t key_wait(const struct top_scene *scene, const struct top_row *row)
{
	const struct thread *thread = row->thread;
	uint64_t waited_ns = state_ns(scene, thread);

	if (thread->state != STATE_BLOCKED)
		return 0;
	return (uint64_t)(WAIT_KIND_COUNT - thread->wait.kind) << 56 | (waited_ns & ~0ull >> 8);
}

static uint64_t key_since(const struct top_scene *scene, const struct top_row *row)
{
	return state_ns(scene, row->thread);
}

static uint64_t key_running(const struct top_scene *scene, const struct top_row *row)
{
	struct recent_figures figures = figures_of(scene, row);

	return figures.state_ns[STATE_RUNNING];
}

static uint64_t key_ready(const struct top_scene *scene, const struct top_row *row)
{
	struct recent_figures figures = figures_of(scene, row);

	return figures.state_ns[STATE_READY] + figures.state_ns[STATE_NEW]; /* as it is drawn */
}

static uint64_t key_blocked(const struct top_scene *scene, const struct top_row *row)
{
	struct recent_figures figures = figures_of(scene, row);

	return figures.state_ns[STATE_BLOCKED];
}

static uint64_t key_delay(const struct top_scene *scene, const struct top_row *row)
{
	struct recent_figures figures = figures_of(scene, row);

	return delay_ns(&figures);
}

static uint64_t key_switches(const struct top_scene *scene, const struct top_row *row)
{
	struct recent_figures figures = figures_of(scene, row);

	return switches_per_s(&figures);
}

static uint64_t key_total(const struct top_scene *scene, const struct top_row *row)
{
	return top_state_ns(scene, row->thread, STATE_RUNNING);
}

static void draw_total(struct top_scene *scene, const struct top_row *row, struct area area)
{
	cells_put_right(scene->cells, area.row, area.column, area.columns, STYLE_PLAIN,
			units_duration(top_state_ns(scene, row->thread, STATE_RUNNING)).text);
}

const struct top_column top_columns[TOP_COLUMNS] = {
    {.title = "THREAD", .word = "age", .draw = draw_name, .key = key_age},
    {.title = "STATE", .word = "state", .width = 7, .draw = draw_state, .key = key_state},
    {.title = "WAITING FOR", .word = "what it waits for", .draw = draw_wait, .key = key_wait},
    {.title = "FOR", .word = "time in its state", .width = 8, .from = 96, .right = true,
     .draw = draw_since, .key = key_since},
    {.title = "RUN%", .word = "running", .width = 4, .right = true, .draw = draw_running,
     .key = key_running},
    {.title = "RDY%", .word = "ready, without a CPU", .width = 4, .from = 56, .right = true,
     .draw = draw_ready, .key = key_ready},
    {.title = "BLK%", .word = "blocked", .width = 4, .from = 90, .right = true,
     .draw = draw_blocked, .key = key_blocked},
    {.title = "DELAY", .word = "delay from ready to running", .width = 7, .from = 64,
     .right = true, .draw = draw_delay, .key = key_delay},
    {.title = "SW/s", .word = "switches a second", .width = 6, .from = 72, .right = true,
     .draw = draw_switches, .key = key_switches},
    {.title = "RAN", .word = "running since first seen", .width = 8, .from = 120, .right = true,
     .draw = draw_total, .key = key_total},
    {.title = "CPU", .word = "thread id", .width = 3, .from = 110, .right = true,
     .draw = draw_cpu, .key = key_tid},
    {.title = "WOKEN BY", .width = 14, .from = 140, .draw = draw_waker},
    {.title = "", .from = 56, .draw = draw_strip},
};

const struct top_column *const top_column_age = &top_columns[0];
const struct top_column *const top_column_running = &top_columns[4];

enum { NAME = 0, WAIT = 2, STRIP = TOP_COLUMNS - 1 };

void top_widths(unsigned int columns, unsigned int widths[TOP_COLUMNS])
{
	unsigned int fixed = TOP_COLUMNS - 1, left;

	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		widths[i] = columns >= top_columns[i].from ? top_columns[i].width : 0;
		fixed += widths[i];
		fixed -= top_columns[i].width && !widths[i];
	}
	left = columns > fixed ? columns - fixed : 0;
	widths[NAME] = left * 38 / 100;
	widths[STRIP] = columns >= top_columns[STRIP].from ? left * 22 / 100 : 0;
	if (widths[NAME] > 36)
		widths[NAME] = 36;
	if (widths[STRIP] > RECENT_SLICES)
		widths[STRIP] = RECENT_SLICES;
	widths[WAIT] = left - widths[NAME] - widths[STRIP];
	if (widths[WAIT] > 44) { /* the rest is time's */
		widths[STRIP] += widths[WAIT] - 44;
		widths[WAIT] = 44;
	}
	if (widths[STRIP] > RECENT_SLICES)
		widths[STRIP] = RECENT_SLICES;
}
