/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/model/recent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void recent_free(struct recent *recent)
{
	for (size_t i = 0; i < recent->rows_count; i++)
		free(recent->rows[i].own);
	free(recent->rows);
	free(recent->spare);
	free(recent->cpus);
	map_clear(&recent->by_serial);
	*recent = (struct recent){0};
}

/* A record that came late may have taken time back. */
static uint64_t positive(uint64_t span_ns)
{
	return (int64_t)span_ns > 0 ? span_ns : 0;
}

/* Still in the state that it was in at the base? Then the base tells everything, unless a look shared the time out. */
static bool is_quiet(const struct thread *thread, const struct recent_base *base)
{
	return thread->state == base->state && thread->state_since_ns <= base->at_ns && thread->looked_ns <= base->at_ns;
}

/* To a later time, up to which the thread was quiet. */
static void base_move(struct recent_base *base, uint64_t to_ns)
{
	if (base->at_ns >= to_ns)
		return;
	if (base->state != STATE_TERMINATED)
		base->state_ns[base->state] += to_ns - base->at_ns;
	base->at_ns = to_ns;
}

/* The totals at a time that no record is later than. */
static struct recent_base base_of(const struct thread *thread, uint64_t at_ns)
{
	struct recent_base base = {
		.at_ns = at_ns,
		.state = thread->state,
		.switches = thread->voluntary + thread->involuntary,
		.delays = thread->delays.count,
		.delay_ns = thread->delays.total_ns,
	};

	memcpy(base.state_ns, thread->state_ns, sizeof(base.state_ns));
	if (thread->state != STATE_TERMINATED)
		base.state_ns[thread->state] += at_ns - thread->last_ns;
	return base;
}

static uint8_t part_of(uint64_t span_ns, uint64_t whole_ns)
{
	uint64_t part = (span_ns * 255 + whole_ns / 2) / whole_ns;

	return part > 255 ? 255 : (uint8_t)part;
}

/* Time that turned out to have been spent otherwise (a wait that never was) is told late: never more than a whole. */
static struct slice slice_of(const uint64_t *state_ns)
{
	uint8_t running = part_of(state_ns[STATE_RUNNING], RECENT_SLICE_NS);
	uint8_t ready = part_of(state_ns[STATE_READY] + state_ns[STATE_NEW], RECENT_SLICE_NS);
	uint8_t blocked = part_of(state_ns[STATE_BLOCKED], RECENT_SLICE_NS);

	if (ready > 255 - running)
		ready = 255 - running;
	if (blocked > 255 - running - ready)
		blocked = 255 - running - ready;
	return (struct slice){.running = running, .ready = ready, .blocked = blocked};
}

static struct slice slice_quiet(enum thread_state state)
{
	uint64_t state_ns[STATE_COUNT] = {0};

	state_ns[state] = RECENT_SLICE_NS;
	return slice_of(state_ns);
}

/* Up to that slice it was quiet. */
static void fill(struct recent_thread *own, uint64_t slice)
{
	struct slice quiet = slice_quiet(own->slice_base.state);

	if (slice - own->written > RECENT_SLICES)
		own->written = slice - RECENT_SLICES;
	for (; own->written < slice; own->written++)
		own->ring[own->written % RECENT_SLICES] = quiet;
}

/* The same in each of so many slices. */
static void put_slices(struct recent_thread *own, uint64_t first, uint64_t count, struct slice slice)
{
	uint64_t end = first + count;

	if (count > RECENT_SLICES)
		first = end - RECENT_SLICES;
	for (; first < end; first++)
		own->ring[first % RECENT_SLICES] = slice;
	own->written = end;
}

/* Of so many slices from begin_ns on those up to its end, or all. */
static uint64_t slices_alive(const struct thread *thread, uint64_t begin_ns, uint64_t count)
{
	uint64_t until;

	if (thread->state != STATE_TERMINATED)
		return count;
	until = positive(thread->state_since_ns - begin_ns) / RECENT_SLICE_NS + 1;
	return until < count ? until : count;
}

static void take_thread(struct recent *recent, const struct recent_row *row, uint64_t count)
{
	uint64_t end_ns = recent->begin_ns + count * RECENT_SLICE_NS;
	const struct thread *thread = row->thread;
	struct recent_thread *own = row->own;
	uint64_t state_ns[STATE_COUNT] = {0}, mean_ns[STATE_COUNT], alive;
	struct recent_base now;

	if (is_quiet(thread, &own->slice_base)) {
		state_ns[thread->state] = count * RECENT_SLICE_NS;
	} else {
		fill(own, recent->slices);
		base_move(&own->slice_base, recent->begin_ns);
		now = base_of(thread, end_ns);
		alive = slices_alive(thread, recent->begin_ns, count);
		for (int state = 0; state < STATE_COUNT; state++) {
			state_ns[state] = positive(now.state_ns[state] - own->slice_base.state_ns[state]);
			mean_ns[state] = state_ns[state] / alive;
		}
		put_slices(own, recent->slices, alive, slice_of(mean_ns));
		if (thread->state == STATE_TERMINATED)
			own->ring[(own->written - 1) % RECENT_SLICES].ended = 1;
		own->slice_base = now;
	}
	recent->sum_running_ns += state_ns[STATE_RUNNING];
	recent->sum_ready_ns += state_ns[STATE_READY];
}

/* closes: the interval ends here; else it is the first one, still under way. */
static void take_figures(const struct recent *recent, const struct recent_row *row, uint64_t end_ns, bool closes)
{
	struct recent_thread *own = row->own;
	struct recent_base *base = &own->interval_base;
	struct recent_figures *figures = &own->figures;
	struct recent_base now;

	if (is_quiet(row->thread, base))
		return;
	base_move(base, recent->interval_begin_ns);
	now = base_of(row->thread, end_ns);
	for (int state = 0; state < STATE_COUNT; state++)
		figures->state_ns[state] = positive(now.state_ns[state] - base->state_ns[state]);
	figures->interval_ns = end_ns - recent->interval_begin_ns;
	figures->switches = positive(now.switches - base->switches);
	figures->delays = positive(now.delays - base->delays);
	figures->delay_ns = positive(now.delay_ns - base->delay_ns);
	own->figured = recent->interval;
	if (closes)
		*base = now;
}

static int take_cpus(struct recent *recent, const struct model *model, uint64_t count)
{
	uint64_t end_ns = recent->begin_ns + count * RECENT_SLICE_NS;
	uint64_t kept = count < RECENT_SLICES ? count : RECENT_SLICES;

	if (model->cpus_count > recent->cpus_count) {
		struct recent_cpu *cpus = realloc(recent->cpus, model->cpus_count * sizeof(*cpus));

		if (!cpus)
			return -ENOMEM;
		memset(cpus + recent->cpus_count, 0, (model->cpus_count - recent->cpus_count) * sizeof(*cpus));
		recent->cpus = cpus;
		recent->cpus_count = model->cpus_count;
	}
	for (size_t i = 0; i < model->cpus_count; i++) {
		const struct cpu *cpu = &model->cpus[i];
		uint64_t now_ns = cpu->busy_ns + (cpu->running ? end_ns - cpu->running->last_ns : 0);
		uint8_t busy = part_of(positive(now_ns - recent->cpus[i].before_ns), count * RECENT_SLICE_NS);

		for (uint64_t back = 1; back <= kept; back++)
			recent->cpus[i].busy[(recent->slices + count - back) % RECENT_SLICES] = busy;
		recent->cpus[i].before_ns = now_ns;
	}
	return 0;
}

/* closes: it is full, or more than full. */
static void take_interval(struct recent *recent, uint64_t end_ns, bool closes)
{
	/* Until the first interval has ended, what there is of it is better than nothing. */
	if (!closes && recent->slices > RECENT_INTERVAL)
		return;
	recent->interval++;
	recent->interval_ns = end_ns - recent->interval_begin_ns;
	recent->running_ns = recent->sum_running_ns;
	recent->ready_ns = recent->sum_ready_ns;
	for (size_t i = 0; i < recent->rows_count; i++)
		take_figures(recent, &recent->rows[i], end_ns, closes);
	if (!closes)
		return;
	recent->interval_begin_ns = end_ns;
	recent->sum_running_ns = recent->sum_ready_ns = 0;
}

/* count: 1, but for who comes late: what happened meanwhile has come at once, and is taken for spread evenly. */
static int take_slices(struct recent *recent, const struct model *model, uint64_t count)
{
	uint64_t end_ns = recent->begin_ns + count * RECENT_SLICE_NS;
	uint64_t before_ns = recent->sum_running_ns;
	unsigned int cpus = model->begin.cpus ? model->begin.cpus : 1;
	int error = recent_refresh(recent, model);
	uint8_t busy;
	bool closes;

	if (!error)
		error = take_cpus(recent, model, count);
	if (error)
		return error;
	for (size_t i = 0; i < recent->rows_count; i++)
		take_thread(recent, &recent->rows[i], count);
	busy = part_of((recent->sum_running_ns - before_ns) / cpus, count * RECENT_SLICE_NS);
	for (uint64_t back = count < RECENT_SLICES ? count : RECENT_SLICES; back > 0; back--)
		recent->busy[(recent->slices + count - back) % RECENT_SLICES] = busy;
	closes = end_ns - recent->interval_begin_ns >= RECENT_INTERVAL * RECENT_SLICE_NS;
	recent->slices += count;
	take_interval(recent, end_ns, closes);
	recent->begin_ns = end_ns;
	return 0;
}

int recent_advance(struct recent *recent, const struct model *model, uint64_t now_ns)
{
	uint64_t count;

	if (!recent->begin_ns) {
		recent->begin_ns = recent->interval_begin_ns = model->first_ns ? model->first_ns : now_ns;
		return recent_refresh(recent, model);
	}
	count = positive(now_ns - recent->begin_ns) / RECENT_SLICE_NS;
	return count ? take_slices(recent, model, count) : 0;
}

struct recent_figures recent_figures(const struct recent *recent, const struct recent_row *row)
{
	enum thread_state state = row->own->interval_base.state;
	struct recent_figures figures = {.interval_ns = recent->interval_ns};

	if (row->own->figured == recent->interval && recent->interval)
		return row->own->figures;
	if (state == STATE_UNKNOWN) /* it has come since, or nobody saw what it did */
		return (struct recent_figures){0};
	if (state != STATE_TERMINATED)
		figures.state_ns[state] = recent->interval_ns;
	return figures;
}

struct slice recent_slice(const struct recent *recent, const struct recent_row *row, size_t back)
{
	const struct recent_thread *own = row->own;
	uint64_t slice = recent->slices - 1 - back;

	if (back >= recent->slices || back >= RECENT_SLICES)
		return (struct slice){0};
	if (slice >= own->written)
		return slice_quiet(own->slice_base.state);
	if (own->written - slice > RECENT_SLICES)
		return (struct slice){0};
	return own->ring[slice % RECENT_SLICES];
}

uint8_t recent_busy(const struct recent *recent, int cpu, size_t back)
{
	uint64_t slice = recent->slices - 1 - back;

	if (back >= recent->slices || back >= RECENT_SLICES || cpu >= (int)recent->cpus_count)
		return 0;
	return cpu < 0 ? recent->busy[slice % RECENT_SLICES] : recent->cpus[cpu].busy[slice % RECENT_SLICES];
}
