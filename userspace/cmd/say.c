// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/command.h"

#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "userspace/ui/escape.h"

#define LINE_BYTES (PATH_MAX + 1024)

/* What is said may quote anybody: a path, an argument, a name. None of them is obeyed by the terminal. */
void command_vsay(const struct command *command, const char *format, va_list args)
{
	char line[LINE_BYTES], safe[2 * LINE_BYTES];

	vsnprintf(line, sizeof(line), format, args);
	escape(safe, sizeof(safe), line, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	fflush(stdout);
	if (command)
		fprintf(stderr, "thrace %s: %s\n", command->name, safe);
	else
		fprintf(stderr, "thrace: %s\n", safe);
}

void command_say(const struct command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	command_vsay(command, format, args);
	va_end(args);
}
