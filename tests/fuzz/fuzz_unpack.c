/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as packed records. Those that come out of them go on to the model, and pack again to what
 * unpacks the same.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "bpf/abi/events.h"
#include "userspace/decode/pack.h"
#include "userspace/model/model.h"

#define RAW_MAX 65536

static void pack_again(struct pack *pack, const uint8_t *records, size_t raw_bytes, ssize_t count)
{
	uint8_t *packed = malloc(pack_bound(raw_bytes)), *again = malloc(raw_bytes);
	ssize_t packed_bytes = pack_records(pack, records, raw_bytes, packed);

	if (packed_bytes < 0 || unpack_records(pack, packed, packed_bytes, again, raw_bytes) != count ||
	    memcmp(records, again, raw_bytes))
		abort();
	free(packed);
	free(again);
}

/* The first two bytes say how many words the records take. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct model *model = model_new(&(struct model_limits){.ended_threads = 16});
	struct pack *pack = pack_new(RAW_MAX);
	uint8_t *records;
	size_t raw_bytes;
	ssize_t count;

	if (!model || !pack)
		abort();
	raw_bytes = length < 2 ? 8 : 8 + (bytes[0] | bytes[1] << 8) % (RAW_MAX / 8) * 8;
	records = malloc(raw_bytes);
	count = length < 2 ? -1 : unpack_records(pack, bytes + 2, length - 2, records, raw_bytes);
	if (count > 0) {
		pack_again(pack, records, raw_bytes, count);
		for (size_t at = 0; at < raw_bytes; at += ((const struct rec_head *)(records + at))->size)
			fuzz_take(model, records + at, ((const struct rec_head *)(records + at))->size);
	}
	free(records);
	pack_free(pack);
	fuzz_draw(model);
	return 0;
}
