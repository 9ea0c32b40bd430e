/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is packed comes back bit for bit, whatever the records are; what was not packed is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/file/stream.h"
#include "userspace/decode/pack.h"

#define RAW_BYTES 200000

struct room {
	struct pack *pack;
	_Alignas(8) char raw[RAW_BYTES];
	_Alignas(8) char again[RAW_BYTES];
	size_t raw_bytes;
	size_t records;
	uint8_t packed[RAW_BYTES * 2 + 4096];
	ssize_t packed_bytes;
	uint64_t seed;
};

static int setup(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	room->pack = pack_new(RAW_BYTES);
	room->seed = 7;
	*state = room;
	return 0;
}

static int teardown(void **state)
{
	struct room *room = *state;

	pack_free(room->pack);
	free(room);
	return 0;
}

static unsigned int dice(struct room *room, unsigned int sides)
{
	room->seed = room->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (room->seed >> 33) % sides;
}

static void add(struct room *room, const struct rec_head *head)
{
	memcpy(room->raw + room->raw_bytes, head, head->size);
	room->raw_bytes += head->size;
	room->records++;
}

static void pack(struct room *room)
{
	assert_true(pack_bound(room->raw_bytes) <= sizeof(room->packed));
	room->packed_bytes = pack_records(room->pack, room->raw, room->raw_bytes, room->packed);
	assert_true(room->packed_bytes > 0);
	assert_true((size_t)room->packed_bytes <= pack_bound(room->raw_bytes));
}

static void same_again(struct room *room)
{
	pack(room);
	memset(room->again, 0xa5, sizeof(room->again));
	assert_int_equal(unpack_records(room->pack, room->packed, room->packed_bytes, room->again, room->raw_bytes),
			 room->records);
	assert_memory_equal(room->raw, room->again, room->raw_bytes);
}

static void fill_from_stream(struct room *room, unsigned int threads)
{
	struct stream *stream = stream_new(threads, 4, 3);

	room->raw_bytes = room->records = 0;
	while (room->raw_bytes + 512 < RAW_BYTES)
		add(room, stream_next(stream));
	stream_free(stream);
}

static void a_stream_comes_back(void **state)
{
	struct room *room = *state;

	fill_from_stream(room, 20);
	same_again(room);
	assert_true((size_t)room->packed_bytes * 3 < room->raw_bytes);
}

/* Any size, any kind, any bytes: more shapes than have a number, times that run back, numbers at their limits. */
static void anything_comes_back(void **state)
{
	struct room *room = *state;
	_Alignas(8) char bytes[4096];

	for (int round = 0; round < 20; round++) {
		room->raw_bytes = room->records = 0;
		while (room->raw_bytes + sizeof(bytes) < RAW_BYTES) {
			struct rec_head *head = (void *)bytes;

			for (size_t i = 0; i < sizeof(bytes); i++)
				bytes[i] = round & 1 ? dice(room, 256) : dice(room, 2) * 0xff;
			head->size = round < 2 ? 16 : 16 + dice(room, round < 10 ? 4 : 500) * 8;
			add(room, head);
		}
		same_again(room);
	}
}

static void nothing_comes_back_as_nothing(void **state)
{
	struct room *room = *state;

	room->raw_bytes = room->records = 0;
	same_again(room);
}

static void what_is_no_record_is_not_packed(void **state)
{
	struct room *room = *state;
	struct rec_head *head = (void *)room->raw;
	static const unsigned int sizes[] = {0, 8, 20, 32};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		*head = (struct rec_head){.kind = 1, .size = sizes[i]};
		assert_int_equal(pack_records(room->pack, room->raw, 24, room->packed), -EINVAL);
	}
	assert_int_equal(pack_records(room->pack, room->raw, RAW_BYTES + 8, room->packed), -EINVAL);
}

/* The answer does not matter: that nothing outside is touched is what the sanitizers see. */
static void spoiled_bytes_do_no_harm(void **state)
{
	struct room *room = *state;

	fill_from_stream(room, 5);
	pack(room);
	for (int i = 0; i < 3000; i++) {
		size_t at = dice(room, i & 1 ? 100 : room->packed_bytes);
		uint8_t was = room->packed[at];

		room->packed[at] ^= 1 << dice(room, 8);
		unpack_records(room->pack, room->packed, room->packed_bytes, room->again, room->raw_bytes);
		room->packed[at] = was;
	}
	for (ssize_t length = 0; length < room->packed_bytes; length += 97)
		assert_int_equal(unpack_records(room->pack, room->packed, length, room->again, room->raw_bytes), -EBADMSG);
	assert_int_equal(unpack_records(room->pack, room->packed, room->packed_bytes, room->again, room->raw_bytes - 8),
			 -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_comes_back),
		cmocka_unit_test(anything_comes_back),
		cmocka_unit_test(nothing_comes_back_as_nothing),
		cmocka_unit_test(what_is_no_record_is_not_packed),
		cmocka_unit_test(spoiled_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
