/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/decode/pack_private.h"

#include <errno.h>
#include <stdlib.h>

/* The most that one record adds to a stream, for each 4 bytes of it: a number of 64 bits takes 10 bytes, once in the 16
 * bytes of a head; one of 32 bits takes 5. */
#define STREAM_BYTES(raw_bytes) ((raw_bytes) / 4 * 5 + 16)

size_t pack_bound(size_t raw_bytes)
{
	return STREAM_COUNT * sizeof(uint32_t) + raw_bytes * 2 + 64;
}

struct pack *pack_new(size_t limit)
{
	struct pack *pack = calloc(1, sizeof(*pack));

	if (!pack)
		return NULL;
	pack->limit = limit;
	for (int stream = 0; stream < STREAM_COUNT; stream++) {
		/* Only pages that are written to cost memory. */
		pack->streams[stream] = malloc(STREAM_BYTES(limit));
		if (!pack->streams[stream]) {
			pack_free(pack);
			return NULL;
		}
	}
	return pack;
}

void pack_free(struct pack *pack)
{
	if (!pack)
		return;
	for (int stream = 0; stream < STREAM_COUNT; stream++)
		free(pack->streams[stream]);
	free(pack);
}

struct writing {
	struct guesses *guesses;
	uint8_t *at[STREAM_COUNT];
};

static void put_number(uint8_t **at, uint64_t number)
{
	while (number >= 0x80) {
		*(*at)++ = number | 0x80;
		number >>= 7;
	}
	*(*at)++ = number;
}

/* Small whether it is a little more or a little less. */
static uint32_t fold32(uint32_t difference)
{
	return difference << 1 ^ -(difference >> 31);
}

static uint64_t fold64(uint64_t difference)
{
	return difference << 1 ^ -(difference >> 63);
}

static unsigned int put_shape(struct writing *writing, const struct rec_head *head)
{
	struct guesses *guesses = writing->guesses;
	uint64_t shape = shape_of(head);
	unsigned int code = 0;

	while (code < guesses->shapes_count && guesses->shapes[code] != shape)
		code++;
	if (code < guesses->shapes_count) {
		*writing->at[STREAM_SHAPES]++ = code;
		return code;
	}
	*writing->at[STREAM_SHAPES]++ = SHAPE_SPELLED;
	memcpy(writing->at[STREAM_SPELLED], &shape, sizeof(shape));
	writing->at[STREAM_SPELLED] += sizeof(shape);
	if (code < SHAPES_MAX)
		guesses->shapes[guesses->shapes_count++] = shape;
	return code;
}

static void put_body(struct writing *writing, const uint32_t *body, size_t numbers, const uint32_t *like)
{
	for (size_t i = 1; i < numbers; i++) {
		uint32_t difference = body[i] - (like ? like[i] : 0);
		unsigned int bit = (i - 1) % 8;

		if (!bit)
			*writing->at[STREAM_MASKS]++ = 0;
		if (!difference)
			continue;
		writing->at[STREAM_MASKS][-1] |= 1u << bit;
		put_number(&writing->at[value_stream(i - 1)], fold32(difference));
	}
}

static void put_record(struct writing *writing, const void *records, const struct rec_head *head)
{
	unsigned int shape = put_shape(writing, head);
	const uint32_t *body = (const uint32_t *)(head + 1);
	size_t numbers = (head->size - sizeof(*head)) / sizeof(*body);

	put_number(&writing->at[STREAM_TIMES], fold64(head->ts_ns - writing->guesses->last_ns));
	put_number(&writing->at[STREAM_CPUS], head->cpu);
	writing->guesses->last_ns = head->ts_ns;
	if (!numbers)
		return;
	if (body[0] == guess_subject(writing->guesses, head))
		*writing->at[STREAM_SUBJECTS]++ = 0;
	else
		put_number(&writing->at[STREAM_SUBJECTS], (uint64_t)body[0] + 1);
	put_body(writing, body, numbers, guess_body(writing->guesses, records, shape, head, body[0]));
	guess_note(writing->guesses, shape, head, (const char *)head - (const char *)records);
}

static size_t join_streams(struct pack *pack, const struct writing *writing, uint8_t *packed)
{
	uint8_t *at = packed + STREAM_COUNT * sizeof(uint32_t);

	for (int stream = 0; stream < STREAM_COUNT; stream++) {
		uint32_t length = writing->at[stream] - pack->streams[stream];

		memcpy(packed + stream * sizeof(length), &length, sizeof(length));
		memcpy(at, pack->streams[stream], length);
		at += length;
	}
	return at - packed;
}

ssize_t pack_records(struct pack *pack, const void *records, size_t raw_bytes, void *packed)
{
	struct writing writing = {.guesses = &pack->guesses};
	const char *at = records, *end = at + raw_bytes;

	if (raw_bytes > pack->limit)
		return -EINVAL;
	guesses_clear(&pack->guesses);
	memcpy(writing.at, pack->streams, sizeof(writing.at));
	while (at < end) {
		const struct rec_head *head = (const void *)at;

		if ((size_t)(end - at) < sizeof(*head) || head->size < sizeof(*head) || head->size % 8 ||
		    head->size > end - at)
			return -EINVAL;
		put_record(&writing, records, head);
		at += head->size;
	}
	return join_streams(pack, &writing, packed);
}
