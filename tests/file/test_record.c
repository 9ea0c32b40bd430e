/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The recorder: files that nobody else can read or redirect, sizes that are kept to, the flight recorder's memory.
 */
#include "tests/file/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/file/stream.h"

static struct recorder *must_open(const struct recorder_settings *settings)
{
	struct source_error error = {0};
	struct recorder *recorder = recorder_open(settings, &error);

	if (!recorder)
		fail_msg("%s", error.text);
	return recorder;
}

static void must_refuse(const char *path, bool overwrite, const char *words)
{
	const struct recorder_settings settings = {.path = path, .overwrite = overwrite};
	struct source_error error = {0};

	assert_null(recorder_open(&settings, &error));
	assert_int_equal(error.status, 1);
	if (!strstr(error.text, words))
		fail_msg("said '%s', not '%s'", error.text, words);
}

static void the_file_is_its_owners_alone(void **state)
{
	struct recording *recording = *state;
	mode_t mask = umask(0);
	struct stat stat;

	recording_write(recording, 100, 0);
	umask(mask);
	assert_int_equal(lstat(recording->path, &stat), 0);
	assert_int_equal(stat.st_mode & 07777, 0600);
	must_refuse(recording->path, false, "-f overwrites it");
}

static void links_and_folders_are_refused(void **state)
{
	struct recording *recording = *state;
	char link[160], target[160];

	snprintf(link, sizeof(link), "%s/link", recording->folder);
	snprintf(target, sizeof(target), "%s/target", recording->folder);
	assert_int_equal(symlink(target, link), 0);
	must_refuse(link, false, "symbolic link");
	must_refuse(link, true, "symbolic link");
	must_refuse(recording->folder, true, "folder");
	must_refuse("/no/such/folder/x", false, "No such file");
	assert_int_equal(access(target, F_OK), -1);
	unlink(link);
}

/* Who has the old file open goes on reading the old one. */
static void overwriting_makes_another_file(void **state)
{
	struct recording *recording = *state;
	struct stat old, new;
	char other[160];

	snprintf(other, sizeof(other), "%s/other", recording->folder);
	recording_write(recording, 100, 0);
	assert_int_equal(link(recording->path, other), 0);
	assert_int_equal(stat(recording->path, &old), 0);
	recording_write(recording, 100, 0);
	assert_int_equal(stat(recording->path, &new), 0);
	assert_true(old.st_ino != new.st_ino);
	unlink(other);
}

static void nothing_recorded_leaves_no_file(void **state)
{
	struct recording *recording = *state;
	const struct recorder_settings settings = {.path = recording->path, .overwrite = true};

	recording_write(recording, 100, 0);
	recorder_close(must_open(&settings), NULL);
	assert_int_equal(access(recording->path, F_OK), 0); /* what was there before is there still */
	unlink(recording->path);
	recorder_close(must_open(&settings), NULL);
	assert_int_equal(access(recording->path, F_OK), -1);
}

static void a_full_disk_is_told(void **state)
{
	const struct recorder_settings settings = {.path = "/dev/full"};
	struct recorder *recorder = must_open(&settings);
	struct stream *stream = stream_new(10, 2, 1);
	struct recorder_state at_end;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(recorder_put(recorder, stream_next(stream)), 0);
	recorder_close(recorder, &at_end);
	assert_int_equal(at_end.error, -ENOSPC);
	stream_free(stream);
}

static void the_size_is_kept_to(void **state)
{
	struct recording *recording = *state;
	const struct recorder_settings settings = {
		.path = recording->path, .overwrite = true, .max_bytes = 300000};
	struct recorder *recorder = must_open(&settings);
	struct stream *stream = stream_new(100, 4, 1);
	struct recorder_state at_end;
	struct read_result result;
	struct stat stat;
	int error = 0;

	for (int i = 0; i < 1000000 && !error; i++)
		error = recorder_put(recorder, stream_next(stream));
	recorder_close(recorder, &at_end);
	stream_free(stream);
	assert_int_equal(error, -EFBIG);
	assert_int_equal(at_end.error, -EFBIG);
	assert_int_equal(lstat(recording->path, &stat), 0);
	assert_true(stat.st_size <= 300000 && stat.st_size > 100000);
	result = recording_read(recording->path, 0, 0);
	assert_true(result.records > 10000);
	assert_string_equal(result.note, "");
}

/* Puts records until the stream has come so far, with keyframes when the recorder wants them. */
static void put_until(struct recorder *recorder, struct stream *stream, uint64_t ts_ns)
{
	const struct rec_head *head;

	do {
		head = stream_next(stream);
		assert_int_equal(recorder_put(recorder, head), 0);
		if (recorder_wants_keyframe(recorder, head->ts_ns, 1)) {
			const struct ev_task_snapshot snapshot = {
				.head = {.ts_ns = head->ts_ns, .size = sizeof(snapshot), .kind = REC_task_snapshot},
				.tid = STREAM_PID, .pid = STREAM_PID,
			};

			assert_int_equal(recorder_keyframe_begin(recorder), 0);
			assert_int_equal(recorder_put(recorder, &snapshot.head), 0);
			assert_int_equal(recorder_keyframe_end(recorder), 0);
		}
	} while (head->ts_ns < ts_ns);
}

static void a_flight_recorder_keeps_the_last_seconds(void **state)
{
	struct recording *recording = *state;
	const struct recorder_settings settings = {
		.path = recording->path, .overwrite = true, .flight_ns = 100000000};
	struct recorder *recorder = must_open(&settings);
	struct stream *stream = stream_new(10, 2, 1);
	struct recorder_state at_end;
	struct read_result result;
	char second[160];

	put_until(recorder, stream, STREAM_FIRST_NS + 500000000);
	assert_int_equal(recorder_dump(recorder), 0);
	put_until(recorder, stream, STREAM_FIRST_NS + 700000000);
	recorder_close(recorder, &at_end);
	stream_free(stream);
	assert_int_equal(at_end.error, 0);
	assert_int_equal(at_end.dumps, 2);

	result = recording_read(recording->path, 0, 0);
	assert_int_equal(result.lost, 0);
	assert_string_equal(result.note, "");
	assert_int_equal(result.snapshots, 1);
	assert_true(result.last_ns >= STREAM_FIRST_NS + 500000000);
	assert_true(result.first_ns <= STREAM_FIRST_NS + 400000000);
	assert_true(result.first_ns >= STREAM_FIRST_NS + 360000000);
	snprintf(second, sizeof(second), "%s/x-2.thrace", recording->folder);
	result = recording_read(second, 0, 0);
	assert_true(result.first_ns >= STREAM_FIRST_NS + 560000000);
	unlink(second);
}

/* In a shared folder anybody may have put something under the next name: another one is taken. */
static void a_flight_recorder_goes_round_what_is_in_the_way(void **state)
{
	struct recording *recording = *state;
	const struct recorder_settings settings = {
		.path = recording->path, .overwrite = true, .flight_ns = 100000000};
	struct recorder *recorder = must_open(&settings);
	struct stream *stream = stream_new(10, 2, 1);
	struct recorder_state at_end;
	char link[160], third[160];

	snprintf(link, sizeof(link), "%s/x-2.thrace", recording->folder);
	snprintf(third, sizeof(third), "%s/x-3.thrace", recording->folder);
	assert_int_equal(symlink("/no/such/folder/x", link), 0);
	put_until(recorder, stream, STREAM_FIRST_NS + 200000000);
	assert_int_equal(recorder_dump(recorder), 0);
	put_until(recorder, stream, STREAM_FIRST_NS + 400000000);
	recorder_close(recorder, &at_end);
	stream_free(stream);
	assert_int_equal(at_end.error, 0);
	assert_int_equal(at_end.dumps, 2);
	assert_string_equal(at_end.dump_path, third);
	unlink(link);
	unlink(third);
}

static void a_flight_recorder_keeps_to_its_memory(void **state)
{
	struct recording *recording = *state;
	const struct recorder_settings settings = {
		.path = recording->path, .overwrite = true, .flight_ns = 3600000000000, .max_bytes = 300000};
	struct recorder *recorder = must_open(&settings);
	struct stream *stream = stream_new(10, 2, 1);
	struct recorder_state at_end;
	struct read_result result;

	put_until(recorder, stream, STREAM_FIRST_NS + 500000000);
	recorder_close(recorder, &at_end);
	stream_free(stream);
	assert_int_equal(at_end.error, 0);
	assert_true(at_end.shortened);
	assert_true(at_end.bytes <= 300000);
	result = recording_read(recording->path, 0, 0);
	assert_true(result.records > 1000);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.snapshots, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_is_its_owners_alone),
		cmocka_unit_test(links_and_folders_are_refused),
		cmocka_unit_test(overwriting_makes_another_file),
		cmocka_unit_test(nothing_recorded_leaves_no_file),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(the_size_is_kept_to),
		cmocka_unit_test(a_flight_recorder_keeps_the_last_seconds),
		cmocka_unit_test(a_flight_recorder_goes_round_what_is_in_the_way),
		cmocka_unit_test(a_flight_recorder_keeps_to_its_memory),
	};

	return cmocka_run_group_tests(tests, recording_setup, recording_teardown);
}
