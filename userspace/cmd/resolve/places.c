// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/cmd/resolve/creator_queue.h"
#include "userspace/cmd/resolve/process_spaces.h"
#include "userspace/cmd/session.h"
#include "userspace/enrich/creation.h"
#include "userspace/util/clock.h"

#define PLACES_MAX  4096 /* of one observation */
#define MODULES_MAX 256 /* open files; with more, all is begun anew */
#define PAUSE_NS    20000000ll /* at a stretch */
#define SHARE	    4 /* of the time that passes, one part in so many: a storm of programs must not keep the reader busy */
#define FINISH_NS   1000000000ull

struct known {
	struct creation creation;
	uint32_t number;
	uint32_t serial; /* of the space in which its lines are looked for; 0: they are known, as far as they ever will be */
};

struct places {
	struct creator_queue waiting;
	struct symbols *symbols;
	struct process_spaces spaces; /* their chains lead to the place that they mean: struct known */
	int64_t credit_ns; /* that much may be used; less than 0: a file kept it waiting for longer, which is worked off */
	uint64_t credited_ns; /* as of then */
	struct known *known[PLACES_MAX];
	size_t known_count, unfinished;
	struct map by_content;
};

/* FNV-1a; never 0, which no map has for a key. */
static uint64_t hash_add(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	while (size--)
		hash = (hash ^ *byte++) * 0x100000001b3;
	return hash;
}

#define HASH_BEGIN 0xcbf29ce484222325

/* --- being --------------------------------------------------------------------------------------------------- */

struct places *places_new(void)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return NULL;
	places->symbols = symbols_new();
	if (places->symbols && !creator_queue_open(&places->waiting))
		return places;
	places_free(places);
	return NULL;
}

void places_free(struct places *places)
{
	if (!places)
		return;
	if (places->symbols)
		spaces_close(&places->spaces, places->symbols);
	symbols_close(places->symbols);
	for (size_t i = 0; i < places->known_count; i++)
		free(places->known[i]);
	map_clear(&places->by_content);
	creator_queue_close(&places->waiting);
	free(places);
}

/* --- telling ------------------------------------------------------------------------------------------------- */

static int tell_place(struct session *session, const struct known *known)
{
	int error = 0;

	for (size_t i = 0; i < known->creation.count && !error; i++) {
		struct ev_place_frame frame = known->creation.frames[i];

		frame.head = (struct rec_head){
			.ts_ns = session->model->now_ns, .size = sizeof(frame), .kind = REC_place_frame};
		frame.head.flags = i + 1 == known->creation.count ? FRAME_F_LAST : 0;
		frame.place = known->number;
		error = session_take(session, &frame, sizeof(frame));
	}
	return error;
}

static int tell_created(struct session *session, const struct ev_creator_stack *creator, uint32_t place,
			enum created_unknown why)
{
	const struct ev_created_at created = {
		.head = {.ts_ns = session->model->now_ns, .size = sizeof(created), .kind = REC_created_at},
		.tid = creator->tid,
		.pid = creator->pid,
		.start_ns = creator->start_ns,
		.place = place,
		.why = why,
	};

	return session_take(session, &created, sizeof(created));
}

static int tell_unknown(struct session *session, const struct ev_creator_stack *creator, enum created_unknown why)
{
	return tell_created(session, creator, 0, why);
}

/* --- hearing -------------------------------------------------------------------------------------------------- */

/* A program may be gone soon: what it has mapped is read at once, unless there are so many that nothing else is done. */
static void meet(struct places *places, const struct ev_creator_stack *creator, uint32_t image)
{
	uint64_t begin_ns = clock_now_ns();

	if (places->credit_ns <= -PAUSE_NS)
		return;
	spaces_meet(&places->spaces, places->symbols, creator->creator_pid, image);
	places->credit_ns -= (int64_t)(clock_now_ns() - begin_ns);
}

int places_take(struct places *places, struct session *session, const struct ev_creator_stack *creator)
{
	uint32_t image = spaces_image(&places->spaces, creator->creator_pid);

	if (creator->tid == creator->pid)
		spaces_fork(&places->spaces, creator->pid, creator->creator_pid);
	if (!creator_queue_put(&places->waiting, creator, image))
		return tell_unknown(session, creator, CREATED_MANY);
	meet(places, creator, image);
	return 0;
}

void places_hear(struct places *places, const struct record *record)
{
	const struct ev_task_newtask *created = record->task_newtask;
	const struct ev_sched_process_exec *replaced = record->sched_process_exec;

	if (record->kind == REC_sched_process_exec)
		spaces_exec(&places->spaces, places->symbols, replaced->pid, replaced->head.ts_ns);
	else if (record->kind == REC_task_newtask && created->tid == created->pid)
		spaces_fork(&places->spaces, created->pid, created->creator_pid);
	else if (record->kind == REC_sched_process_exit && record->sched_process_exit->head.flags & EXIT_F_LAST)
		spaces_exit(&places->spaces, record->sched_process_exit->pid);
}

/* --- places -------------------------------------------------------------------------------------------------- */

static uint64_t hash_content(const struct creation *creation)
{
	return hash_add(HASH_BEGIN, creation->frames, creation->count * sizeof(*creation->frames)) | 1;
}

static uint64_t hash_chain(const struct stack *stack)
{
	uint64_t hash = HASH_BEGIN;

	for (size_t i = 0; i < stack->count; i++)
		hash = hash_add(hash, &stack->frames[i].address, sizeof(stack->frames[i].address));
	return hash | 1;
}

static bool is_same(const struct creation *one, const struct creation *other)
{
	return one->count == other->count && !memcmp(one->frames, other->frames, one->count * sizeof(*one->frames));
}

/* NULL: there are too many. It may have been told already, by another process of that program, say. */
static struct known *know(struct places *places, const struct creation *creation, bool finished, uint32_t serial)
{
	uint64_t key = hash_content(creation);
	struct known *known = finished ? map_get(&places->by_content, key) : NULL;

	if (known && is_same(&known->creation, creation))
		return known;
	known = places->known_count < PLACES_MAX ? malloc(sizeof(*known)) : NULL;
	if (!known)
		return NULL;
	known->creation = *creation;
	known->serial = finished ? 0 : serial;
	places->known[places->known_count++] = known;
	known->number = (uint32_t)places->known_count;
	if (finished)
		map_put(&places->by_content, key, known);
	else
		places->unfinished++;
	return known;
}

static int ms_until(uint64_t end_ns)
{
	uint64_t now = clock_now_ns();

	return now < end_ns ? (int)((end_ns - now) / 1000000) : 0;
}

/* Stacks of one chain of calls are one place. *place NULL: *why tells. */
static int find_place(struct places *places, struct session *session, struct process_space *process,
		      const struct ev_creator_stack *creator, uint64_t end_ns, struct known **place,
		      enum created_unknown *why)
{
	struct creation creation;
	struct stack stack;
	size_t before = places->known_count;
	uint64_t chain;
	bool finished;

	stack_unwind_creator(places->symbols, creator, &stack);
	chain = hash_chain(&stack);
	*place = map_get(&process->chains, chain);
	*why = CREATED_STACK;
	if (*place || creation_find(places->symbols, &stack, &creation))
		return 0;
	finished = !creation_find_lines(places->symbols, &creation, ms_until(end_ns));
	*place = know(places, &creation, finished, process->serial);
	*why = CREATED_MANY;
	if (!*place)
		return 0;
	map_put(&process->chains, chain, *place);
	return places->known_count > before ? tell_place(session, *place) : 0;
}

/* Lines that did not come in time. */
static int finish_places(struct places *places, struct session *session, uint64_t end_ns)
{
	int error = 0;

	for (size_t i = 0; places->unfinished && i < places->known_count && !error; i++) {
		struct known *known = places->known[i];
		struct process_space *process = known->serial ? spaces_find(&places->spaces, known->serial) : NULL;

		if (!known->serial)
			continue;
		if (process) {
			symbols_look(places->symbols, &process->space);
			if (creation_find_lines(places->symbols, &known->creation, ms_until(end_ns)) == -EAGAIN)
				continue;
			error = tell_place(session, known);
		}
		known->serial = 0;
		places->unfinished--;
	}
	return error;
}

/* --- working ------------------------------------------------------------------------------------------------- */

/* Programs come and go: what was read of files is let go of now and then. */
static int begin_anew(struct places *places)
{
	struct symbols *symbols = symbols_new();

	if (!symbols)
		return -ENOMEM;
	symbols_close(places->symbols);
	places->symbols = symbols;
	return 0;
}

/* last: nothing more will come that could tell better. */
static int resolve(struct places *places, struct session *session, struct waiting_creator *creator, uint64_t end_ns,
		   bool last)
{
	const struct ev_creator_stack *stack = &creator->stack;
	enum created_unknown why;
	struct process_space *process = spaces_look(&places->spaces, places->symbols, stack->creator_pid, creator->image,
						    stack->head.ts_ns, &why);
	struct known *place = NULL;
	int error = 0;

	if (process && !last && !spaces_settled(&places->spaces, process))
		return 0;
	creator->done = true;
	if (process) {
		symbols_look(places->symbols, &process->space);
		error = find_place(places, session, process, stack, end_ns, &place, &why);
	}
	if (error)
		return error;
	return place ? tell_created(session, stack, place->number, CREATED_NOT_TOLD) : tell_unknown(session, stack, why);
}

static int work(struct places *places, struct session *session, uint64_t end_ns, bool last)
{
	int error = 0;

	if (symbols_modules(places->symbols) > MODULES_MAX)
		error = begin_anew(places);
	for (size_t i = 0; !error && i < places->waiting.count && clock_now_ns() < end_ns; i++) {
		struct waiting_creator *creator = creator_queue_at(&places->waiting, i);

		if (!creator->done)
			error = resolve(places, session, creator, end_ns, last);
	}
	creator_queue_trim(&places->waiting);
	return error ? error : finish_places(places, session, end_ns);
}

static void earn(struct places *places, uint64_t now)
{
	places->credit_ns += (int64_t)((now - places->credited_ns) / SHARE);
	places->credited_ns = now;
	if (places->credit_ns > PAUSE_NS)
		places->credit_ns = PAUSE_NS;
}

int places_pause(struct places *places, struct session *session)
{
	uint64_t begin_ns;
	int error;

	symbols_rest(places->symbols);
	places->spaces.round++;
	if (!places->waiting.count && !places->unfinished)
		return 0;
	begin_ns = clock_now_ns();
	earn(places, begin_ns);
	if (places->credit_ns <= 0)
		return 0;
	error = work(places, session, begin_ns + (uint64_t)places->credit_ns, false);
	places->credit_ns -= (int64_t)(clock_now_ns() - begin_ns);
	return error;
}

int places_finish(struct places *places, struct session *session)
{
	return work(places, session, clock_now_ns() + FINISH_NS, true);
}
