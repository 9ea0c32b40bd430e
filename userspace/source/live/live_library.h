/* SPDX-License-Identifier: GPL-2.0-only
 *
 * libthrace's probes, attached to each observed process that has the library in it, and to no other: a process that
 * is not observed pays nothing. A process is looked at when it is met and some moments later, as a shared object is
 * mapped only after the program's beginning.
 */
#ifndef THRACE_SOURCE_LIVE_LIBRARY_H
#define THRACE_SOURCE_LIVE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include "bpf/abi/config.h"

struct bpf_program;
struct bpf_link;

struct library_check { /* of a process, to come */
	uint64_t due_ns;
	uint32_t pid;
	unsigned int tries;
};

struct library_attached {
	uint32_t pid; /* 0: a free place */
	bool ended; /* it is detached when its place is needed: that takes the kernel a moment */
	uint64_t device, inode; /* of the file with the probes */
	int link; /* one for all, where the kernel has such links; -1: links, one for each */
	struct bpf_link *links[LIBRARY_PROBES];
};

struct library {
	const struct bpf_program *program; /* NULL: the probes are not wanted */
	int sites; /* the map of where arguments are */
	bool many_at_once; /* the program was loaded for links of many probes */
	struct library_attached *places; /* LIBRARY_PROCESSES of them; NULL until the first is needed */
	struct library_check *checks;
	size_t checks_count, checks_room;
	int error; /* for want of what a process's probes could not be attached, the first time; 0: they could */
};

/* Can one link hold many probes (since 6.6)? Then the program must be loaded for it. */
bool library_many_at_once(void);
#define LIBRARY_MANY_ATTACH 48 /* BPF_TRACE_UPROBE_MULTI: newer than the headers that we build with */

/* A process came, or became another program. */
void library_meet(struct library *library, uint32_t pid, uint64_t now_ns);
/* One that is held before the exec of this command, looked for as execvp(3) does. */
void library_meet_command(struct library *library, uint32_t pid, const char *command);
/* It has ended. */
void library_part(struct library *library, uint32_t pid);
/* Looks at those whose time has come; a few at a time. */
void library_check(struct library *library, uint64_t now_ns);
/* When the next one is to be looked at; UINT64_MAX: none. */
uint64_t library_due_ns(const struct library *library);
void library_close(struct library *library);

#endif
