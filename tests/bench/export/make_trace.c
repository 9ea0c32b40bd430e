/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A recording of a made-up program, as long as wanted. Usage: make_trace FILE THREADS RECORDS
 */
#include <stdio.h>
#include <stdlib.h>
#include "tests/file/stream.h"
#include "userspace/source/record/record.h"

#define CPUS 4

int main(int argc, char **argv)
{
	struct recorder_settings settings = {.overwrite = true};
	struct recorder_state state;
	struct source_error error;
	struct recorder *recorder;
	struct stream *stream;

	if (argc != 4) {
		fprintf(stderr, "usage: make_trace FILE THREADS RECORDS\n");
		return 2;
	}
	settings.path = argv[1];
	recorder = recorder_open(&settings, &error);
	if (!recorder) {
		fprintf(stderr, "make_trace: %s\n", error.text);
		return 1;
	}
	stream = stream_new((unsigned int)atoi(argv[2]), CPUS, 1);
	for (unsigned long long left = strtoull(argv[3], NULL, 10); left; left--)
		if (recorder_put(recorder, stream_next(stream)))
			return 1;
	recorder_close(recorder, &state);
	stream_free(stream);
	return state.error ? 1 : 0;
}
