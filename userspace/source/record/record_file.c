/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/record/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int open_standard_output(struct record_file *file, struct source_error *error)
{
	file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (file->fd < 0)
		return source_fail(error, "cannot write to standard output: %s", strerror(errno));
	if (isatty(file->fd)) {
		close(file->fd);
		file->fd = -1;
		return source_fail(error,
				   "a recording is not for a terminal: name a file with -o FILE, or give -o - a pipe");
	}
	file->stream = true;
	return 0;
}

int record_file_open(struct record_file *file, const char *path, bool overwrite, struct source_error *error)
{
	char why[sizeof(error->text)];

	*file = (struct record_file){.fd = -1};
	if (!strcmp(path, "-"))
		return open_standard_output(file, error);
	/* For its owner alone: other people's programs stand in it. */
	file->fd = out_file_create(path, 0600, overwrite, &file->name);
	if (file->fd < 0)
		return source_fail(error, "%s", out_file_explain(path, file->fd, why, sizeof(why)));
	file->stream = !file->name.made;
	return 0;
}

/* Everything or -errno. */
static int write_all(struct record_file *file, struct iovec *part, int parts)
{
	while (parts) {
		ssize_t done = writev(file->fd, part, parts);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		while (parts && (size_t)done >= part->iov_len) {
			done -= (ssize_t)part->iov_len;
			part++;
			parts--;
		}
		if (parts) {
			part->iov_base = (char *)part->iov_base + done;
			part->iov_len -= done;
		}
	}
	return 0;
}

/* Half a chunk helps nobody. */
static int cut_back(const struct record_file *file, int error)
{
	if (!file->stream && !ftruncate(file->fd, (off_t)file->bytes))
		lseek(file->fd, (off_t)file->bytes, SEEK_SET);
	return error;
}

static int begin(struct record_file *file)
{
	struct iovec part = {&file->header, sizeof(file->header)};
	int error;

	file->header.state = file->stream ? FILE_STREAM : FILE_OPEN;
	file_header_seal(&file->header);
	error = write_all(file, &part, 1);
	if (error)
		return cut_back(file, error);
	file->bytes = sizeof(file->header);
	return 0;
}

static int reserve_entry(struct record_file *file)
{
	size_t room = file->index_room ? file->index_room * 2 : 64;
	struct file_index_entry *index;

	if (file->trailer.chunks < file->index_room)
		return 0;
	index = reallocarray(file->index, room, sizeof(*index));
	if (!index)
		return -ENOMEM;
	file->index = index;
	file->index_room = room;
	return 0;
}

/* With index and trailer. */
static uint64_t size_of_whole(const struct record_file *file)
{
	return file->bytes + sizeof(struct file_chunk) + file->trailer.chunks * sizeof(struct file_index_entry) +
	       sizeof(struct file_trailer);
}

static uint64_t size_with(const struct record_file *file, const struct file_chunk *chunk)
{
	return size_of_whole(file) + sizeof(*chunk) + chunk->stored_bytes + sizeof(struct file_index_entry);
}

static void account(struct record_file *file, const struct sealed *sealed)
{
	const struct file_chunk *chunk = &sealed->chunk;
	struct file_trailer *trailer = &file->trailer;

	file->index[trailer->chunks++] = (struct file_index_entry){
		.offset = file->bytes,
		.first_ns = chunk->first_ns,
		.last_ns = chunk->last_ns,
		.records = chunk->records,
		.kind = chunk->kind,
		.flags = chunk->flags,
	};
	file->bytes += sizeof(*chunk) + chunk->stored_bytes;
	if (trailer->chunks == 1)
		trailer->first_ns = chunk->first_ns;
	trailer->last_ns = chunk->last_ns;
	if (chunk->kind != CHUNK_RECORDS)
		return;
	trailer->records += chunk->records;
	trailer->lost += chunk->lost;
	trailer->raw_bytes += chunk->raw_bytes;
	trailer->next_record = chunk->first_record + chunk->records;
	for (int kind = 0; kind < FILE_KINDS; kind++)
		trailer->kind_records[kind] += sealed->kind_records[kind];
}

int record_file_append(struct record_file *file, const struct sealed *sealed)
{
	struct iovec parts[] = {
		{(void *)&sealed->chunk, sizeof(sealed->chunk)},
		{(void *)sealed->stored, sealed->chunk.stored_bytes},
	};
	int error = file->bytes ? 0 : begin(file);

	if (!error && file->max_bytes && size_with(file, &sealed->chunk) > file->max_bytes)
		return -EFBIG;
	if (!error)
		error = reserve_entry(file);
	if (!error)
		error = write_all(file, parts, 2);
	if (error)
		return cut_back(file, error);
	account(file, sealed);
	return 0;
}

static int write_end(struct record_file *file)
{
	size_t index_bytes = file->trailer.chunks * sizeof(*file->index);
	struct file_chunk chunk = {
		.kind = CHUNK_INDEX,
		.stored_bytes = (uint32_t)index_bytes,
		.stored_checksum = file_checksum(file->index, index_bytes),
		.first_record = file->trailer.next_record,
	};
	struct iovec parts[] = {
		{&chunk, sizeof(chunk)}, {file->index, index_bytes}, {&file->trailer, sizeof(file->trailer)},
	};

	file->trailer.index_offset = file->bytes;
	file_chunk_seal(&chunk);
	file_trailer_seal(&file->trailer);
	return write_all(file, parts, 3);
}

/* The header says so last: it is true by then. */
static int mark_complete(struct record_file *file)
{
	if (file->stream)
		return 0;
	file->header.state = FILE_COMPLETE;
	file_header_seal(&file->header);
	return pwrite(file->fd, &file->header, sizeof(file->header), 0) == sizeof(file->header) ? 0 : -EIO;
}

int record_file_finish(struct record_file *file)
{
	int error;

	if (file->fd < 0)
		return 0;
	error = file->bytes ? 0 : begin(file);
	if (!error)
		error = write_end(file);
	if (error) {
		cut_back(file, error);
	} else {
		file->bytes = size_of_whole(file);
		error = mark_complete(file);
	}
	/* Some file systems tell of a full disk only now. */
	if (close(file->fd) && !error && errno != EINTR)
		error = -errno;
	file->fd = -1;
	if (!error)
		error = out_name_take(&file->name);
	free(file->index);
	file->index = NULL;
	return error;
}

void record_file_discard(struct record_file *file)
{
	if (file->fd < 0)
		return;
	if (!file->bytes)
		out_name_drop(&file->name);
	close(file->fd);
	file->fd = -1;
}
