/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Recordings for tests: written with the recorder in a folder of their own, read with the file source.
 */
#ifndef THRACE_TESTS_FILE_RECORDING_H
#define THRACE_TESTS_FILE_RECORDING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "bpf/abi/events.h"
#include "userspace/decode/file_format.h"
#include "userspace/source/record/record.h"

struct recording {
	char folder[64], path[128];
	uint8_t *bytes; /* of the file, once it is written */
	size_t length;
	uint64_t records;
	uint32_t checksum; /* of all records, in order */
};

int recording_setup(void **state);
int recording_teardown(void **state);

/* Records from the made-up stream, so many, a keyframe (of one snapshot) each keyframe_every (0: none). */
void recording_write(struct recording *recording, uint64_t records, uint64_t keyframe_every);
/* Its file, in place of what is there. */
void recording_replace(const struct recording *recording, const void *bytes, size_t length);

/* What reading gave. */
struct read_result {
	uint64_t records, lost, snapshots, bad;
	uint64_t cuts, damaged; /* losses told so */
	uint32_t checksum;
	uint64_t first_ns, last_ns;
	char note[320];
	char error[256]; /* it could not be opened */
};

/* seek_ns 0: from the beginning. limit 0: all of it. */
struct read_result recording_read(const char *path, uint64_t seek_ns, uint64_t limit);

#endif
