// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/report.h"
#include "userspace/export/json.h"

static int run(const struct command *self, struct options *options)
{
	return report_command(self, options, "tree", json_write_tree);
}

const struct command command_tree = {
    .name = "tree",
    .summary = "lineage: who created whom, as thread or process, by which clone flags",
    .usage = "[OPTION]... SOURCE",
    .text =
	"\nObserves until -d, Ctrl-C or the end, then draws each thread below its creator and "
	"explains\n"
	"once each set of clone flags that made one. CREATED AT is the place in the creator's program.\n" OPTIONS_HELP
	"\nExample:\n  thrace tree -- make -j4\n",
    .takes = TAKES_SOURCE,
    .run = run,
};
