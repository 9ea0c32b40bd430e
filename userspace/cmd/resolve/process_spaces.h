/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What creators' processes have mapped, as it was read last, told apart by image: the program that a process runs. fork
 * copies it and exec replaces it, so a process that has ended, or become another program, can still be looked into by
 * what was read of it before, or of one that it has its image from.
 *
 * /proc tells of now, records of before. What was read may be of a program whose exec is not told yet: it is to be
 * believed a round later, when the records of that moment have come.
 */
#ifndef THRACE_CMD_RESOLVE_PROCESS_SPACES_H
#define THRACE_CMD_RESOLVE_PROCESS_SPACES_H

#include <stdbool.h>
#include "bpf/abi/events.h"
#include "userspace/enrich/symbols/space.h"
#include "userspace/enrich/symbols/symbols.h"
#include "userspace/util/map.h"

#define SPACES_MAX 128

struct process_space {
	struct space space; /* pid 0: none */
	uint32_t image;
	uint32_t serial; /* of the reading, and never given again */
	uint64_t used; /* the higher the later */
	uint64_t round; /* in which it was read last */
	struct map chains; /* the owner's, of return addresses */
};

struct process_spaces {
	struct process_space list[SPACES_MAX];
	struct map images; /* by pid: struct image_of in a pointer's place */
	uint32_t images_count, serial;
	uint64_t turn, round;
};

void spaces_close(struct process_spaces *spaces, struct symbols *symbols);

/* Records are told of in their order. */
void spaces_fork(struct process_spaces *spaces, uint32_t pid, uint32_t creator_pid);
void spaces_exec(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint64_t ts_ns);
void spaces_exit(struct process_spaces *spaces, uint32_t pid);

/* The image that a process has now, as far as records were told of. */
uint32_t spaces_image(struct process_spaces *spaces, uint32_t pid);

/*
 * What the process had mapped while it had that image: as it is after since_ns, or as it was last. NULL: nobody has looked,
 * and nobody can; *why tells. symbols may look into it until the next look.
 */
struct process_space *spaces_look(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint32_t image,
				  uint64_t since_ns, enum created_unknown *why);
/* The same before there is time for more, if nothing is known of that image yet. */
void spaces_meet(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint32_t image);
/* Is it to be believed by now? */
bool spaces_settled(const struct process_spaces *spaces, const struct process_space *process);
/* NULL: others have its room. */
struct process_space *spaces_find(struct process_spaces *spaces, uint32_t serial);

#endif
