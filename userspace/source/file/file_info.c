/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/file/file_info.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "bpf/abi/events.h"
#include "userspace/source/file/file_input.h"

static void add_chunk(struct file_info *info, const struct file_chunk *chunk)
{
	info->chunks++;
	info->keyframes += chunk->kind == CHUNK_KEYFRAME && !(chunk->flags & CHUNK_F_CONTINUES);
	if (chunk->kind != CHUNK_RECORDS)
		return;
	if (!info->records)
		info->first_ns = chunk->first_ns;
	info->last_ns = chunk->last_ns;
	info->records += chunk->records;
	info->lost += chunk->lost;
	info->raw_bytes += chunk->raw_bytes;
}

static int walk(struct file_input *input, struct file_info *info)
{
	struct file_chunk chunk;
	int step;

	while ((step = file_input_next(input, &chunk)) == INPUT_CHUNK)
		add_chunk(info, &chunk);
	if (step < 0)
		return step;
	info->complete = step == INPUT_END;
	info->kinds_known = input->has_trailer;
	if (input->has_trailer)
		memcpy(info->kind_records, input->trailer.kind_records, sizeof(info->kind_records));
	info->bytes = input->seekable ? input->size : input->position;
	return 0;
}

static int fail(struct source_error *error, const char *path, int why)
{
	snprintf(error->text, sizeof(error->text), "cannot read '%.100s': %s", path, strerror(-why));
	error->status = 1;
	return -1;
}

int file_info_read(const char *path, struct file_info *info, struct source_error *error)
{
	struct file_input input;
	int result;

	*info = (struct file_info){0};
	result = file_input_open(&input, path, error);
	if (!result) {
		info->header = input.header;
		result = walk(&input, info);
		if (result)
			result = fail(error, path, result);
	}
	file_input_close(&input);
	return result;
}

static int count(void *to, const void *bytes, size_t length)
{
	struct file_info *info = to;
	const struct rec_head *head = bytes;

	if (length < sizeof(*head) || !head->kind)
		return -EBADMSG;
	info->kind_records[head->kind < FILE_KINDS ? head->kind : 0]++;
	return 0;
}

int file_info_count(const char *path, struct file_info *info, void (*step)(const struct source *source, void *context),
		    void *context, struct source_error *error)
{
	struct source *source = source_file_open(path, error);
	int result;

	if (!source)
		return -1;
	memset(info->kind_records, 0, sizeof(info->kind_records));
	while ((result = source->ops->read(source, 0, count, info)) >= 0)
		if (step)
			step(source, context);
	info->kinds_known = true;
	info->missing = source->missing;
	/* Those that the reader put in place of what is missing. */
	info->kind_records[REC_lost] -= source->missing_told;
	source->ops->close(source);
	return result == -ENODATA ? 0 : fail(error, path, result);
}
