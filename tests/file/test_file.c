/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The file source: what was recorded comes back, from the beginning or from a keyframe; a file that was cut off, spoiled
 * or never was one gives what is whole and says what is not.
 */
#include "tests/file/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/file/stream.h"

static void all_comes_back(void **state)
{
	struct recording *recording = *state;
	struct read_result result;

	recording_write(recording, 60000, 0);
	result = recording_read(recording->path, 0, 0);
	assert_int_equal(result.records, recording->records);
	assert_int_equal(result.checksum, recording->checksum);
	assert_int_equal(result.bad, 0);
	assert_string_equal(result.note, "");
}

static void keyframes_are_passed_over(void **state)
{
	struct recording *recording = *state;
	struct read_result result;

	recording_write(recording, 20000, 3000);
	result = recording_read(recording->path, 0, 0);
	assert_int_equal(result.records, recording->records);
	assert_int_equal(result.checksum, recording->checksum);
}

/* Reading begins at a keyframe not after the time, and not before the one before it. */
static void check_seek(const struct recording *recording, uint64_t ts_ns, const struct read_result *all)
{
	struct read_result result = recording_read(recording->path, ts_ns, 0);

	assert_true(result.first_ns <= ts_ns);
	assert_int_equal(result.last_ns, all->last_ns);
	assert_int_equal(result.lost, 0);
	assert_true(result.records <= all->records + 1);
	if (ts_ns > STREAM_FIRST_NS + (all->last_ns - STREAM_FIRST_NS) / 2)
		assert_true(result.records < all->records * 3 / 4);
	assert_string_equal(result.note, all->note);
}

static void seek_everywhere(const struct recording *recording)
{
	struct read_result all = recording_read(recording->path, 0, 0);
	uint64_t step_ns = (all.last_ns - STREAM_FIRST_NS) / 37;

	for (uint64_t ts_ns = STREAM_FIRST_NS; ts_ns <= all.last_ns + step_ns; ts_ns += step_ns)
		check_seek(recording, ts_ns, &all);
}

static void seeking_begins_at_a_keyframe(void **state)
{
	struct recording *recording = *state;
	size_t without_end;

	recording_write(recording, 20000, 1500);
	seek_everywhere(recording);
	/* Without its index as well. */
	without_end = recording->length - sizeof(struct file_trailer);
	recording_replace(recording, recording->bytes, without_end);
	seek_everywhere(recording);
}

static void a_pipe_is_read_as_well(void **state)
{
	struct recording *recording = *state;
	struct read_result result;
	int input = dup(STDIN_FILENO);
	int ends[2];

	recording_write(recording, 20000, 3000);
	assert_int_equal(pipe(ends), 0);
	if (!fork()) {
		close(ends[0]);
		_exit(write(ends[1], recording->bytes, recording->length) != (ssize_t)recording->length);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	result = recording_read("-", 0, 0);
	dup2(input, STDIN_FILENO);
	close(input);
	wait(NULL);
	assert_int_equal(result.checksum, recording->checksum);
	assert_string_equal(result.note, "");
}

/* Cut off anywhere: the whole chunks before the cut, and a word about it. */
static void a_cut_file_is_read_as_far_as_it_is_whole(void **state)
{
	struct recording *recording = *state;
	struct read_result result;
	uint64_t before = 0;

	recording_write(recording, 6000, 2000);
	for (size_t length = 0; length < recording->length; length += length < 600 ? 7 : 331) {
		recording_replace(recording, recording->bytes, length);
		result = recording_read(recording->path, 0, 0);
		if (length < sizeof(struct file_header)) {
			assert_true(*result.error);
			continue;
		}
		assert_non_null(strstr(result.note, "cut off"));
		assert_int_equal(result.lost, 0);
		assert_int_equal(result.cuts, 1); /* in the stream as well: for the pages */
		assert_true(result.records >= before);
		before = result.records;
	}
	assert_int_equal(before, recording->records);
}

/* One bit anywhere: everything else comes back, and what does not is counted. */
static void a_spoiled_chunk_is_counted(void **state)
{
	struct recording *recording = *state;
	uint64_t seed = 11, spoiled = 0;

	recording_write(recording, 6000, 2000);
	for (int i = 0; i < 400; i++) {
		struct read_result result;
		size_t at;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		at = (seed >> 20) % recording->length;
		recording->bytes[at] ^= 1 << (seed >> 60 & 7);
		recording_replace(recording, recording->bytes, recording->length);
		result = recording_read(recording->path, 0, 0);
		recording->bytes[at] ^= 1 << (seed >> 60 & 7);
		assert_int_equal(result.bad, 0);
		if (*result.error) {
			assert_true(at < sizeof(struct file_header));
			continue;
		}
		assert_int_equal(result.records + result.lost, recording->records);
		spoiled += result.lost != 0;
		assert_true(!result.lost || strstr(result.note, "damaged"));
		assert_int_equal(!result.lost, !result.damaged);
		assert_int_equal(result.cuts, strstr(result.note, "cut off") ? 1 : 0);
	}
	assert_true(spoiled > 100);
}

static void refuse(const struct recording *recording, const void *bytes, size_t length, const char *words)
{
	struct read_result result;

	recording_replace(recording, bytes, length);
	result = recording_read(recording->path, 0, 0);
	if (!strstr(result.error, words))
		fail_msg("said '%s', not '%s'", result.error, words);
}

static void what_is_no_trace_file_is_refused(void **state)
{
	struct recording *recording = *state;
	struct file_header *header;
	char noise[5000];

	recording_write(recording, 1000, 0);
	header = (void *)recording->bytes;
	memset(noise, 'x', sizeof(noise));
	refuse(recording, noise, sizeof(noise), "no trace file");
	refuse(recording, noise, 3, "no trace file");
	refuse(recording, "", 0, "empty");
	refuse(recording, recording->bytes, 100, "damaged");
	header->major++;
	refuse(recording, recording->bytes, recording->length, "version 2");
	header->major--;
	header->byte_order = __builtin_bswap32(header->byte_order);
	refuse(recording, recording->bytes, recording->length, "byte order");
	assert_non_null(strstr(recording_read("/no/such/file", 0, 0).error, "No such file"));
	assert_non_null(strstr(recording_read("/", 0, 0).error, "folder"));
	assert_non_null(strstr(recording_read("/dev/null", 0, 0).error, "no trace file"));
	assert_non_null(strstr(recording_read("/dev/zero", 0, 0).error, "no trace file"));
}

/* A later minor version: more in the header, chunks of a kind that is not known. */
static void what_is_newer_is_skipped(void **state)
{
	struct recording *recording = *state;
	struct file_header *header;
	struct file_chunk chunk = {.kind = 99, .stored_bytes = 64};
	struct read_result result;
	uint8_t *bytes;
	size_t at = sizeof(*header) + 40;

	recording_write(recording, 3000, 0);
	bytes = calloc(1, recording->length + 1000);
	header = (void *)bytes;
	memcpy(bytes, recording->bytes, sizeof(*header));
	file_header_seal(header);
	header->minor = 7;
	header->header_bytes = at;
	header->checksum = file_checksum(header, offsetof(struct file_header, checksum));
	file_chunk_seal(&chunk);
	memcpy(bytes + at, &chunk, sizeof(chunk));
	at += sizeof(chunk) + chunk.stored_bytes;
	memcpy(bytes + at, recording->bytes + sizeof(*header), recording->length - sizeof(*header));
	recording_replace(recording, bytes, at + recording->length - sizeof(*header));
	free(bytes);
	result = recording_read(recording->path, 0, 0);
	assert_int_equal(result.checksum, recording->checksum);
	assert_string_equal(result.note, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_comes_back),
		cmocka_unit_test(keyframes_are_passed_over),
		cmocka_unit_test(seeking_begins_at_a_keyframe),
		cmocka_unit_test(a_pipe_is_read_as_well),
		cmocka_unit_test(a_cut_file_is_read_as_far_as_it_is_whole),
		cmocka_unit_test(a_spoiled_chunk_is_counted),
		cmocka_unit_test(what_is_no_trace_file_is_refused),
		cmocka_unit_test(what_is_newer_is_skipped),
	};

	return cmocka_run_group_tests(tests, recording_setup, recording_teardown);
}
