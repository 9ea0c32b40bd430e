/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One of the kernel's ring buffers, read in place. libbpf's reader hands out ring after ring; here several are merged
 * by time, so one must be able to look at a ring's next record without taking it.
 *
 * The layout is the kernel's (kernel/bpf/ringbuf.c): a page with the consumer's position, a page with the producer's,
 * then the data, mapped twice in a row so that no record wraps around.
 */
#ifndef THRACE_SOURCE_RING_H
#define THRACE_SOURCE_RING_H

#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/events.h"

struct ring {
	unsigned long *consumer_page;
	const unsigned long *producer_page;
	const uint8_t *data;
	size_t size, page;
	unsigned long position; /* of the next record */
	unsigned long told; /* up to where the kernel knows that it was read */
	unsigned long limit; /* up to where this round reads */
};

/* size: of the data, a power of two. Returns 0 or -errno; ring_close() is right after either. */
int ring_open(struct ring *ring, int fd, size_t size);
void ring_close(struct ring *ring);
/* What has a place in the ring now is what is read until the next call. */
void ring_begin_round(struct ring *ring);
/* The next record of this round, whole; NULL: there is no more. *size: its length in the ring. */
const struct rec_head *ring_peek(struct ring *ring, size_t *size);
void ring_take(struct ring *ring, size_t size);
/* Gives all that was taken back to the kernel. */
void ring_release(struct ring *ring);

#endif
