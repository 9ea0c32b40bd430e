/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Writes the seeds that the corpus began with: small streams as records, packed and as a file. Usage: make_corpus FOLDER,
 * with folders record, unpack and file in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/file/stream.h"
#include "userspace/decode/pack.h"
#include "userspace/source/record/record.h"

#define RAW_MAX 8192

static void put(const char *folder, const char *target, unsigned int number, const void *bytes, size_t length)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/stream-%u", folder, target, number);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file))
		exit(1);
}

/* Every kind once, with bodies of nothing but its head and small numbers. */
static size_t every_kind(uint8_t *raw)
{
	static const uint16_t sizes[REC_KIND_END] = {
#define X(number, token, text) [number] = sizeof(struct ev_##token),
		THRACE_RECORDS(X)
#undef X
	};
	size_t length = 0;

	for (unsigned int kind = 1; kind < REC_KIND_END; kind++) {
		struct rec_head *head = (void *)(raw + length);

		memset(head, 0, sizes[kind]);
		*head = (struct rec_head){.ts_ns = 1000 + kind, .size = sizes[kind], .kind = kind};
		for (size_t i = sizeof(*head); i + 4 <= sizes[kind] && i < sizeof(*head) + 16; i += 4)
			raw[length + i] = 1 + kind % 3;
		length += sizes[kind];
	}
	return length;
}

static void put_all(const char *folder, unsigned int number, const uint8_t *raw, size_t length)
{
	struct recorder_settings settings = {.overwrite = true};
	struct pack *pack = pack_new(RAW_MAX);
	uint8_t *packed = malloc(pack_bound(length) + 2);
	struct source_error error;
	struct recorder *recorder;
	ssize_t packed_bytes;
	char path[512];

	put(folder, "record", number, raw, length);
	packed[0] = (length / 8 - 1) & 0xff;
	packed[1] = (length / 8 - 1) >> 8;
	packed_bytes = pack_records(pack, raw, length, packed + 2);
	put(folder, "unpack", number, packed, packed_bytes + 2);
	snprintf(path, sizeof(path), "%s/file/stream-%u", folder, number);
	settings.path = path;
	recorder = recorder_open(&settings, &error);
	if (!recorder)
		exit(1);
	for (size_t at = 0; at < length; at += ((const struct rec_head *)(raw + at))->size) {
		recorder_put(recorder, (const void *)(raw + at));
		if (at > length / 2)
			recorder_pause(recorder, UINT64_MAX);
	}
	recorder_close(recorder, NULL);
	pack_free(pack);
	free(packed);
}

int main(int argc, char **argv)
{
	static _Alignas(8) uint8_t raw[RAW_MAX];
	size_t length;

	if (argc != 2)
		return 2;
	length = every_kind(raw);
	put_all(argv[1], 0, raw, length);
	for (unsigned int number = 1; number <= 3; number++) {
		struct stream *stream = stream_new(number * 2, number, number);

		for (length = 0; length < 1000 * number;) {
			const struct rec_head *head = stream_next(stream);

			memcpy(raw + length, head, head->size);
			length += head->size;
		}
		put_all(argv[1], number, raw, length);
		stream_free(stream);
	}
	return 0;
}
