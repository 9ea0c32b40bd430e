/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/file/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/file/stream.h"
#include "userspace/decode/decode.h"

int recording_setup(void **state)
{
	struct recording *recording = calloc(1, sizeof(*recording));

	assert_non_null(recording);
	strcpy(recording->folder, "/tmp/thrace-test-XXXXXX");
	assert_non_null(mkdtemp(recording->folder));
	snprintf(recording->path, sizeof(recording->path), "%s/x.thrace", recording->folder);
	*state = recording;
	return 0;
}

int recording_teardown(void **state)
{
	struct recording *recording = *state;

	unlink(recording->path);
	assert_int_equal(rmdir(recording->folder), 0);
	free(recording->bytes);
	free(recording);
	return 0;
}

/* Order matters, the record that the reader makes does not count. */
static uint32_t add(uint32_t checksum, const struct rec_head *head)
{
	return checksum * 31 + file_checksum(head, head->size);
}

static void read_bytes(struct recording *recording)
{
	int fd = open(recording->path, O_RDONLY);
	struct stat stat;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &stat), 0);
	free(recording->bytes);
	recording->length = stat.st_size;
	recording->bytes = malloc(recording->length);
	assert_int_equal(read(fd, recording->bytes, recording->length), recording->length);
	close(fd);
}

static void put_keyframe(struct recorder *recorder, uint64_t ts_ns)
{
	const struct ev_task_snapshot snapshot = {
		.head = {.ts_ns = ts_ns, .size = sizeof(snapshot), .kind = REC_task_snapshot},
		.tid = STREAM_PID, .pid = STREAM_PID,
	};

	assert_int_equal(recorder_keyframe_begin(recorder), 0);
	assert_int_equal(recorder_put(recorder, &snapshot.head), 0);
	assert_int_equal(recorder_keyframe_end(recorder), 0);
}

void recording_write(struct recording *recording, uint64_t records, uint64_t keyframe_every)
{
	const struct recorder_settings settings = {.path = recording->path, .overwrite = true};
	struct stream *stream = stream_new(10, 2, 5);
	struct recorder_state state;
	struct source_error error;
	struct recorder *recorder = recorder_open(&settings, &error);

	assert_non_null(recorder);
	recording->checksum = 0;
	recording->records = records;
	for (uint64_t i = 1; i <= records; i++) {
		const struct rec_head *head = stream_next(stream);

		recording->checksum = add(recording->checksum, head);
		assert_int_equal(recorder_put(recorder, head), 0);
		if (keyframe_every && i % keyframe_every == 0)
			put_keyframe(recorder, head->ts_ns);
		/* As if a second had passed: chunks of a handful of records. */
		if (i % 500 == 0)
			assert_int_equal(recorder_pause(recorder, UINT64_MAX), 0);
	}
	recorder_close(recorder, &state);
	stream_free(stream);
	assert_int_equal(state.error, 0);
	assert_int_equal(state.records, records);
	read_bytes(recording);
	assert_int_equal(recording->length, state.bytes);
}

void recording_replace(const struct recording *recording, const void *bytes, size_t length)
{
	int fd = open(recording->path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}

struct reading {
	struct read_result *result;
	uint64_t limit;
	uint64_t told[2]; /* by soon(), far and near */
};

static bool soon(void *to, const void *bytes, size_t length, bool near)
{
	struct reading *reading = to;

	assert_int_equal(((const struct rec_head *)bytes)->size, length);
	reading->told[near]++;
	return true;
}

static int take(void *to, const void *bytes, size_t length)
{
	struct reading *reading = to;
	struct read_result *result = reading->result;
	const struct rec_head *head = bytes;
	struct record record;
	size_t consumed;

	result->bad += decode_record(bytes, length, &record, &consumed) != DECODE_RECORD;
	if (head->kind == REC_lost) {
		result->lost += ((const struct ev_lost *)bytes)->count;
		result->cuts += (head->flags & LOST_F_CUT) != 0;
		result->damaged += (head->flags & LOST_F_DAMAGED) != 0;
		return 0;
	}
	/* Each was told of twice, and none long before. */
	assert_true(reading->told[false] >= reading->told[true] && reading->told[true] > result->records);
	assert_true(reading->told[false] < result->records + 100);
	if (!result->records++)
		result->first_ns = head->ts_ns;
	result->last_ns = head->ts_ns;
	result->snapshots += head->kind == REC_task_snapshot;
	result->checksum = add(result->checksum, head);
	return reading->limit && result->records >= reading->limit ? -ENODATA : 0;
}

struct read_result recording_read(const char *path, uint64_t seek_ns, uint64_t limit)
{
	struct read_result result = {0};
	struct reading reading = {.result = &result, .limit = limit};
	struct source_error error = {0};
	struct source *source = source_file_open(path, &error);

	if (!source) {
		assert_int_equal(error.status, 1);
		snprintf(result.error, sizeof(result.error), "%s", error.text);
		return result;
	}
	source->soon = soon;
	if (seek_ns)
		assert_int_equal(source->ops->seek(source, seek_ns), 0);
	while (source->ops->read(source, 0, take, &reading) >= 0)
		;
	snprintf(result.note, sizeof(result.note), "%s", source->note);
	source->ops->close(source);
	return result;
}
