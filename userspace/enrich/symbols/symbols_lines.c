// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/symbols_lines.h"
#include "userspace/enrich/symbols/line_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/util/confined.h"

struct answer {
	uint32_t line; /* 0: not known */
	char file[LINES_FILE_BYTES];
};

/* --- the child -------------------------------------------------------------------------------------------- */

static void answer_one(const struct line_table *table, uint64_t address, struct answer *answer)
{
	const char *file;
	size_t length;

	memset(answer, 0, sizeof(*answer));
	file = line_table_find(table, address, &answer->line);
	if (!file)
		return;
	length = strlen(file);
	if (length >= sizeof(answer->file))
		file += length - (sizeof(answer->file) - 1);
	strcpy(answer->file, file);
}

static void serve(void)
{
	struct line_table table;
	struct answer answer;
	uint64_t address;

	line_table_open(&table, 1);
	while (confined_question(&address)) {
		answer_one(&table, address, &answer);
		if (!confined_answer(&answer, sizeof(answer)))
			break;
	}
}

/* --- the parent ------------------------------------------------------------------------------------------- */

static const struct confined_kind reader = {
	.serve = serve,
	.opens_files = true, /* debug information goes on in files beside */
	.most = 8,
	.data_bytes = 2ull << 30,
	.answer_ms = LINES_ANSWER_MS,
	.start_ns = 20000000000, /* debug information is large */
};

struct lines {
	struct confined child;
};

struct lines *lines_open(struct confined_pool *pool, int fd)
{
	struct lines *lines = calloc(1, sizeof(*lines));

	if (lines)
		confined_open(&lines->child, &reader, pool, fd);
	return lines;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	confined_close(&lines->child);
	free(lines);
}

int lines_find(struct lines *lines, uint64_t address, int wait_ms, char *file, uint32_t *line)
{
	struct answer answer;
	ssize_t bytes = confined_ask(&lines->child, address, wait_ms, &answer, sizeof(answer));

	if (bytes < 0)
		return (int)bytes;
	if (bytes != sizeof(answer) || !answer.line)
		return -ENOENT;
	answer.file[sizeof(answer.file) - 1] = '\0';
	memcpy(file, answer.file, sizeof(answer.file));
	*line = answer.line;
	return 0;
}
