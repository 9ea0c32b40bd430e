/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where to begin reading for a moment: found in the index by halving, or, in a file that was cut off before it had one,
 * by going from chunk header to chunk header.
 */
#include <errno.h>
#include <unistd.h>
#include "userspace/source/file/file_input.h"

static bool begins(const struct file_index_entry *entry)
{
	return entry->kind == CHUNK_KEYFRAME && !(entry->flags & CHUNK_F_CONTINUES);
}

static bool read_entry(const struct file_input *input, uint64_t index, uint64_t number, struct file_index_entry *entry)
{
	return pread(input->fd, entry, sizeof(*entry), (off_t)(index + number * sizeof(*entry))) == sizeof(*entry);
}

/* The chunk that an entry names is there and begins a keyframe. */
static bool good_entry(const struct file_input *input, const struct file_index_entry *entry)
{
	struct file_chunk chunk;

	return pread(input->fd, &chunk, sizeof(chunk), (off_t)entry->offset) == sizeof(chunk) &&
	       file_chunk_good(&chunk) && chunk.kind == CHUNK_KEYFRAME && chunk.first_ns == entry->first_ns;
}

/* Where the index's entries begin; 0: there is none that fits its file. */
static uint64_t index_begin(const struct file_input *input)
{
	const struct file_trailer *trailer = &input->trailer;
	struct file_chunk chunk;
	uint64_t entries;

	if (!input->has_trailer || trailer->index_offset > input->size || trailer->chunks > input->size)
		return 0;
	if (pread(input->fd, &chunk, sizeof(chunk), (off_t)trailer->index_offset) != sizeof(chunk) ||
	    !file_chunk_good(&chunk) || chunk.kind != CHUNK_INDEX)
		return 0;
	entries = trailer->index_offset + chunk.header_bytes;
	if (trailer->chunks * sizeof(struct file_index_entry) > input->size - entries)
		return 0;
	return entries;
}

/* The offset of the last keyframe not after ts_ns; 0: none, or the index does not tell the truth. */
static uint64_t look_up(const struct file_input *input, uint64_t ts_ns)
{
	uint64_t index = index_begin(input), low = 0, high = input->trailer.chunks;
	struct file_index_entry entry;

	if (!index)
		return 0;
	while (low < high) { /* the entries before low begin not after ts_ns, those from high on do */
		uint64_t middle = low + (high - low) / 2;

		if (!read_entry(input, index, middle, &entry))
			return 0;
		if (entry.first_ns <= ts_ns)
			low = middle + 1;
		else
			high = middle;
	}
	while (low--) {
		if (!read_entry(input, index, low, &entry))
			return 0;
		if (begins(&entry))
			return good_entry(input, &entry) ? entry.offset : 0;
	}
	return 0;
}

static uint64_t walk(struct file_input *input, uint64_t ts_ns)
{
	uint64_t found = 0, here;
	struct file_chunk chunk;

	input->offset = input->header.header_bytes;
	while (file_input_next(input, &chunk) == INPUT_CHUNK && chunk.first_ns <= ts_ns) {
		here = input->stored_at - chunk.header_bytes;
		if (chunk.kind == CHUNK_KEYFRAME && !(chunk.flags & CHUNK_F_CONTINUES))
			found = here;
	}
	return found;
}

int file_input_seek(struct file_input *input, uint64_t ts_ns)
{
	uint64_t found;

	if (!input->seekable)
		return -ESPIPE;
	found = look_up(input, ts_ns);
	if (!found)
		found = walk(input, ts_ns);
	input->offset = found ? found : input->header.header_bytes;
	return 0;
}
