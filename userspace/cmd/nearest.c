// SPDX-License-Identifier: GPL-2.0-only
/* The nearest name to a mistyped one. */
#include "userspace/cmd/command.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 32

static size_t least(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* Insertions, deletions, replacements and swaps of neighbours that lead from a to b (both shorter
 * than WORD_MAX). */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	size_t length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		last[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= length; j++) {
			now[j] = least(last[j] + 1, now[j - 1] + 1,
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[length];
}

const char *nearest_name(const char *word, const char *const *candidates)
{
	size_t best = WORD_MAX;
	const char *nearest = NULL;

	if (strlen(word) >= WORD_MAX)
		return NULL;
	for (; *candidates; candidates++) {
		size_t steps =
		    strlen(*candidates) < WORD_MAX ? distance(word, *candidates) : WORD_MAX;

		/* Further than a third of the word away is another word. */
		if (steps < best && steps <= (strlen(*candidates) + 2) / 3) {
			best = steps;
			nearest = *candidates;
		}
	}
	return nearest;
}
