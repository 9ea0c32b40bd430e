/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The options that there are, one row each, and what each does with its value. For who reads a command line by them.
 */
#ifndef THRACE_CMD_OPTION_ROWS_H
#define THRACE_CMD_OPTION_ROWS_H

#include <stddef.h>
#include "userspace/cmd/source_options.h"

/* What the parsing carries from option to option. */
struct parse {
	const struct command *command;
	struct options *options;
	const char *source; /* the option that named the source; NULL: none yet */
};

#define bad(parse, ...) (command_fail((parse)->command, STATUS_USAGE, __VA_ARGS__), OPTIONS_BAD)

/* A source was named, by that option: two are one too many. */
enum options_result options_name_source(struct parse *parse, const char *option);

/* An option: a function that takes its value, or the field that it fills (none lies at offset 0). */
struct option_row {
	const char *name;
	char letter; /* 0: it has none */
	int value;   /* no_argument, required_argument or optional_argument */
	unsigned int takes; /* commands that take one of these have it; 0: all do */
	enum options_result (*take)(struct parse *parse, const char *value);
	size_t flag, text;
};

#define OPTION_ROWS 24

extern const struct option_row option_rows[OPTION_ROWS];

#endif
