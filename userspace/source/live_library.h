/* SPDX-License-Identifier: GPL-2.0-only
 *
 * libthrace's probes, attached to each observed process that has the library in it, and to no other: a process that
 * is not observed pays nothing. A process is looked at when it is met and some moments later, as a shared object is
 * mapped only after the program's beginning.
 */
#ifndef THRACE_SOURCE_LIVE_LIBRARY_H
#define THRACE_SOURCE_LIVE_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

struct bpf_program;
struct bpf_link;

struct library_check { /* of a process, to come */
	uint64_t due_ns;
	uint32_t pid;
	unsigned int tries;
};

struct library_attached {
	uint32_t pid;
	uint64_t device, inode; /* of the file with the probes */
	struct bpf_link **links;
	size_t count;
};

struct library {
	const struct bpf_program *program; /* NULL: the probes are not wanted */
	struct library_attached *attached;
	size_t attached_count, attached_room;
	struct library_check *checks;
	size_t checks_count, checks_room;
};

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
