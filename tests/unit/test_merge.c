// SPDX-License-Identifier: GPL-2.0-only
/* Rings and a queue become one stream in the order of time: filled at random, as the probes fill them, read in rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/source/live/merge.h"

#define RINGS 4
#define RING_BYTES 4096u
#define PUT 200000u /* records in all; each tells its number, by which they were put and must come out */

/* As long as a kernel's: the data twice in a row, so that a record at the end has its tail where the kernel has it. */
struct memory {
	unsigned long consumer, producer;
	uint8_t data[2 * RING_BYTES];
};

struct numbered {
	struct rec_head head;
	uint32_t number, filling[6];
};

struct world {
	struct memory memory[RINGS];
	struct merge merge;
	uint64_t now_ns;
	uint32_t put, taken;
	uint32_t stop_at; /* the taker fails there, once */
	unsigned int seed;
};

static unsigned int chance(struct world *world, unsigned int below)
{
	world->seed = world->seed * 1103515245 + 12345;
	return (world->seed >> 16) % below;
}

static struct world *begin(unsigned int seed)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->seed = seed;
	assert_int_equal(merge_open(&world->merge, RINGS), 0);
	for (int i = 0; i < RINGS; i++)
		world->merge.rings[i] = (struct ring){.consumer_page = &world->memory[i].consumer,
						      .producer_page = &world->memory[i].producer,
						      .data = world->memory[i].data,
						      .size = RING_BYTES};
	return world;
}

static void end(struct world *world)
{
	memset(world->merge.rings, 0, RINGS * sizeof(*world->merge.rings)); /* their memory was not mapped */
	merge_close(&world->merge);
	free(world);
}

static void write_twice(struct memory *memory, unsigned long at, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t place = (at + i) & (RING_BYTES - 1);

		memory->data[place] = memory->data[place + RING_BYTES] = ((const uint8_t *)bytes)[i];
	}
}

/* What a probe does: a place, if there is one, then the record. discarded: it was given back unused. */
static bool put_in_ring(struct memory *memory, const struct numbered *record, bool discarded)
{
	uint32_t header[2] = {record->head.size | (discarded ? BPF_RINGBUF_DISCARD_BIT : 0)};
	unsigned long bytes = (record->head.size + sizeof(header) + 7) & ~7ul;

	if (memory->producer - memory->consumer + bytes > RING_BYTES)
		return false;
	write_twice(memory, memory->producer, header, sizeof(header));
	write_twice(memory, memory->producer + sizeof(header), record, record->head.size);
	memory->producer += bytes;
	return true;
}

static void put_one(struct world *world)
{
	struct numbered record = {.number = world->put};
	unsigned int place = chance(world, RINGS + 1);
	bool discarded = !chance(world, 16);

	world->now_ns += chance(world, 3); /* often several of one time */
	record.head.ts_ns = world->now_ns;
	record.head.size = (uint16_t)(offsetof(struct numbered, filling) + 4 * chance(world, 7));
	if (place == RINGS)
		assert_int_equal(queue_put(&world->merge.queue, &record.head), 0);
	else if (!put_in_ring(&world->memory[place], &record, discarded) || discarded)
		return;
	world->put++;
}

struct order {
	struct world *world;
	uint64_t last_ns, horizon_ns;
	uint8_t *seen;
};

static int take(void *to, const void *bytes, size_t length)
{
	struct order *order = to;
	const struct numbered *record = bytes;

	if (order->world->stop_at && order->world->taken == order->world->stop_at)
		return -EINTR;
	assert_true(length >= record->head.size);
	assert_true(record->head.ts_ns >= order->last_ns);
	assert_true(record->head.ts_ns <= order->horizon_ns);
	assert_true(record->number < PUT && !order->seen[record->number]);
	order->last_ns = record->head.ts_ns;
	order->seen[record->number] = 1;
	order->world->taken++;
	return 0;
}

static void test_in_order_and_each_once(void **state)
{
	struct world *world = begin(7);
	struct order order = {.world = world, .seen = calloc(PUT, 1)};

	(void)state;
	assert_non_null(order.seen);
	while (world->put < PUT) {
		uint32_t before = world->taken;
		int taken;

		for (unsigned int burst = chance(world, 300); burst && world->put < PUT; burst--)
			put_one(world);
		order.horizon_ns = world->now_ns - (world->now_ns ? chance(world, 2) : 0); /* what came since waits */
		taken = merge_round(&world->merge, order.horizon_ns, take, &order);
		assert_int_equal(taken, world->taken - before);
	}
	order.horizon_ns = world->now_ns;
	assert_true(merge_round(&world->merge, order.horizon_ns, take, &order) >= 0);
	assert_int_equal(world->taken, PUT);
	for (int i = 0; i < RINGS; i++) /* all was given back to the kernel */
		assert_int_equal(world->memory[i].consumer, world->memory[i].producer);
	free(order.seen);
	end(world);
}

/* Who takes may fail: the error is passed on. */
static void test_error_ends_the_round(void **state)
{
	struct world *world = begin(11);
	struct order order = {.world = world, .seen = calloc(PUT, 1), .horizon_ns = UINT64_MAX - 1};

	(void)state;
	assert_non_null(order.seen);
	while (world->put < 50)
		put_one(world);
	world->stop_at = 20;
	assert_int_equal(merge_round(&world->merge, order.horizon_ns, take, &order), -EINTR);
	assert_int_equal(world->taken, 20);
	free(order.seen);
	end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order_and_each_once),
		cmocka_unit_test(test_error_ends_the_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
