/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Numbers that a person can hold: about three digits and a unit.
 */
#ifndef THRACE_UI_UNITS_H
#define THRACE_UI_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_BYTES 24 /* room for any result */

struct units {
	char text[UNITS_BYTES];
};

struct units_things {
	char text[2 * UNITS_BYTES];
};

/* "0", "850 ns", "12.0 us", "3.1 ms", "10.0 s", "41.2 s", "12.5 min", "3.2 h", "4.0 d" */
struct units units_duration(uint64_t ns);
/* "0", "999", "1,234", "9,999,999", "12.3 M", "4.5 G" */
struct units units_count(uint64_t count);
/* The same in six columns: "99,999", "383k", "1,234k", "12.3 M" */
struct units units_count_short(uint64_t count);
/* "0 processes", "1 process", "1,234 processes" */
struct units_things units_things(uint64_t count, const char *one, const char *many);
/* "0 B", "850 B", "12.0 kB", "3.1 MB", "1.2 GB": powers of 1000 */
struct units units_bytes(uint64_t bytes);
/* A mean of things: "0", "0.01", "1.25", "12.5", "250"; "<0.01" when more than none */
struct units units_mean(uint64_t total, uint64_t by);
/* A share in percent: "0", "<0.1", "3.1", "97.1", "100" */
struct units units_percent(uint64_t part, uint64_t whole);

#endif
