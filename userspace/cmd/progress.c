// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "userspace/source/outside.h"
#include "userspace/util/clock.h"

#define FIRST_NS 500000000ull
#define EVERY_NS 200000000ull

void progress_begin(struct progress *progress)
{
	*progress = (struct progress){
	    .shown = isatty(STDERR_FILENO),
	    .next_ns = clock_now_ns() + FIRST_NS,
	};
}

bool progress_due(struct progress *progress)
{
	uint64_t now_ns;

	if (!progress->shown)
		return false;
	now_ns = clock_now_ns();
	if (now_ns < progress->next_ns)
		return false;
	progress->next_ns = now_ns + EVERY_NS;
	return true;
}

void progress_put(struct progress *progress, const char *format, ...)
{
	va_list args;

	fputs("\r\033[K", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	progress->dirty = true;
}

void progress_end(struct progress *progress)
{
	if (progress->dirty)
		fputs("\r\033[K", stderr);
	progress->dirty = false;
}
