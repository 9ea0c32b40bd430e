// SPDX-License-Identifier: GPL-2.0-only
/* Which source, in a build without the BPF one (tools/mk/cmd.mk chooses): /proc, or none. */
#include "userspace/cmd/session.h"

#include <stdio.h>

#define SAMPLE_MS 20

struct source *session_open_source(const struct options *options, struct source_error *error)
{
	if (options->source == SOURCE_BPF) {
		snprintf(error->text, sizeof(error->text),
			 "this thrace was built without BPF: use --source=procfs, or build it with "
			 "clang");
		return NULL;
	}
	return source_procfs_open(&options->target, SAMPLE_MS, error);
}
