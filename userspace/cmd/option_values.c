// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/option_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MOST 1e18
#define DAY_S	  86400

bool value_id(const char *text, uint32_t *id, const char **end)
{
	char *rest;
	unsigned long number = strtoul(text, &rest, 10);

	/* strtoul() would take a sign, or blanks before it. */
	if (*text < '0' || *text > '9' || !number || number > ID_LAST)
		return false;
	*id = (uint32_t)number;
	*end = rest;
	return true;
}

bool value_seconds(const char *text, double least, uint64_t *ns)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds < least || seconds > SECONDS_MOST)
		return false;
	*ns = (uint64_t)(seconds * 1e9);
	return true;
}

/* The number that text begins with, times the factor of the letter that ends it, if one does. */
static bool with_unit(const char *text, const char *letters, const double *factors, double *number)
{
	const char *letter;
	char *end;

	*number = strtod(text, &end);
	if (end == text || !isfinite(*number))
		return false;
	letter = *end ? strchr(letters, *end | 0x20) : NULL;
	if (letter)
		*number *= factors[letter - letters];
	return letter ? !end[1] : !*end;
}

bool value_size(const char *text, uint64_t least, uint64_t *bytes)
{
	static const double factors[] = {1 << 10, 1 << 20, 1 << 30, 1099511627776.0};
	double number;

	if (!with_unit(text, "kmgt", factors, &number) || number < (double)least || number > SIZE_MOST)
		return false;
	*bytes = (uint64_t)number;
	return true;
}

bool value_time(const char *text, uint64_t *ns)
{
	static const double factors[] = {1, 60, 3600};
	double seconds;

	if (!with_unit(text, "smh", factors, &seconds) || seconds < 0.1 || seconds > DAY_S)
		return false;
	*ns = (uint64_t)(seconds * 1e9);
	return true;
}

int value_word(const char *text, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(text, words[i]))
			return i;
	return -1;
}
