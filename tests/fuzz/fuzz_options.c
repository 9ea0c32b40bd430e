/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any words as a command line. Two bytes say what the command takes, the words follow, each ended by a newline.
 */
#include "tests/fuzz/fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/cmd/source_options.h"

#define WORDS 32

static char said[8192];
static unsigned int sayings;

/* As main.c's, but to nowhere. */
int command_fail(const struct command *command, enum status status, const char *format, ...)
{
	va_list args;

	(void)command;
	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	sayings++;
	return status;
}

int command_help(const struct command *command)
{
	(void)command;
	return STATUS_GOOD;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct command command = {.name = "fuzz"};
	static bool quiet;
	char *copy = malloc(length + 1), *rest = copy, *argv[WORDS + 1] = {"fuzz"};
	enum options_result result;
	struct options options;
	int argc = 1;

	if (!quiet)
		quiet = freopen("/dev/null", "w", stdout) != NULL; /* help and version are printed */
	if (!copy || length < 2) {
		free(copy);
		return 0;
	}
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	command.takes = (bytes[0] | bytes[1] << 8) & 0x7ff;
	rest += 2;
	while (argc < WORDS && rest && *rest)
		argv[argc++] = strsep(&rest, "\n");
	sayings = 0;
	result = options_parse(&command, argc, argv, &options);
	if (result == OPTIONS_GO)
	/* One line when it is bad, none when it is not. */
	if (sayings != (result == OPTIONS_BAD))
		abort();
	free(copy);
	return 0;
}
