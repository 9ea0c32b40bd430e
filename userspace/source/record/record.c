/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/record/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/source/outside.h"
#include "userspace/source/record/record_writer.h"
#include "userspace/util/clock.h"

#define BATCH_AGE_NS 1000000000ull /* a crash costs no more than so much of the recording */

/*
 * A keyframe costs a record a thread, and saves whoever seeks from replaying what lies before it. So: not before
 * KEYFRAME_RECORDS, of which a reader replays more in a moment, nor before the keyframe is a small part of the file.
 */
#define KEYFRAME_RECORDS 1000000
#define KEYFRAME_SHARE 16 /* records for each thread in the keyframe */
#define KEYFRAMES_FLIGHT 4 /* in the flight recorder's time: it keeps at most so much more of it */

struct recorder {
	struct recorder_settings settings;
	char *path;
	struct writer writer;
	struct batch *batch; /* being filled; NULL: none */
	bool in_keyframe, began;
	uint64_t since_keyframe; /* records */
	uint64_t keyframe_ns; /* the last one's time */
	uint64_t records, lost, raw_bytes, first_ns, last_ns;
};

static void *fail(struct recorder *recorder, struct source_error *error, int why)
{
	if (why) {
		snprintf(error->text, sizeof(error->text), "cannot record: %s", strerror(-why));
		error->status = 1;
	}
	if (recorder) {
		writer_finish(&recorder->writer);
		free(recorder->path);
	}
	free(recorder);
	return NULL;
}

struct recorder *recorder_open(const struct recorder_settings *settings, struct source_error *error)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	struct writer *writer;
	int result;

	if (!recorder)
		return fail(NULL, error, -ENOMEM);
	writer = &recorder->writer;
	writer->file.fd = -1;
	recorder->settings = *settings;
	writer->settings = &recorder->settings;
	recorder->path = strdup(settings->path);
	if (!recorder->path)
		return fail(recorder, error, -ENOMEM);
	recorder->settings.path = recorder->path;
	if (settings->flight_ns && !settings->max_bytes)
		recorder->settings.max_bytes = FLIGHT_BYTES;
	writer->flight = (struct flight){.keep_ns = settings->flight_ns, .max_bytes = recorder->settings.max_bytes};
	/* The flight recorder's as well: a mistake is told now, not when it matters. */
	if (record_file_open(&writer->file, settings->path, settings->overwrite, error))
		return fail(recorder, error, 0);
	writer->number = 1;
	writer->file.max_bytes = settings->flight_ns ? 0 : settings->max_bytes;
	result = writer_start(writer);
	return result ? fail(recorder, error, result) : recorder;
}

struct out_name *recorder_name(struct recorder *recorder)
{
	return &recorder->writer.file.name;
}

/* What the file's header tells: from `begin`, which comes first, else from this machine. */
static void fill_header(struct recorder *recorder, const struct rec_head *record)
{
	struct file_header *header = &recorder->writer.header;
	const struct ev_begin *begin = (const void *)record;
	struct ev_begin here;

	recorder->began = true;
	if (record->kind != REC_begin || record->size < sizeof(*begin)) {
		outside_begin(&here, clock_now_ns(), 0, false);
		begin = &here;
	}
	header->first_ns = recorder->first_ns = record->ts_ns;
	header->realtime_ns = begin->realtime_ns - (begin->head.ts_ns - record->ts_ns);
	header->source = begin->source;
	header->cpus = begin->cpus;
	memcpy(header->host, begin->host, sizeof(header->host));
	memcpy(header->kernel, begin->kernel, sizeof(header->kernel));
	snprintf(header->writer, sizeof(header->writer), "thrace %s", THRACE_VERSION);
}

static int hand_over(struct recorder *recorder)
{
	struct batch *batch = recorder->batch;

	recorder->batch = NULL;
	return batch ? writer_put(&recorder->writer, batch) : 0;
}

static int new_batch(struct recorder *recorder, const struct rec_head *record, unsigned int flags)
{
	struct batch *batch = writer_get(&recorder->writer);

	if (!batch)
		return -ENOMEM;
	batch->chunk.kind = recorder->in_keyframe ? CHUNK_KEYFRAME : CHUNK_RECORDS;
	batch->chunk.flags = flags;
	batch->chunk.first_record = recorder->records;
	batch->chunk.first_ns = record->ts_ns;
	recorder->batch = batch;
	return 0;
}

/* A batch with room for the record. */
static int make_room(struct recorder *recorder, const struct rec_head *record)
{
	bool full = recorder->batch && recorder->batch->chunk.raw_bytes + record->size > CHUNK_RAW_BYTES;
	unsigned int flags = full && recorder->in_keyframe ? CHUNK_F_CONTINUES : 0;
	int error = full ? hand_over(recorder) : 0;

	if (error || recorder->batch)
		return error;
	return new_batch(recorder, record, flags);
}

static void count(struct recorder *recorder, const struct rec_head *record)
{
	batch_count(recorder->batch, record);
	if (recorder->in_keyframe)
		return;
	if (record->kind == REC_lost && record->size >= sizeof(struct ev_lost))
		recorder->lost += ((const struct ev_lost *)record)->count;
	recorder->records++;
	recorder->since_keyframe++;
	recorder->raw_bytes += record->size;
	recorder->last_ns = record->ts_ns;
}

int recorder_put(struct recorder *recorder, const struct rec_head *record)
{
	struct file_chunk *chunk;
	int error;

	if (record->size < sizeof(*record) || record->size % 8)
		return -EBADMSG;
	if (!recorder->began)
		fill_header(recorder, record);
	error = make_room(recorder, record);
	if (error)
		return error;
	chunk = &recorder->batch->chunk;
	memcpy(recorder->batch->records + chunk->raw_bytes, record, record->size);
	chunk->raw_bytes += record->size;
	count(recorder, record);
	return 0;
}

bool recorder_wants_keyframe(const struct recorder *recorder, uint64_t now_ns, size_t threads)
{
	const struct recorder_settings *settings = &recorder->settings;
	uint64_t records = KEYFRAME_RECORDS;

	if (settings->flight_ns) {
		if (!recorder->keyframe_ns || now_ns - recorder->keyframe_ns >= settings->flight_ns / KEYFRAMES_FLIGHT)
			return true;
		/* Whole stretches are dropped: several of them must fit into the memory, at some 8 bytes a record. */
		if (records > settings->max_bytes / 64)
			records = settings->max_bytes / 64;
	}
	if (records < threads * KEYFRAME_SHARE)
		records = threads * KEYFRAME_SHARE;
	return recorder->since_keyframe >= records;
}

int recorder_keyframe_begin(struct recorder *recorder)
{
	int error = hand_over(recorder);

	recorder->in_keyframe = true;
	recorder->since_keyframe = 0;
	recorder->keyframe_ns = recorder->last_ns;
	return error;
}

int recorder_keyframe_end(struct recorder *recorder)
{
	int error = hand_over(recorder);

	recorder->in_keyframe = false;
	return error;
}

int recorder_pause(struct recorder *recorder, uint64_t now_ns)
{
	struct writer *writer = &recorder->writer;
	int error;

	if (recorder->batch && recorder->batch->chunk.first_ns + BATCH_AGE_NS <= now_ns)
		return hand_over(recorder);
	pthread_mutex_lock(&writer->lock);
	error = writer->error;
	pthread_mutex_unlock(&writer->lock);
	return error;
}

int recorder_dump(struct recorder *recorder)
{
	int error = hand_over(recorder);
	struct batch *batch = error ? NULL : writer_get(&recorder->writer);

	if (!batch)
		return error ? error : -ENOMEM;
	batch->dump = true;
	return writer_put(&recorder->writer, batch);
}

void recorder_look(struct recorder *recorder, struct recorder_state *state)
{
	struct writer *writer = &recorder->writer;

	*state = (struct recorder_state){
		.records = recorder->records, .lost = recorder->lost, .raw_bytes = recorder->raw_bytes,
		.first_ns = recorder->first_ns, .last_ns = recorder->last_ns,
	};
	pthread_mutex_lock(&writer->lock);
	state->bytes = writer->bytes;
	state->dumps = writer->dumps;
	memcpy(state->dump_path, writer->dump_path, sizeof(state->dump_path));
	state->shortened = writer->shortened;
	state->error = writer->error;
	pthread_mutex_unlock(&writer->lock);
}

/* What was taken for the file may be more than it had room for. */
static void as_written(const struct recorder *recorder, struct recorder_state *state)
{
	const struct file_trailer *trailer = &recorder->writer.file.trailer;

	state->records = trailer->records;
	state->lost = trailer->lost;
	state->raw_bytes = trailer->raw_bytes;
	if (trailer->chunks)
		state->last_ns = trailer->last_ns;
}

void recorder_close(struct recorder *recorder, struct recorder_state *state)
{
	if (!recorder->settings.flight_ns)
		hand_over(recorder);
	else if (recorder->began) /* else there is nothing that could take an older file's place */
		recorder_dump(recorder);
	writer_finish(&recorder->writer);
	if (state)
		recorder_look(recorder, state);
	if (state && !recorder->settings.flight_ns)
		as_written(recorder, state);
	free(recorder->path);
	free(recorder);
}
