/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The way back from packed bytes. They may be anybody's: every step is checked against what is left.
 */
#include "userspace/decode/pack_private.h"

#include <errno.h>

struct reading {
	struct guesses *guesses;
	const uint8_t *at[STREAM_COUNT], *end[STREAM_COUNT];
	bool short_of; /* a stream ended too early */
};

static int split_streams(struct reading *reading, const uint8_t *packed, size_t packed_bytes)
{
	size_t at = STREAM_COUNT * sizeof(uint32_t);

	if (packed_bytes < at)
		return -EBADMSG;
	for (int stream = 0; stream < STREAM_COUNT; stream++) {
		uint32_t length;

		memcpy(&length, packed + stream * sizeof(length), sizeof(length));
		if (length > packed_bytes - at)
			return -EBADMSG;
		reading->at[stream] = packed + at;
		at += length;
		reading->end[stream] = packed + at;
	}
	return at == packed_bytes ? 0 : -EBADMSG;
}

static uint8_t take_byte(struct reading *reading, enum pack_stream stream)
{
	if (reading->at[stream] < reading->end[stream])
		return *reading->at[stream]++;
	reading->short_of = true;
	return 0;
}

static uint64_t take_number(struct reading *reading, unsigned int stream)
{
	uint64_t number = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = take_byte(reading, stream);
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 64);
	return number;
}

static uint32_t unfold32(uint32_t folded)
{
	return folded >> 1 ^ -(folded & 1);
}

static uint64_t unfold64(uint64_t folded)
{
	return folded >> 1 ^ -(folded & 1);
}

static unsigned int take_shape(struct reading *reading, struct rec_head *head)
{
	struct guesses *guesses = reading->guesses;
	unsigned int code = take_byte(reading, STREAM_SHAPES);
	uint64_t shape = 0;

	if (code < guesses->shapes_count) {
		shape = guesses->shapes[code];
	} else if (code == SHAPE_SPELLED &&
		   reading->end[STREAM_SPELLED] - reading->at[STREAM_SPELLED] >= (ptrdiff_t)sizeof(shape)) {
		memcpy(&shape, reading->at[STREAM_SPELLED], sizeof(shape));
		reading->at[STREAM_SPELLED] += sizeof(shape);
		code = guesses->shapes_count;
		if (code < SHAPES_MAX)
			guesses->shapes[guesses->shapes_count++] = shape;
	} else {
		reading->short_of = true;
	}
	head->reserved = shape >> 32;
	head->size = shape >> 16;
	head->kind = shape >> 8;
	head->flags = shape;
	return code;
}

static void take_body(struct reading *reading, uint32_t *body, size_t numbers, const uint32_t *like)
{
	uint8_t mask = 0;

	for (size_t i = 1; i < numbers; i++) {
		unsigned int bit = (i - 1) % 8;

		if (!bit)
			mask = take_byte(reading, STREAM_MASKS);
		body[i] = like ? like[i] : 0;
		if (mask >> bit & 1)
			body[i] += unfold32(take_number(reading, value_stream(i - 1)));
	}
}

/* The head is there. Fills the rest. */
static void take_record(struct reading *reading, const void *records, struct rec_head *head, unsigned int shape)
{
	uint32_t *body = (uint32_t *)(head + 1);
	size_t numbers = (head->size - sizeof(*head)) / sizeof(*body);
	uint64_t subject;

	reading->guesses->last_ns += unfold64(take_number(reading, STREAM_TIMES));
	head->ts_ns = reading->guesses->last_ns;
	head->cpu = take_number(reading, STREAM_CPUS);
	if (!numbers)
		return;
	subject = take_number(reading, STREAM_SUBJECTS);
	body[0] = subject ? subject - 1 : guess_subject(reading->guesses, head);
	take_body(reading, body, numbers, guess_body(reading->guesses, records, shape, head, body[0]));
	guess_note(reading->guesses, shape, head, (char *)head - (const char *)records);
}

ssize_t unpack_records(struct pack *pack, const void *packed, size_t packed_bytes, void *records, size_t raw_bytes)
{
	struct reading reading = {.guesses = &pack->guesses};
	char *at = records, *end = raw_bytes ? at + raw_bytes : at; /* of nothing, records may be NULL */
	ssize_t count = 0;

	if (split_streams(&reading, packed, packed_bytes))
		return -EBADMSG;
	guesses_clear(&pack->guesses);
	for (; at < end; count++) {
		struct rec_head *head = (void *)at;
		unsigned int shape;

		if ((size_t)(end - at) < sizeof(*head))
			return -EBADMSG;
		shape = take_shape(&reading, head);
		if (reading.short_of || head->size < sizeof(*head) || head->size % 8 || head->size > end - at)
			return -EBADMSG;
		take_record(&reading, records, head, shape);
		if (reading.short_of)
			return -EBADMSG;
		at += head->size;
	}
	return count;
}
