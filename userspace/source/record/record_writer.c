/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/record/record_writer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void batch_count(struct batch *batch, const struct rec_head *record)
{
	struct file_chunk *chunk = &batch->chunk;

	chunk->records++;
	if (record->ts_ns < chunk->first_ns)
		chunk->first_ns = record->ts_ns;
	if (record->ts_ns > chunk->last_ns)
		chunk->last_ns = record->ts_ns;
	if (chunk->kind != CHUNK_RECORDS)
		return;
	batch->kind_records[record->kind < FILE_KINDS ? record->kind : 0]++;
	if (record->kind == REC_lost && record->size >= sizeof(struct ev_lost))
		chunk->lost += ((const struct ev_lost *)record)->count;
}

static struct sealed *seal(struct writer *writer, struct batch *batch, int *error)
{
	struct sealed *sealed = NULL;
	const void *stored;

	*error = chunk_seal(writer->codec, &batch->chunk, batch->records, &stored);
	if (!*error)
		sealed = malloc(sizeof(*sealed) + batch->chunk.stored_bytes);
	if (!sealed) {
		*error = *error ? *error : -ENOMEM;
		return NULL;
	}
	sealed->chunk = batch->chunk;
	memcpy(sealed->kind_records, batch->kind_records, sizeof(sealed->kind_records));
	memcpy(sealed->stored, stored, batch->chunk.stored_bytes);
	return sealed;
}

/* "x.thrace", then "x-2.thrace": the number goes before the ending. */
static void dump_path(const char *path, unsigned int number, char *out, size_t size)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t stem = dot && dot != name ? (size_t)(dot - path) : strlen(path);

	snprintf(out, size, "%.*s-%u%s", (int)stem, path, number, path + stem);
}

/* The first one goes to the file that is open since the beginning, the others to the next free name. */
static int dump(struct writer *writer)
{
	const char *path = writer->settings->path;
	struct source_error error;
	char *const name = writer->name;
	struct stat there;

	while (writer->file.fd < 0) {
		dump_path(path, ++writer->number, name, sizeof(writer->name));
		if (!lstat(name, &there)) /* a link that leads nowhere is in the way, too */
			continue;
		if (record_file_open(&writer->file, name, false, &error))
			return -EACCES;
	}
	writer->file.header = writer->header;
	pthread_mutex_lock(&writer->lock);
	snprintf(writer->dump_path, sizeof(writer->dump_path), "%.255s", writer->number > 1 ? name : path);
	pthread_mutex_unlock(&writer->lock);
	return flight_write(&writer->flight, &writer->file);
}

static int keep(struct writer *writer, struct sealed *sealed)
{
	int error;

	if (writer->settings->flight_ns) {
		flight_add(&writer->flight, sealed);
		return 0;
	}
	writer->file.header = writer->header;
	error = record_file_append(&writer->file, sealed);
	free(sealed);
	if (error)
		writer->header.flags |= error == -EFBIG && writer->file.max_bytes ? FILE_F_LIMITED : FILE_F_BROKEN_OFF;
	return error;
}

static int pack(struct writer *writer, struct batch *batch)
{
	struct sealed *sealed;
	int error;

	sealed = seal(writer, batch, &error);
	return sealed ? keep(writer, sealed) : error;
}

/* Only its first so many bytes of records, or somewhat fewer. */
static void shorten(struct batch *batch, size_t bytes)
{
	struct file_chunk *chunk = &batch->chunk;
	size_t at = 0;

	memset(batch->kind_records, 0, sizeof(batch->kind_records));
	chunk->records = 0;
	chunk->lost = 0;
	chunk->last_ns = 0;
	while (at < chunk->raw_bytes) {
		const struct rec_head *head = (const void *)(batch->records + at);

		if (at + head->size > bytes)
			break;
		at += head->size;
		batch_count(batch, head);
	}
	chunk->raw_bytes = (uint32_t)at;
}

/* What there is no room for as a whole is kept as far as there is. */
static int work(struct writer *writer, struct batch *batch)
{
	int error, part;

	if (batch->dump)
		return dump(writer);
	error = part = pack(writer, batch);
	while ((part == -EFBIG || part == -ENOSPC) && batch->chunk.kind == CHUNK_RECORDS) {
		shorten(batch, batch->chunk.raw_bytes / 2);
		if (!batch->chunk.records)
			break;
		part = pack(writer, batch);
	}
	return error;
}

/* NULL: nothing will come any longer. */
static struct batch *next_batch(struct writer *writer)
{
	struct batch *batch;

	while (!writer->first && !writer->closing)
		pthread_cond_wait(&writer->filled, &writer->lock);
	batch = writer->first;
	if (!batch)
		return NULL;
	writer->first = batch->next;
	if (!writer->first)
		writer->tail = &writer->first;
	return batch;
}

static void *write_batches(void *context)
{
	struct writer *writer = context;
	struct batch *batch;

	pthread_mutex_lock(&writer->lock);
	while ((batch = next_batch(writer))) {
		int error = writer->error;

		pthread_mutex_unlock(&writer->lock);
		if (!error) /* after the first failure the queue only runs empty */
			error = work(writer, batch);
		pthread_mutex_lock(&writer->lock);
		writer->error = error;
		writer->dumps += batch->dump && !error;
		writer->bytes = writer->settings->flight_ns ? writer->flight.bytes : writer->file.bytes;
		writer->shortened = writer->flight.shortened;
		batch->next = writer->spare;
		writer->spare = batch;
		pthread_cond_signal(&writer->emptied);
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

int writer_start(struct writer *writer)
{
	sigset_t all, before;
	int error;

	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->filled, NULL);
	pthread_cond_init(&writer->emptied, NULL);
	writer->tail = &writer->first;
	writer->codec = codec_new(CODEC_SEAL);
	if (!writer->codec)
		return -ENOMEM;
	/* Signals are for the thread that reads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&writer->thread, NULL, write_batches, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	writer->started = !error;
	return -error;
}

struct batch *writer_get(struct writer *writer)
{
	struct batch *batch;

	pthread_mutex_lock(&writer->lock);
	while (!writer->spare && writer->batches == BATCHES)
		pthread_cond_wait(&writer->emptied, &writer->lock);
	batch = writer->spare;
	if (batch)
		writer->spare = batch->next;
	else
		writer->batches++;
	pthread_mutex_unlock(&writer->lock);
	if (!batch)
		batch = malloc(sizeof(*batch));
	if (batch) {
		memset(batch, 0, offsetof(struct batch, records));
		return batch;
	}
	pthread_mutex_lock(&writer->lock);
	writer->batches--;
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

int writer_put(struct writer *writer, struct batch *batch)
{
	int error;

	batch->next = NULL;
	pthread_mutex_lock(&writer->lock);
	*writer->tail = batch;
	writer->tail = &batch->next;
	error = writer->error;
	pthread_cond_signal(&writer->filled);
	pthread_mutex_unlock(&writer->lock);
	return error;
}

void writer_finish(struct writer *writer)
{
	int error;

	if (writer->started) {
		pthread_mutex_lock(&writer->lock);
		writer->closing = true;
		pthread_cond_signal(&writer->filled);
		pthread_mutex_unlock(&writer->lock);
		pthread_join(writer->thread, NULL);
	}
	if (!writer->header.first_ns)
		record_file_discard(&writer->file);
	if (writer->file.fd >= 0) {
		writer->file.header = writer->header;
		error = record_file_finish(&writer->file);
		if (!writer->error)
			writer->error = error;
		writer->bytes = writer->file.bytes;
	}
	while (writer->spare) {
		struct batch *batch = writer->spare;

		writer->spare = batch->next;
		free(batch);
	}
	flight_clear(&writer->flight);
	codec_free(writer->codec);
}
