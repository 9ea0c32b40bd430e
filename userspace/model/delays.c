/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A log-linear histogram: 8 equal buckets below 128 ns, then 8 to each doubling. Anything of 2^32 ns (4.3 s) or more
 * shares the last bucket, whose upper bound is max_ns.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_BITS 7 /* 128 ns */
#define STEP_BITS 3 /* 8 buckets */
#define STEPS (1u << STEP_BITS)
#define LAST_BITS (FIRST_BITS + DELAY_BUCKETS / STEPS - 1) /* the histogram ends here */

_Static_assert(LAST_BITS == 32, "208 buckets reach 4.3 s");

static unsigned int bucket_of(uint64_t delay_ns)
{
	unsigned int bits;

	if (delay_ns >> LAST_BITS)
		return DELAY_BUCKETS - 1;
	if (!(delay_ns >> FIRST_BITS))
		return delay_ns >> (FIRST_BITS - STEP_BITS);
	bits = 63 - __builtin_clzll(delay_ns);
	return STEPS * (1 + bits - FIRST_BITS) + (delay_ns >> (bits - STEP_BITS) & (STEPS - 1));
}

/* The largest time that falls into the bucket. */
static uint64_t bucket_top(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < STEPS)
		return (((uint64_t)bucket + 1) << (FIRST_BITS - STEP_BITS)) - 1;
	shift = bucket / STEPS - 1 + FIRST_BITS - STEP_BITS;
	return ((uint64_t)(STEPS + bucket % STEPS + 1) << shift) - 1;
}

int delays_add(struct delays *delays, uint64_t delay_ns)
{
	if (!delays->buckets) {
		delays->buckets = calloc(DELAY_BUCKETS, sizeof(*delays->buckets));
		if (!delays->buckets)
			return -ENOMEM;
	}
	delays->buckets[bucket_of(delay_ns)]++;
	delays->count++;
	delays->total_ns += delay_ns;
	if (delay_ns > delays->max_ns)
		delays->max_ns = delay_ns;
	return 0;
}

void delays_expect(const struct delays *delays, uint64_t delay_ns)
{
	if (delays->buckets)
		__builtin_prefetch(&delays->buckets[bucket_of(delay_ns)]);
}

uint64_t delays_quantile(const struct delays *delays, double share)
{
	uint64_t seen = 0;

	if (!delays->count)
		return 0;
	for (unsigned int bucket = 0; bucket < DELAY_BUCKETS - 1; bucket++) {
		uint64_t top = bucket_top(bucket);

		seen += delays->buckets[bucket];
		if (seen && seen >= share * delays->count)
			return top < delays->max_ns ? top : delays->max_ns;
	}
	return delays->max_ns;
}
