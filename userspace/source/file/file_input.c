/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/file/file_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEARCH_BYTES 65536

/* As many of the bytes as there are. Returns how many, or -errno. */
static ssize_t read_some(struct file_input *input, uint64_t offset, void *bytes, size_t length)
{
	size_t done = 0;
	ssize_t got;

	while (done < length) {
		if (input->seekable)
			got = pread(input->fd, (char *)bytes + done, length - done, (off_t)(offset + done));
		else
			got = read(input->fd, (char *)bytes + done, length - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		done += got;
		input->position += got;
	}
	return (ssize_t)done;
}

/* A pipe is read on until there; what lies between is dropped. 1: it ended before. */
static int reach(struct file_input *input, uint64_t offset)
{
	char dropped[4096];
	ssize_t got;

	while (!input->seekable && input->position < offset) {
		size_t left = offset - input->position;

		got = read_some(input, 0, dropped, left < sizeof(dropped) ? left : sizeof(dropped));
		if (got <= 0)
			return got ? (int)got : 1;
	}
	return 0;
}

static int refuse(const struct file_input *input, enum file_verdict verdict, const char *path,
		  struct source_error *error)
{
	switch (verdict) {
	case FILE_NEWER:
		return source_fail(error,
				   "'%.100s' is of version %u of the trace format, this thrace reads version %d: use the "
				   "thrace that recorded it", path, input->header.major, FILE_VERSION_MAJOR);
	case FILE_OTHER_ORDER:
		return source_fail(error,
				   "'%.100s' was recorded on a machine with the other byte order: read it there", path);
	case FILE_DAMAGED:
		return source_fail(error, "'%.100s' is damaged at its very beginning: nothing of it can be read", path);
	default:
		if (!strcmp(path, "-"))
			return source_fail(error, "what comes by standard input is no trace: 'thrace record -o -' makes one");
		return source_fail(error, "'%.100s' is no trace file: 'thrace record -o FILE' makes one", path);
	}
}

static int open_path(struct file_input *input, const char *path, struct source_error *error)
{
	struct stat stat;

	if (!strcmp(path, "-"))
		input->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input->fd < 0 || fstat(input->fd, &stat))
		return source_fail(error, "cannot open '%.100s': %s", path, strerror(errno));
	if (S_ISDIR(stat.st_mode))
		return source_fail(error, "cannot open '%.100s': it is a folder, not a trace file", path);
	if (isatty(input->fd))
		return source_fail(error, "a terminal is no trace file: name one, or give one through a pipe");
	input->seekable = S_ISREG(stat.st_mode);
	input->size = stat.st_size;
	if (input->seekable && !stat.st_size)
		return source_fail(error, "'%.100s' is empty: its recording was cut off before it began", path);
	return 0;
}

static int read_header(struct file_input *input, const char *path, struct source_error *error)
{
	ssize_t got = read_some(input, 0, &input->header, sizeof(input->header));
	enum file_verdict verdict;

	if (got < 0)
		return source_fail(error, "cannot read '%.100s': %s", path, strerror((int)-got));
	verdict = file_header_check(&input->header);
	if (verdict == FILE_GOOD && got < (ssize_t)sizeof(input->header))
		verdict = FILE_DAMAGED;
	if (verdict != FILE_GOOD)
		return refuse(input, got < (ssize_t)sizeof(FILE_MAGIC) - 1 ? FILE_FOREIGN : verdict, path, error);
	input->offset = input->header.header_bytes;
	return 0;
}

/* The trailer of a file that has one: its last bytes. */
static void find_trailer(struct file_input *input)
{
	struct file_trailer trailer;

	if (!input->seekable || input->size < sizeof(input->header) + sizeof(trailer))
		return;
	if (read_some(input, input->size - sizeof(trailer), &trailer, sizeof(trailer)) != sizeof(trailer))
		return;
	if (!file_trailer_good(&trailer))
		return;
	input->trailer = trailer;
	input->has_trailer = true;
}

int file_input_open(struct file_input *input, const char *path, struct source_error *error)
{
	*input = (struct file_input){.fd = -1};
	if (open_path(input, path, error) || read_header(input, path, error))
		return -1;
	find_trailer(input);
	return 0;
}

void file_input_close(struct file_input *input)
{
	if (input->fd >= 0)
		close(input->fd);
	free(input->stored);
	input->stored = NULL;
	input->fd = -1;
}

static bool whole(const struct file_input *input, const struct file_chunk *chunk, uint64_t offset)
{
	return !input->seekable ||
	       (offset <= input->size && input->size - offset >= (uint64_t)chunk->header_bytes + chunk->stored_bytes);
}

/*
 * What stands at input->offset is no chunk's header. Looks for the next one behind it: its magic, then its checksum. A
 * pipe cannot go back to what it has read past, so there the damage is the end.
 */
static int search(struct file_input *input, struct file_chunk *chunk)
{
	const uint32_t magic = FILE_CHUNK_MAGIC;
	uint64_t at = input->offset + 1;
	char block[SEARCH_BYTES];
	const char *found;
	ssize_t got;

	while (input->seekable) {
		got = read_some(input, at, block, sizeof(block));
		if (got < 0)
			return (int)got;
		if (got < (ssize_t)sizeof(*chunk))
			break;
		found = memmem(block, got, &magic, sizeof(magic));
		if (!found) {
			at += got - (sizeof(magic) - 1);
			continue;
		}
		at += found - block;
		if (read_some(input, at, chunk, sizeof(*chunk)) == sizeof(*chunk) && file_chunk_good(chunk)) {
			input->passed_bytes += at - input->offset;
			input->offset = at;
			return INPUT_CHUNK;
		}
		at++;
	}
	return INPUT_CUT;
}

/* A pipe's trailer comes last. */
static void take_trailer(struct file_input *input)
{
	struct file_trailer trailer;

	if (!input->seekable && !reach(input, input->offset) &&
	    read_some(input, 0, &trailer, sizeof(trailer)) == sizeof(trailer) && file_trailer_good(&trailer)) {
		input->trailer = trailer;
		input->has_trailer = true;
	}
}

int file_input_next(struct file_input *input, struct file_chunk *chunk)
{
	int step = reach(input, input->offset);
	ssize_t got;

	if (step)
		return step < 0 ? step : INPUT_CUT;
	got = read_some(input, input->offset, chunk, sizeof(*chunk));
	if (got < 0)
		return (int)got;
	if (got < (ssize_t)sizeof(*chunk))
		return INPUT_CUT;
	step = file_chunk_good(chunk) ? INPUT_CHUNK : search(input, chunk);
	if (step != INPUT_CHUNK)
		return step;
	if (!whole(input, chunk, input->offset))
		return INPUT_CUT;
	input->stored_at = input->offset + chunk->header_bytes;
	input->offset = input->stored_at + chunk->stored_bytes;
	if (chunk->kind != CHUNK_INDEX)
		return INPUT_CHUNK;
	take_trailer(input);
	return input->has_trailer ? INPUT_END : INPUT_CUT;
}

int file_input_load(struct file_input *input, const struct file_chunk *chunk, const void **stored)
{
	ssize_t got;
	int result;

	if (chunk->stored_bytes > input->stored_room) {
		free(input->stored);
		input->stored = malloc(chunk->stored_bytes);
		input->stored_room = input->stored ? chunk->stored_bytes : 0;
		if (!input->stored)
			return -ENOMEM;
	}
	result = reach(input, input->stored_at);
	if (result)
		return result < 0 ? result : -ENODATA;
	got = read_some(input, input->stored_at, input->stored, chunk->stored_bytes);
	if (got < 0)
		return (int)got;
	*stored = input->stored;
	return got == (ssize_t)chunk->stored_bytes ? 0 : -ENODATA;
}
