// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/units.h"

#include <stdio.h>

static struct units units_format(double value, int decimals, const char *unit)
{
	struct units units;

	snprintf(units.text, sizeof(units.text), "%.*f%s", decimals, value, unit);
	return units;
}

/* Three digits at most, as far as the unit allows. */
static struct units units_three(double value, int decimals, const char *unit)
{
	return units_format(value, value >= 99.95 ? 0 : decimals, unit);
}

struct units units_duration(uint64_t ns)
{
	/* Each unit serves below its limit, which is where its rounded figure would need another
	 * digit. */
	static const struct {
		double limit_ns, one_ns;
		int decimals;
		const char *unit;
	} scale[] = {
	    {999.5, 1, 0, " ns"},
	    {999.5e3, 1e3, 1, " us"},
	    {999.5e6, 1e6, 1, " ms"},
	    {599.5e9, 1e9, 1, " s"},
	    {99.95 * 60e9, 60e9, 1, " min"},
	    {47.95 * 3600e9, 3600e9, 1, " h"},
	};

	if (!ns)
		return units_format(0, 0, "");
	for (size_t i = 0; i < sizeof(scale) / sizeof(*scale); i++)
		if ((double)ns < scale[i].limit_ns)
			return units_three((double)ns / scale[i].one_ns, scale[i].decimals,
					   scale[i].unit);
	return units_three((double)ns / 86400e9, 1, " d");
}

struct units units_count(uint64_t count)
{
	struct units units;

	if (count >= 9999950000)
		return units_format((double)count / 1e9, 1, " G");
	if (count >= 10000000)
		return units_format((double)count / 1e6, 1, " M");
	if (count >= 1000000)
		snprintf(units.text, sizeof(units.text), "%u,%03u,%03u",
			 (unsigned int)(count / 1000000), (unsigned int)(count / 1000 % 1000),
			 (unsigned int)(count % 1000));
	else if (count >= 1000)
		snprintf(units.text, sizeof(units.text), "%u,%03u", (unsigned int)(count / 1000),
			 (unsigned int)(count % 1000));
	else
		snprintf(units.text, sizeof(units.text), "%u", (unsigned int)count);
	return units;
}

struct units units_count_short(uint64_t count)
{
	unsigned int thousands;
	struct units units;

	if (count < 100000)
		return units_count(count);
	if (count >= 9999500) /* it would be 10,000k */
		return units_count(count < 10000000 ? 10000000 : count);
	thousands = (unsigned int)((count + 500) / 1000);
	if (thousands >= 1000)
		snprintf(units.text, sizeof(units.text), "%u,%03uk", thousands / 1000, thousands % 1000);
	else
		snprintf(units.text, sizeof(units.text), "%uk", thousands);
	return units;
}

struct units_things units_things(uint64_t count, const char *one, const char *many)
{
	struct units_things things;

	snprintf(things.text, sizeof(things.text), "%s %s", units_count(count).text, count == 1 ? one : many);
	return things;
}

struct units units_bytes(uint64_t bytes)
{
	static const char *const unit[] = {" B", " kB", " MB", " GB", " TB"};
	double value = (double)bytes;
	size_t i = 0;

	while (value >= 999.5 && i + 1 < sizeof(unit) / sizeof(*unit)) {
		value /= 1000;
		i++;
	}
	return units_three(value, i ? 1 : 0, unit[i]);
}

static struct units units_small(double value, double least, int decimals)
{
	struct units units;

	if (value >= least) {
		decimals -= value >= 99.95 ? decimals : value >= 9.995 ? decimals - 1 : 0;
		return units_format(value, decimals, "");
	}
	snprintf(units.text, sizeof(units.text), "<%.*f", decimals, least);
	return units;
}

struct units units_mean(uint64_t total, uint64_t by)
{
	if (!total || !by)
		return units_format(0, 0, "");
	return units_small((double)total / (double)by, 0.01, 2);
}

struct units units_percent(uint64_t part, uint64_t whole)
{
	if (!part || !whole)
		return units_format(0, 0, "");
	return units_small(100 * (double)part / (double)whole, 0.1, 1);
}
