/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/source/source.h"

#include <stdarg.h>
#include <stdio.h>

int source_fail(struct source_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	error->status = 1;
	return -1;
}
