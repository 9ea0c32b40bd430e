/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a descriptor of a process stands for, by the name that the kernel gives it.
 */
#ifndef THRACE_ENRICH_FILE_NAME_H
#define THRACE_ENRICH_FILE_NAME_H

#include <stddef.h>
#include <stdint.h>

/* "/var/log/syslog", "pipe:[4711]", "socket:[4712]": of the descriptor, if it still stands for that inode. Returns 0 or
 * -errno: -ESTALE when it stands for another by now, -ENOENT when it is closed or its process has ended. */
int file_name(uint32_t pid, uint32_t fd, uint64_t inode, char *name, size_t size);

#endif
