/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What options' values mean: text to numbers, checked. False: it is none of its kind, or out of bounds.
 */
#ifndef THRACE_CMD_OPTION_VALUES_H
#define THRACE_CMD_OPTION_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#define ID_LAST		4194304 /* PID_MAX_LIMIT of a 64-bit kernel */
#define SECONDS_MOST	1e9

/* A process's or thread's number at the head of text; *end: what follows it. */
bool value_id(const char *text, uint32_t *id, const char **end);

/* Seconds, fractions allowed, from least to SECONDS_MOST. */
bool value_seconds(const char *text, double least, uint64_t *ns);

/* Bytes, K, M, G, T allowed behind, from least on. */
bool value_size(const char *text, uint64_t least, uint64_t *bytes);

/* A time with s, m or h behind it, or seconds; from 0.1 s to a day. */
bool value_time(const char *text, uint64_t *ns);

/* Which of these words (closed by NULL) it is; -1: none. */
int value_word(const char *text, const char *const *words);

#endif
