/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as a stream of records.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct model *model = model_new(&(struct model_limits){.ended_threads = 16});
	uint8_t *copy = malloc(length + 1); /* aligned, and no byte longer than it says */
	size_t at = 0, consumed;
	struct record record;

	if (!model || !copy)
		abort();
	memcpy(copy, bytes, length);
	while (decode_record(copy + at, length - at, &record, &consumed) <= DECODE_SKIPPED) {
		fuzz_take(model, copy + at, consumed);
		at += consumed;
	}
	free(copy);
	fuzz_draw(model);
	return 0;
}
