/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Which processes hold what others wait for in the kernel: the other end of a pipe, a lock on a file, the children of a
 * process. Told by /proc; what it hides is counted as hidden.
 */
#ifndef THRACE_ENRICH_HOLDERS_H
#define THRACE_ENRICH_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct holders {
	uint32_t pid; /* the only one; 0: there are none, several, or some are hidden */
	uint32_t count; /* those that were seen */
	bool hidden; /* there may be more: the files of a process could not be read */
};

/* Who has an open end of the pipe that this descriptor of a process is of: the end for writing, if writers, else the
 * one for reading. Returns 0, or -errno: -ENOTSUP when it is no pipe. */
int holders_of_pipe(uint32_t pid, unsigned int fd, bool writers, struct holders *holders);

/* Whose file lock a process waits for. Returns 0, or -ENOENT when it waits for none. */
int holders_of_file_lock(uint32_t pid, struct holders *holders);

/* The child processes of a process. Returns 0 or -errno. */
int holders_children(uint32_t pid, struct holders *holders);

#endif
