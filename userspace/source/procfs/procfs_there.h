/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Whether those that were asked for by number are there to be observed.
 */
#ifndef THRACE_SOURCE_PROCFS_THERE_H
#define THRACE_SOURCE_PROCFS_THERE_H

#include <stddef.h>
#include <stdint.h>
#include "userspace/source/source.h"

/* proc: an open directory, /proc as a rule. Returns 0, or -1 with an error that names the first one that is not. */
int procfs_check_there(int proc, const uint32_t *pids, size_t count, struct source_error *error);

#endif
