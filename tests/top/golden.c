/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/feed.h"
#include "tests/top/golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_expected(const char *path)
{
	FILE *file = fopen(path, "re");
	char *page = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&page, &room, '\0', file) < 0)
		page = NULL;
	fclose(file);
	return page;
}

void golden_compare(const char *name, const char *page, bool update)
{
	char path[128], *expected;
	FILE *file;

	snprintf(path, sizeof(path), "tests/top/expect/%s", name);
	if (update) {
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(page, file);
		fclose(file);
		return;
	}
	expected = read_expected(path);
	if (!expected)
		fail_msg("%s: %s", path, strerror(errno));
	if (strcmp(page, expected)) {
		fprintf(stderr, "%s", page); /* longer than a failure's message may be */
		fail_msg("%s differs", path);
	}
	free(expected);
}
