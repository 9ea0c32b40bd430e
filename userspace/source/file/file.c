/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The source that reads a recording. Where chunks are damaged or missing, and where it was cut off, it says so in the
 * stream itself, with a `lost` record of as many records as there were, so that every reader knows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/events.h"
#include "userspace/decode/chunk.h"
#include "userspace/source/file/file_input.h"

/* How long before its turn a record is told of: time enough for memory to answer, not so long that it is forgotten. */
#define FAR_RECORDS  16
#define NEAR_RECORDS 7

struct file {
	struct source source;
	struct file_input input;
	struct codec *codec;
	bool stopped, ended;
	bool begun; /* records were handed out since the beginning or the last seek: keyframes tell nothing new */
	bool in_keyframe; /* one is being handed out */
	uint64_t last_ns; /* of the last record handed out */
	uint64_t next_record; /* the number that the next chunk's first record must have */
	char path[120];
	/* during read() */
	int (*take)(void *to, const void *record, size_t length);
	void *to;
	int taken;
};

static int hand_out(struct file *self, const struct rec_head *record)
{
	int result = self->take(self->to, record, record->size);

	if (result)
		return result;
	self->begun = true;
	self->last_ns = record->ts_ns;
	self->taken++;
	return 0;
}

static int tell_lost(struct file *self, enum lost_flag flag, uint64_t count, uint64_t ts_ns)
{
	const struct ev_lost lost = {
		.head = {.ts_ns = ts_ns, .size = sizeof(lost), .kind = REC_lost, .flags = flag},
		.count = count,
	};

	self->source.missing += count;
	self->source.missing_told++;
	return hand_out(self, &lost.head);
}

static int tell_missing(struct file *self, uint64_t count, uint64_t ts_ns)
{
	return tell_lost(self, LOST_F_DAMAGED, count, ts_ns);
}

/* Chunks before this one are missing. */
static int close_gap(struct file *self, const struct file_chunk *chunk)
{
	uint64_t gap = chunk->first_record - self->next_record;

	self->next_record = chunk->first_record;
	/* Backwards: chunks were put together by another hand. What was read stays read. */
	if (!gap || gap > UINT64_MAX / 2)
		return 0;
	return tell_missing(self, gap, chunk->first_ns);
}

/* The records of a chunk that were not told of yet. */
struct ahead {
	const char *far, *near, *end;
	bool wanted;
};

static void tell_soon(struct file *self, struct ahead *ahead, const char **at, bool near)
{
	const struct rec_head *record = (const void *)*at;

	if (!ahead->wanted || *at == ahead->end)
		return;
	ahead->wanted = self->source.soon(self->to, record, record->size, near);
	*at += record->size;
}

static int hand_out_all(struct file *self, const struct file_chunk *chunk, const char *records)
{
	const char *end = records + chunk->raw_bytes;
	struct ahead ahead = {.far = records, .near = records, .end = end, .wanted = self->source.soon};
	uint64_t done = 0;
	int result = 0;

	for (unsigned int i = 0; i < FAR_RECORDS; i++)
		tell_soon(self, &ahead, &ahead.far, false);
	for (unsigned int i = 0; i < NEAR_RECORDS; i++)
		tell_soon(self, &ahead, &ahead.near, true);
	for (; records < end && !result; done++) {
		const struct rec_head *record = (const void *)records;

		tell_soon(self, &ahead, &ahead.far, false);
		tell_soon(self, &ahead, &ahead.near, true);
		records += record->size;
		result = hand_out(self, record);
	}
	/* One that is no record, in a chunk whose checksums are right: nothing behind it can be trusted either. */
	if (result == -EBADMSG)
		result = tell_missing(self, chunk->records - done + 1, self->last_ns);
	return result;
}

/* What its reader must know: that something is not there. */
static void note(struct file *self, bool cut)
{
	struct source *source = &self->source;
	char missing[64] = "";

	if (self->source.missing)
		snprintf(missing, sizeof(missing), "%" PRIu64 " records of it are damaged and left out", self->source.missing);
	if (cut && self->input.header.state == FILE_OPEN)
		snprintf(source->note, sizeof(source->note),
			 "'%s' is not complete: its recording goes on, or was cut off. It is read up to its last whole "
			 "chunk%s%s", self->path, *missing ? "; " : "", missing);
	else if (cut)
		snprintf(source->note, sizeof(source->note), "'%s' is cut off: it is read up to its last whole chunk%s%s",
			 self->path, *missing ? "; " : "", missing);
	else if (*missing)
		snprintf(source->note, sizeof(source->note), "'%s' is damaged: %s", self->path, missing);
}

static int end(struct file *self, bool cut)
{
	const struct file_input *input = &self->input;
	uint64_t last_ns = self->last_ns ? self->last_ns : input->header.first_ns;
	int result = 0;

	if (cut)
		result = tell_lost(self, LOST_F_CUT, 0, last_ns);
	else if (input->trailer.next_record > self->next_record)
		result = tell_missing(self, input->trailer.next_record - self->next_record, last_ns);
	self->ended = true;
	note(self, cut);
	return result;
}

/* A keyframe is for those who begin with it; its chunks follow one another. */
static bool passed_over(struct file *self, const struct file_chunk *chunk)
{
	if (chunk->kind == CHUNK_RECORDS) {
		self->in_keyframe = false;
		return false;
	}
	if (chunk->kind != CHUNK_KEYFRAME)
		return true; /* of a newer minor version */
	if (!(chunk->flags & CHUNK_F_CONTINUES))
		self->in_keyframe = !self->begun;
	return !self->in_keyframe;
}

static int hand_out_chunk(struct file *self, const struct file_chunk *chunk)
{
	const void *stored, *records;
	int result;

	if (passed_over(self, chunk))
		return 0;
	result = file_input_load(&self->input, chunk, &stored);
	if (result == -ENODATA)
		return end(self, true);
	if (!result)
		result = chunk_open(self->codec, chunk, stored, &records);
	if (result == -EBADMSG)
		return 0; /* the gap shows at the next chunk */
	if (result)
		return result;
	if (chunk->kind == CHUNK_KEYFRAME)
		self->next_record = chunk->first_record;
	else
		result = close_gap(self, chunk);
	if (!result)
		result = hand_out_all(self, chunk, records);
	if (chunk->kind == CHUNK_RECORDS)
		self->next_record += chunk->records;
	return result;
}

static int file_read(struct source *source, int timeout_ms, int (*take)(void *, const void *, size_t), void *to)
{
	struct file *self = (struct file *)source;
	struct file_chunk chunk;
	int result;

	(void)timeout_ms;
	self->take = take;
	self->to = to;
	self->taken = 0;
	while (!self->taken) { /* a chunk at a time: who asks may want to stop */
		if (self->stopped || self->ended)
			return -ENODATA;
		result = file_input_next(&self->input, &chunk);
		if (self->input.size)
			source->permille = (unsigned int)(self->input.offset * 1000 / self->input.size);
		if (result == INPUT_CHUNK)
			result = hand_out_chunk(self, &chunk);
		else if (result >= 0)
			result = end(self, result == INPUT_CUT);
		if (result)
			return result;
	}
	return self->taken;
}

static int file_start(struct source *source)
{
	(void)source;
	return 0;
}

static void file_stop(struct source *source)
{
	((struct file *)source)->stopped = true;
}

static void file_close(struct source *source)
{
	struct file *self = (struct file *)source;

	file_input_close(&self->input);
	codec_free(self->codec);
	free(self);
}

static int file_seek(struct source *source, uint64_t ts_ns)
{
	struct file *self = (struct file *)source;
	int result = file_input_seek(&self->input, ts_ns);

	if (result)
		return result;
	self->begun = self->in_keyframe = self->ended = false;
	self->next_record = 0;
	return 0;
}

static const struct source_ops file_ops = {
	.name = "file",
	.read = file_read,
	.start = file_start,
	.stop = file_stop,
	.close = file_close,
	.seek = file_seek,
};

struct source *source_file_open(const char *path, struct source_error *error)
{
	struct file *self = calloc(1, sizeof(*self));

	if (self) {
		self->source.ops = &file_ops;
		self->source.replayed = true;
		self->input.fd = -1;
		snprintf(self->path, sizeof(self->path), "%.100s", strcmp(path, "-") ? path : "standard input");
		self->codec = codec_new(CODEC_OPEN);
	}
	if (!self || !self->codec) {
		snprintf(error->text, sizeof(error->text), "out of memory");
		error->status = 1;
	} else if (!file_input_open(&self->input, path, error)) {
		self->source.first_ns = self->input.header.first_ns;
		return &self->source;
	}
	if (self)
		file_close(&self->source);
	return NULL;
}
