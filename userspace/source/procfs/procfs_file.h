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
	uint32_t threads;	 /* of its process: those that are left */
	uint32_t exit_code;	 /* of a zombie; 0 too when it may not be known */
	uint16_t cpu;		 /* where it runs or ran last */
	bool on_cpu;		 /* in the act: its registers were out of reach because it ran */
	bool kernel_thread;
	uint64_t start_ns;
	uint64_t slices; /* how often it got a CPU; 0: not told */
	struct ev_books books;
	struct ev_wait wait;
	char name[ABI_NAME_BYTES];
};

/* A thread's files that are read at every look. Kept open, that takes half the time. */
struct procfs_files {
	int stat, schedstat; /* -1: not open */
};

/* proc: an open directory, /proc as a rule. Returns 0, or -errno: -ENOENT or -ESRCH when the thread
 * is gone. */
int procfs_look(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look);
/* Only what tells who it is: name, parent, state. */
int procfs_look_who(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look);
/* Another look at a thread: of one that has not run since the last nothing is read that cannot have changed. */
int procfs_look_again(int proc, const struct procfs_files *files, const struct procfs_look *last,
		      struct procfs_look *look);

void procfs_files_open(struct procfs_files *files, int proc, uint32_t pid, uint32_t tid);
void procfs_files_close(struct procfs_files *files);

/* The parsers of single files, for the tests: the text ends in NUL. Return 0 or -EINVAL. */
int procfs_parse_stat(char *text, struct procfs_look *look);
int procfs_parse_status(const char *text, struct procfs_look *look);
int procfs_parse_syscall(const char *text, struct procfs_look *look);

#endif
