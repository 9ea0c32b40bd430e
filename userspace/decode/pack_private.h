/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What packing and unpacking must do alike, step by step: the streams, and the tables that guess the next record.
 */
#ifndef THRACE_DECODE_PACK_PRIVATE_H
#define THRACE_DECODE_PACK_PRIVATE_H

#include <stdbool.h>
#include <string.h>
#include "bpf/abi/events.h"
#include "userspace/decode/pack.h"

enum pack_stream {
	STREAM_SHAPES, /* a byte a record: which shape, or SHAPE_SPELLED */
	STREAM_SPELLED, /* shapes that were not met before, 8 bytes each */
	STREAM_TIMES, /* since the record before */
	STREAM_CPUS,
	STREAM_SUBJECTS, /* the body's first number: 0 as expected, else the number + 1 */
	STREAM_MASKS, /* a bit for each further number: does it differ from the guess? */
	STREAM_VALUES, /* by how much: a stream for each of the first places of the body, one for the rest */
	STREAM_COUNT = STREAM_VALUES + 14,
};

#define VALUE_STREAMS (STREAM_COUNT - STREAM_VALUES)

/* The head without time and CPU: few different ones are in use. */
#define SHAPES_MAX 255
#define SHAPE_SPELLED 255

#define SUBJECT_BITS 12
#define CPUS_GUESSED 1024

/* Where in the raw bytes of this chunk the last record of some sort stands. */
struct guesses {
	uint64_t shapes[SHAPES_MAX];
	unsigned int shapes_count;
	uint32_t by_shape[SHAPES_MAX + 1]; /* offset + 1; 0: none yet */
	uint32_t by_subject[1u << SUBJECT_BITS]; /* the same */
	uint32_t running[CPUS_GUESSED]; /* the thread that a CPU last passed to */
	uint64_t last_ns;
};

static inline void guesses_clear(struct guesses *guesses)
{
	memset(guesses, 0, sizeof(*guesses));
}

static inline uint64_t shape_of(const struct rec_head *head)
{
	return (uint64_t)head->reserved << 32 | head->size << 16 | head->kind << 8 | head->flags;
}

static inline uint32_t *guess_subject_slot(struct guesses *guesses, unsigned int shape, uint32_t subject)
{
	return &guesses->by_subject[(subject * 0x9e3779b1u ^ shape * 0x85ebca6bu) >> (32 - SUBJECT_BITS)];
}

/* The thread that leaves a CPU is as a rule the one that took it. */
static inline uint32_t guess_subject(const struct guesses *guesses, const struct rec_head *head)
{
	return head->kind == REC_sched_switch ? guesses->running[head->cpu % CPUS_GUESSED] : 0;
}

/* The numbers behind the subject of the record that this one is likely to resemble, or NULL. Both sides ask before they
 * note the record. */
static inline const uint32_t *guess_body(struct guesses *guesses, const void *records, unsigned int shape,
					 const struct rec_head *head, uint32_t subject)
{
	uint32_t at = *guess_subject_slot(guesses, shape, subject);
	const struct rec_head *like;

	if (at) {
		like = (const void *)((const char *)records + at - 1);
		if (shape_of(like) == shape_of(head) && *(const uint32_t *)(like + 1) == subject)
			return (const uint32_t *)(like + 1);
	}
	at = guesses->by_shape[shape];
	if (!at)
		return NULL;
	like = (const void *)((const char *)records + at - 1);
	return like->size == head->size ? (const uint32_t *)(like + 1) : NULL;
}

static inline void guess_note(struct guesses *guesses, unsigned int shape, const struct rec_head *head, uint32_t at)
{
	const uint32_t *body = (const uint32_t *)(head + 1);

	*guess_subject_slot(guesses, shape, body[0]) = at + 1;
	guesses->by_shape[shape] = at + 1;
	if (head->kind == REC_sched_switch && head->size >= sizeof(struct ev_sched_switch))
		guesses->running[head->cpu % CPUS_GUESSED] = body[1];
}

static inline unsigned int value_stream(size_t place)
{
	return STREAM_VALUES + (place < VALUE_STREAMS ? place : VALUE_STREAMS - 1);
}

struct pack {
	size_t limit;
	struct guesses guesses;
	uint8_t *streams[STREAM_COUNT];
};

#endif
