// SPDX-License-Identifier: GPL-2.0-only
/* Which source: BPF where it can be had, else /proc, and why. */
#include "userspace/cmd/session.h"

#include <stdio.h>

#define SAMPLE_MS 20

/* What keeps BPF out keeps /proc from nothing; what is wrong with the target itself is wrong with
 * both. */
static bool about_target(const struct source_error *error)
{
	return error->status == STATUS_NOT_FOUND || error->status == STATUS_CANNOT_RUN;
}

struct source *session_open_source(const struct options *options, struct source_error *error)
{
	struct source_error live;
	unsigned int sample_ms = options->sample_ms ? options->sample_ms : SAMPLE_MS;
	struct source *source;

	if (options->source == SOURCE_PROCFS)
		return source_procfs_open(&options->target, sample_ms, error);
	source = source_live_open(&options->target, error);
	if (source || options->source == SOURCE_BPF || about_target(error))
		return source;

	live = *error;
	*error = (struct source_error){.status = STATUS_FAILED};
	source = source_procfs_open(&options->target, sample_ms, error);
	if (source)
		fprintf(stderr, "thrace: sampling /proc instead of observing: %s\n", live.text);
	return source;
}
