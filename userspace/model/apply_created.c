/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where in its creator's program a thread was created. Places are few and threads are many: a place is told once, and
 * threads point at it. It is told some time after the creation; a short thread has ended by then.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>

/* What its creator's stack held is none of the model's business. */
int apply_creator_stack(struct model *model, const struct record *record)
{
	(void)model;
	(void)record;
	return 0;
}

static void place_clear(struct place *place)
{
	while (place->calls_count)
		call_clear(&place->calls[--place->calls_count]);
}

void created_free(struct model *model)
{
	struct map *places = &model_own(model)->places;

	for (size_t i = 0; i < places->size; i++) {
		if (places->slots[i].value)
			place_clear(places->slots[i].value);
		free(places->slots[i].value);
	}
	map_clear(places);
}

/* NULL with *error 0: there are too many. */
static struct place *place_get(struct model *model, uint32_t number, int *error)
{
	struct map *places = &model_own(model)->places;
	struct place *place = map_get(places, number);

	*error = 0;
	if (place || !number || places->used >= MODEL_PLACES)
		return place;
	place = calloc(1, sizeof(*place));
	if (place && !map_put(places, number, place)) {
		place->number = number;
		model->places_count++;
		return place;
	}
	free(place);
	*error = -ENOMEM;
	return NULL;
}

int apply_place_frame(struct model *model, const struct record *record)
{
	const struct ev_place_frame *ev = record->place_frame;
	struct stack_call *call;
	struct place *place;
	int error;

	place = place_get(model, ev->place, &error);
	if (!place)
		return error;
	if (ev->index == 0)
		place_clear(place);
	/* As of a stack: one with a hole would show calls that never were. */
	if (ev->index != place->calls_count || ev->index >= ABI_PLACE_FRAMES)
		return 0;
	call = &place->calls[place->calls_count++];
	*call = (struct stack_call){.offset = ev->offset, .line = ev->line, .flags = ev->head.flags};
	if (call_keep(&call->function, ev->function, sizeof(ev->function)) ||
	    call_keep(&call->module, ev->module, sizeof(ev->module)) ||
	    call_keep(&call->file, ev->file, sizeof(ev->file)))
		return -ENOMEM;
	return 0;
}

int apply_created_at(struct model *model, const struct record *record)
{
	const struct ev_created_at *ev = record->created_at;
	struct thread *thread = (struct thread *)model_thread_started(model, ev->tid, ev->start_ns);

	if (!thread)
		return 0;
	thread->created_at = map_get(&model_own(model)->places, ev->place);
	thread->created_unknown = ev->why < CREATED_UNKNOWN_COUNT ? (enum created_unknown)ev->why : CREATED_NOT_TOLD;
	return 0;
}

const struct stack_call *created_call(const struct thread *thread)
{
	const struct place *place = thread->created_at;

	return place && place->calls_count ? place->calls : NULL;
}
