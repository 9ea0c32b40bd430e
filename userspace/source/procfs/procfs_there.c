// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_there.h"
#include "userspace/source/procfs/procfs_file.h"

#include <stdbool.h>

/* The first thread of a process that exits before the others is a zombie until the last has gone. */
static bool is_over(const struct procfs_look *leader)
{
	return (leader->letter == 'Z' || leader->letter == 'X') && leader->threads <= 1;
}

int procfs_check_there(int proc, const uint32_t *pids, size_t count, struct source_error *error)
{
	struct procfs_look look;

	for (size_t i = 0; i < count; i++) {
		if (procfs_look_who(proc, pids[i], pids[i], &look))
			return source_fail(error,
					   "there is no process %u: it has ended, or never was; 'ps -e' lists those there are",
					   pids[i]);
		if (is_over(&look))
			return source_fail(error,
					   "process %u has ended and only waits for its parent to collect it (a zombie): "
					   "no thread of it is left to observe",
					   pids[i]);
	}
	return 0;
}
