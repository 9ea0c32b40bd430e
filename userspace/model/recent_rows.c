/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Which threads a record of the last seconds keeps, found anew at every look. The model lists threads in an order that
 * hardly changes, so the rows of before are walked beside it, and the map is asked only where the two part.
 */
#include "userspace/model/recent.h"

#include <errno.h>
#include <stdlib.h>

/* What becomes of the old rows: those that are taken over lose their `own`. */
struct walk {
	struct recent *recent;
	struct recent_row *old, *rows;
	size_t old_count, at, count, taken;
};

static bool is_kept(const struct recent *recent, const struct thread *thread)
{
	return thread->end == END_ALIVE || recent->begin_ns <= thread->last_ns + RECENT_LINGER_NS;
}

static struct recent_thread *make(struct recent *recent, const struct thread *thread)
{
	struct recent_thread *own = calloc(1, sizeof(*own));
	struct recent_base *base;

	if (!own)
		return NULL;
	base = &own->slice_base;
	base->at_ns = thread->first_ns;
	base->state = STATE_UNKNOWN;
	if (thread->first_ns < recent->begin_ns) {
		/* It was there before: what it did then is no part of these seconds. */
		base->at_ns = thread->last_ns;
		base->state = thread->state;
		for (int state = 0; state < STATE_COUNT; state++)
			base->state_ns[state] = thread->state_ns[state];
		base->switches = thread->voluntary + thread->involuntary;
		base->delays = thread->delays.count;
		base->delay_ns = thread->delays.total_ns;
	}
	own->interval_base = own->slice_base;
	own->written = recent->slices;
	if (!map_put(&recent->by_serial, thread->serial, own))
		return own;
	free(own);
	return NULL;
}

/* The old row of that thread, as a rule the next one or a little behind. */
static struct recent_row *find_old(const struct walk *walk, uint64_t serial)
{
	for (size_t step = 0; step < walk->old_count; step++) {
		struct recent_row *old = &walk->old[(walk->at + step) % walk->old_count];

		if (old->serial == serial)
			return old;
	}
	return NULL;
}

static struct recent_thread *take_over(struct walk *walk, const struct thread *thread)
{
	struct recent_row *old = walk->at < walk->old_count ? &walk->old[walk->at] : NULL;
	struct recent_thread *own;

	if (!old || old->serial != thread->serial) {
		if (!map_get(&walk->recent->by_serial, thread->serial))
			return make(walk->recent, thread);
		old = find_old(walk, thread->serial);
	}
	own = old->own;
	old->own = NULL;
	walk->at = (size_t)(old - walk->old) + 1;
	walk->taken++;
	return own;
}

static void drop_rest(const struct walk *walk)
{
	for (size_t i = 0; walk->taken < walk->old_count && i < walk->old_count; i++) {
		if (!walk->old[i].own)
			continue;
		map_remove(&walk->recent->by_serial, walk->old[i].serial);
		free(walk->old[i].own);
	}
}

static int make_room(struct recent *recent, size_t count)
{
	size_t room = count + count / 4 + 1;
	struct recent_row *rows, *spare;

	if (count <= recent->rows_room && recent->spare)
		return 0;
	rows = realloc(recent->rows, room * sizeof(*rows));
	if (rows)
		recent->rows = rows;
	spare = realloc(recent->spare, room * sizeof(*spare));
	if (spare)
		recent->spare = spare;
	if (!rows || !spare)
		return -ENOMEM;
	recent->rows_room = room;
	return 0;
}

int recent_refresh(struct recent *recent, const struct model *model)
{
	struct walk walk = {.recent = recent, .old_count = recent->rows_count};
	int error = 0;

	if (make_room(recent, model->threads_count))
		return -ENOMEM;
	walk.old = recent->rows;
	walk.rows = recent->spare;
	process_for_each(model, process) {
		thread_for_each(process, thread) {
			struct recent_thread *own;

			if (walk.count == model->threads_count || error || !is_kept(recent, thread))
				continue;
			own = take_over(&walk, thread);
			if (!own)
				error = -ENOMEM;
			else
				walk.rows[walk.count++] = (struct recent_row){thread->serial, thread, own};
		}
	}
	drop_rest(&walk);
	recent->spare = walk.old;
	recent->rows = walk.rows;
	recent->rows_count = walk.count;
	return error;
}
