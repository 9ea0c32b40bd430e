// SPDX-License-Identifier: GPL-2.0-only
/*
 * A .mo file (gettext's manual, "The Format of GNU MO Files"): a header, two tables of (length,
 * offset), the texts sorted by their bytes, each closed by a NUL. Every figure is checked against
 * the file's size before it is used.
 */
#include "userspace/util/catalogue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MO_MAGIC     0x950412deu
#define MO_BYTES_MAX (16u << 20)

struct mo_header {
	uint32_t magic, revision, count, texts_offset, translations_offset;
};

struct mo_entry {
	uint32_t length, offset;
};

struct catalogue {
	char *bytes;
	size_t size;
	uint32_t count;
	const struct mo_entry *texts, *translations;
};

static bool fits(size_t size, uint32_t offset, size_t length)
{
	return offset <= size && length <= size - offset;
}

static bool table_good(const struct catalogue *catalogue, const struct mo_entry *table)
{
	for (uint32_t i = 0; i < catalogue->count; i++) {
		const struct mo_entry *entry = &table[i];

		if (!fits(catalogue->size, entry->offset, (size_t)entry->length + 1) ||
		    catalogue->bytes[entry->offset + entry->length])
			return false;
	}
	return true;
}

/* Whether the bytes are a catalogue of this machine's byte order, as msgfmt writes it. */
static bool understand(struct catalogue *catalogue)
{
	struct mo_header header;

	if (catalogue->size < sizeof(header))
		return false;
	memcpy(&header, catalogue->bytes, sizeof(header));
	catalogue->count = header.count;
	if (header.magic != MO_MAGIC || header.count > catalogue->size / sizeof(struct mo_entry) ||
	    header.texts_offset % 4 || header.translations_offset % 4 ||
	    !fits(catalogue->size, header.texts_offset, header.count * sizeof(struct mo_entry)) ||
	    !fits(catalogue->size, header.translations_offset,
		  header.count * sizeof(struct mo_entry)))
		return false;
	catalogue->texts = (const void *)(catalogue->bytes + header.texts_offset);
	catalogue->translations = (const void *)(catalogue->bytes + header.translations_offset);
	return table_good(catalogue, catalogue->texts) &&
	       table_good(catalogue, catalogue->translations);
}

static int read_whole(struct catalogue *catalogue, FILE *file)
{
	catalogue->bytes = malloc(MO_BYTES_MAX);
	if (!catalogue->bytes)
		return ENOMEM;
	catalogue->size = fread(catalogue->bytes, 1, MO_BYTES_MAX, file);
	if (ferror(file))
		return EIO;
	return understand(catalogue) ? 0 : EINVAL;
}

struct catalogue *catalogue_open(const char *path)
{
	FILE *file = fopen(path, "re");
	struct catalogue *catalogue;
	int error;

	if (!file)
		return NULL;
	catalogue = calloc(1, sizeof(*catalogue));
	error = catalogue ? read_whole(catalogue, file) : ENOMEM;
	fclose(file);
	if (!error)
		return catalogue;
	catalogue_close(catalogue);
	errno = error;
	return NULL;
}

void catalogue_close(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	free(catalogue->bytes);
	free(catalogue);
}

const char *catalogue_text(const struct catalogue *catalogue, const char *text)
{
	uint32_t low = 0, high = catalogue ? catalogue->count : 0;

	/* The empty text's translation is the file's own header. */
	if (!*text)
		return text;
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const int order = strcmp(text, catalogue->bytes + catalogue->texts[middle].offset);

		if (!order)
			return catalogue->bytes + catalogue->translations[middle].offset;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return text;
}
