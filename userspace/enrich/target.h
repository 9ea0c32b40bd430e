/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A live process seen from outside: its memory, its mappings, small files of its /proc folder. Everything may vanish
 * between two calls.
 */
#ifndef THRACE_ENRICH_TARGET_H
#define THRACE_ENRICH_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Copies from the process's memory what can be read from address on. Returns bytes, or -errno when there is none. */
ssize_t target_read(uint32_t pid, uint64_t address, void *bytes, size_t size);

/* Room for /proc/PID/status: before most of it stand the groups of its user, which may be thousands. */
#define STATUS_BYTES 32768

/* The whole of a small file below folder (open, /proc/PID as a rule), ended by NUL; what does not fit is cut. Returns
 * its bytes or -errno. */
ssize_t target_file(int folder, const char *path, char *text, size_t size);

/* Opens /proc/PID. Returns the descriptor or -errno: -ESRCH when there is no such process. */
int target_folder(uint32_t pid);

/* Where a thread stands that is off the CPU: its user instruction and stack pointers. folder: the open /proc/PID.
 * Returns 0; -EBUSY: it is on a CPU; -ESRCH: it has ended; -EACCES; or -ENODATA: it has none, as the kernel's own. */
int target_place(int folder, uint32_t tid, uint64_t *ip, uint64_t *sp);

enum mapping_flag {
	MAPPING_READ = 1,
	MAPPING_WRITE = 2,
	MAPPING_EXECUTE = 4,
	MAPPING_SHARED = 8,
};

struct mapping {
	uint64_t start, end, offset;
	uint64_t inode; /* 0: no file */
	uint64_t device;
	const char *path; /* as /proc tells it; "" for none */
	uint8_t flags; /* enum mapping_flag */
};

struct mappings {
	struct mapping *list; /* by address */
	size_t count;
	char *text; /* the paths live here */
};

#define MAPPINGS_BYTES (64u << 20) /* of /proc/PID/maps; about half a million lines */

/* Reads folder's maps anew. Returns 0 or -errno; -ESRCH: it has no memory. */
int mappings_read(struct mappings *mappings, int folder);
void mappings_free(struct mappings *mappings);
/* NULL: nothing is mapped there. */
const struct mapping *mappings_find(const struct mappings *mappings, uint64_t address);

#endif
