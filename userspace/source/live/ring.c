// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#define RELEASE_BYTES 16384 /* so much may be read before the kernel is told: the position's cache line is its too */

int ring_open(struct ring *ring, int fd, size_t size)
{
	void *map;

	*ring = (struct ring){.size = size, .page = (size_t)sysconf(_SC_PAGESIZE)};
	map = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	ring->consumer_page = map;
	map = mmap(NULL, ring->page + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)ring->page);
	if (map == MAP_FAILED)
		return -errno;
	ring->producer_page = map;
	ring->data = (const uint8_t *)map + ring->page;
	return 0;
}

void ring_close(struct ring *ring)
{
	if (ring->consumer_page)
		munmap(ring->consumer_page, ring->page);
	if (ring->producer_page)
		munmap((void *)ring->producer_page, ring->page + 2 * ring->size);
	*ring = (struct ring){0};
}

void ring_begin_round(struct ring *ring)
{
	ring->limit = __atomic_load_n(ring->producer_page, __ATOMIC_ACQUIRE);
}

static size_t padded(uint32_t length)
{
	return (length + BPF_RINGBUF_HDR_SZ + 7) & ~(size_t)7;
}

/* A record that is being filled is so for some instructions, unless its (virtual) CPU was taken away. */
static uint32_t length_when_ready(const uint32_t *header)
{
	uint32_t length = __atomic_load_n(header, __ATOMIC_ACQUIRE);

	for (unsigned int tries = 0; length & BPF_RINGBUF_BUSY_BIT; tries++) {
		if (tries > 1000)
			sched_yield();
		length = __atomic_load_n(header, __ATOMIC_ACQUIRE);
	}
	return length;
}

const struct rec_head *ring_peek(struct ring *ring, size_t *size)
{
	while (ring->position < ring->limit) {
		const uint8_t *at = ring->data + (ring->position & (ring->size - 1));
		uint32_t length = length_when_ready((const uint32_t *)at);

		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			*size = length;
			return (const struct rec_head *)(at + BPF_RINGBUF_HDR_SZ);
		}
		ring->position += padded(length & ~BPF_RINGBUF_DISCARD_BIT);
	}
	return NULL;
}

void ring_release(struct ring *ring)
{
	if (ring->told == ring->position)
		return;
	ring->told = ring->position;
	__atomic_store_n(ring->consumer_page, ring->position, __ATOMIC_RELEASE);
}

void ring_take(struct ring *ring, size_t size)
{
	ring->position += padded((uint32_t)size);
	if (ring->position - ring->told >= RELEASE_BYTES)
		ring_release(ring);
}
