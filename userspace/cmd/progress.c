// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define EVERY	  65536 /* records, between two looks at the clock */
#define FIRST_NS  1000000000ull
#define REPEAT_NS 200000000ull

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void progress_begin(struct progress *progress, const struct options *options)
{
	/* A program that was started has the terminal for itself. */
	*progress = (struct progress){.on = isatty(STDERR_FILENO) && !options->target.launch,
				      .next_ns = monotonic_ns() + FIRST_NS};
}

void progress_record(struct progress *progress, const struct model *model)
{
	uint64_t now_ns;

	if (!progress->on || ++progress->records % EVERY)
		return;
	now_ns = monotonic_ns();
	if (now_ns < progress->next_ns)
		return;
	progress->next_ns = now_ns + REPEAT_NS;
	progress->shown = true;
	fprintf(stderr, "\r\033[K%.1f million records, %.1f s of the recording",
		(double)progress->records / 1e6, (double)(model->now_ns - model->first_ns) / 1e9);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
