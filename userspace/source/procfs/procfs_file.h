/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What /proc tells of one thread. Reads and parses; keeps nothing. Every file is bounded and taken
 * for hostile: a name may hold blanks, parentheses and newlines, a thread may end between two
 * reads.
 */
#ifndef THRACE_SOURCE_PROCFS_FILE_H
#define THRACE_SOURCE_PROCFS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "bpf/abi/events.h"

struct procfs_look {
	uint32_t tid, pid, parent_pid;
	uint32_t ns_tid, ns_pid; /* 0: not told */
	char letter;		 /* of the state: R, S, D, Z ... */
	uint32_t state;		 /* enum task_state */
	uint32_t exit_code;	 /* of a zombie; 0 too when it may not be known */
	uint16_t cpu;		 /* where it runs or ran last */
	bool on_cpu;		 /* in the act: its registers were out of reach because it ran */
	bool kernel_thread;
	uint64_t start_ns;
	struct ev_books books;
	struct ev_wait wait;
	char name[ABI_NAME_BYTES];
};

/* proc: an open directory, /proc as a rule. Returns 0, or -errno: -ENOENT or -ESRCH when the thread
 * is gone. */
int procfs_look(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look);

/* The parsers of single files, for the tests: the text ends in NUL. Return 0 or -EINVAL. */
int procfs_parse_stat(char *text, struct procfs_look *look);
int procfs_parse_status(const char *text, struct procfs_look *look);
int procfs_parse_syscall(const char *text, struct procfs_look *look);

#endif
