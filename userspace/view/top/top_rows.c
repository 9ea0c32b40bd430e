// SPDX-License-Identifier: GPL-2.0-only
/* Which threads are shown, in which order, and which of them is selected. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/top/top_private.h"

bool top_matches(const struct top_scene *scene, const struct thread *thread, const char *word)
{
	char tid[16];

	if (!*word)
		return true;
	snprintf(tid, sizeof(tid), "%u", thread->tid);
	return strcasestr(thread_label(thread, &scene->text).text, word) ||
	       strcasestr(process_label(thread->process, &scene->text).text, word) ||
	       strstr(tid, word);
}

uint64_t top_state_ns(const struct top_scene *scene, const struct thread *thread,
		      enum thread_state state)
{
	uint64_t state_ns = thread->state_ns[state];

	if (thread->state == state && state != STATE_TERMINATED &&
	    scene->clock.now_ns > thread->last_ns)
		state_ns += scene->clock.now_ns - thread->last_ns;
	return state_ns;
}

static bool is_shown(const struct top_scene *scene, const struct thread *thread)
{
	if (thread->kernel_thread && !scene->state->kernel)
		return false;
	return top_matches(scene, thread, scene->state->filter);
}

static int make_room(struct top_rows *rows, size_t count)
{
	struct top_row *grown;

	if (count <= rows->room)
		return 0;
	count += count / 4;
	grown = realloc(rows->rows, count * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	rows->rows = grown;
	rows->room = count;
	return 0;
}

static bool is_deadlocked(const struct thread *thread)
{
	return thread->state == STATE_BLOCKED && thread->wait.confirmed;
}

static void gather(struct top_scene *scene)
{
	const struct top_state *state = scene->state;
	struct top_rows *rows = &scene->rows;

	rows->count = 0;
	scene->counts = (struct top_counts){0};
	for (size_t i = 0; i < scene->recent->rows_count; i++) {
		const struct recent_row *recent = &scene->recent->rows[i];
		struct top_row *row = &rows->rows[rows->count];

		if (recent->thread->end == END_ALIVE) {
			scene->counts.alive++;
			scene->counts.states[recent->thread->state]++;
			scene->counts.deadlocked += is_deadlocked(recent->thread);
		}
		if (!is_shown(scene, recent->thread))
			continue;
		*row = (struct top_row){
		    .thread = recent->thread,
		    .recent = recent,
		};
		row->key = state->sort->key(scene, row);
		if (state->inverted)
			row->key = UINT64_MAX - row->key;
		rows->count++;
	}
}

/*
 * Rows of one process stand together still: the model lists them so. Where its leader has no row (a filter left it out,
 * or it has ended long ago), nobody stands in its place: the others are not that one's.
 */
static void find_groups(struct top_rows *rows)
{
	for (size_t first = 0, end; first < rows->count; first = end) {
		const struct process *process = rows->rows[first].thread->process;
		uint64_t best = 0;
		size_t head = SIZE_MAX;

		for (end = first; end < rows->count; end++) {
			const struct top_row *row = &rows->rows[end];

			if (row->thread->process != process)
				break;
			if (row->key > best)
				best = row->key;
			if (row->thread == process->leader)
				head = end;
		}
		for (size_t i = first; i < end; i++) {
			rows->rows[i].group_key = best;
			rows->rows[i].head = i == head;
			rows->rows[i].below = head != SIZE_MAX && i != head;
		}
	}
}

static int later(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_key(const void *a, const void *b)
{
	const struct top_row *one = a, *other = b;

	if (one->key != other->key)
		return later(other->key, one->key);
	return later(one->thread->serial, other->thread->serial);
}

static int by_group(const void *a, const void *b)
{
	const struct top_row *one = a, *other = b;

	if (one->thread->process->ended != other->thread->process->ended)
		return one->thread->process->ended - other->thread->process->ended;
	if (one->group_key != other->group_key)
		return later(other->group_key, one->group_key);
	if (one->thread->process != other->thread->process)
		return later(one->thread->process->serial, other->thread->process->serial);
	if (one->head != other->head)
		return other->head - one->head;
	return by_key(a, b);
}

/* As a rule they are in order already: by age, or as nothing has moved. */
static void sort_rows(struct top_rows *rows, int (*compare)(const void *, const void *))
{
	for (size_t i = 1; i < rows->count; i++) {
		if (compare(&rows->rows[i - 1], &rows->rows[i]) > 0) {
			qsort(rows->rows, rows->count, sizeof(*rows->rows), compare);
			return;
		}
	}
}

static void sort(const struct top_state *state, struct top_rows *rows)
{
	if (state->flat) {
		sort_rows(rows, by_key);
		return;
	}
	find_groups(rows);
	sort_rows(rows, by_group);
	for (size_t i = 0; i < rows->count; i++)
		rows->rows[i].last = i + 1 == rows->count || !rows->rows[i + 1].below;
}

/* The selection stays on its row, or (follow) with its thread. */
static void keep_selection(struct top_scene *scene)
{
	struct top_state *state = scene->state;
	struct top_rows *rows = &scene->rows;

	for (size_t i = 0; state->follow && i < rows->count; i++) {
		if (rows->rows[i].thread->serial == state->selected_serial) {
			state->selected = i;
			return;
		}
	}
	if (state->selected >= rows->count)
		state->selected = rows->count ? rows->count - 1 : 0;
	if (rows->count && !state->follow)
		state->selected_serial = rows->rows[state->selected].thread->serial;
}

int top_collect(struct top_scene *scene)
{
	int error = make_room(&scene->rows, scene->recent->rows_count + 1);

	if (error)
		return error;
	gather(scene);
	sort(scene->state, &scene->rows);
	keep_selection(scene);
	return 0;
}

const struct top_row *top_selected(const struct top_scene *scene)
{
	const struct top_state *state = scene->state;

	if (state->selected >= scene->rows.count)
		return NULL;
	return &scene->rows.rows[state->selected];
}
