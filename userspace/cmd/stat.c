// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/report.h"
#include "userspace/export/json.h"

static int run(const struct command *self, struct options *options)
{
	return report_command(self, options, "stat", json_write_report);
}

const struct command command_stat = {
    .name = "stat",
    .summary = "figures: time per state, switches, run-queue delay, wakers, waits",
    .usage = "[OPTION]... SOURCE",
    .text =
	"\nObserves until -d, Ctrl-C or the end, then prints for each process its concurrency\n"
	"beside its parallelism, for each thread its times and switches, and what was waited "
	"for.\n" OPTIONS_HELP "\nExample:\n  thrace stat -p 812 -d 5\n",
    .takes = TAKES_SOURCE,
    .run = run,
};
