// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/resolve/process_spaces.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#define ANCESTORS_MAX 16 /* whom a process has its image from are asked for, one after the other */

/* --- images -------------------------------------------------------------------------------------------------- */

struct image_of {
	uint32_t image;
	uint32_t from_pid; /* whose it was before; 0: nobody's that is known */
};

static struct image_of image_get(const struct process_spaces *spaces, uint32_t pid)
{
	const uint64_t packed = (uint64_t)map_get(&spaces->images, pid);

	return (struct image_of){.image = (uint32_t)packed, .from_pid = (uint32_t)(packed >> 32)};
}

/* Without memory for it, it is a process that nobody knows. */
static void image_put(struct process_spaces *spaces, uint32_t pid, struct image_of image)
{
	map_put(&spaces->images, pid, (void *)(image.image | (uint64_t)image.from_pid << 32));
}

uint32_t spaces_image(struct process_spaces *spaces, uint32_t pid)
{
	struct image_of known = image_get(spaces, pid);

	if (known.image)
		return known.image;
	known.image = ++spaces->images_count;
	image_put(spaces, pid, known);
	return known.image;
}

/* --- being --------------------------------------------------------------------------------------------------- */

static void forget(struct process_space *process, struct symbols *symbols)
{
	if (!process->space.pid)
		return;
	symbols_look(symbols, NULL);
	space_close(&process->space);
	map_clear(&process->chains);
	*process = (struct process_space){.space = SPACE_NONE};
}

void spaces_close(struct process_spaces *spaces, struct symbols *symbols)
{
	for (size_t i = 0; i < SPACES_MAX; i++)
		forget(&spaces->list[i], symbols);
	map_clear(&spaces->images);
}

/* --- hearing ------------------------------------------------------------------------------------------------- */

void spaces_fork(struct process_spaces *spaces, uint32_t pid, uint32_t creator_pid)
{
	if (pid != creator_pid)
		image_put(spaces, pid, (struct image_of){.image = spaces_image(spaces, creator_pid), .from_pid = creator_pid});
}

/* What was read since is the new program's; before, it is the old one's for good. */
void spaces_exec(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint64_t ts_ns)
{
	const uint32_t before = spaces_image(spaces, pid);

	map_remove(&spaces->images, pid);
	for (size_t i = 0; i < SPACES_MAX; i++) {
		struct process_space *process = &spaces->list[i];

		if (process->space.pid != pid || process->image != before)
			continue;
		symbols_look(symbols, NULL);
		if (process->space.read_ns < ts_ns) {
			space_keep(&process->space);
			continue;
		}
		process->image = spaces_image(spaces, pid);
		map_clear(&process->chains);
	}
}

void spaces_exit(struct process_spaces *spaces, uint32_t pid)
{
	map_remove(&spaces->images, pid);
}

/* --- looking ------------------------------------------------------------------------------------------------- */

static struct process_space *find_own(struct process_spaces *spaces, uint32_t pid, uint32_t image)
{
	for (size_t i = 0; i < SPACES_MAX; i++)
		if (spaces->list[i].space.pid == pid && spaces->list[i].image == image)
			return &spaces->list[i];
	return NULL;
}

static struct process_space *find_kin(struct process_spaces *spaces, uint32_t image)
{
	struct process_space *kin = NULL;

	for (size_t i = 0; i < SPACES_MAX; i++) {
		struct process_space *process = &spaces->list[i];

		if (process->space.pid && process->image == image && (!kin || process->used > kin->used))
			kin = process;
	}
	return kin;
}

static struct process_space *oldest(struct process_spaces *spaces)
{
	struct process_space *oldest = &spaces->list[0];

	for (size_t i = 1; i < SPACES_MAX; i++)
		if (spaces->list[i].used < oldest->used)
			oldest = &spaces->list[i];
	return oldest;
}

static enum created_unknown why_not(int error)
{
	switch (error) {
	case -ENOEXEC:
		return CREATED_32_BIT;
	case -EACCES:
	case -EPERM:
		return CREATED_NO_RIGHT;
	default:
		return CREATED_GONE;
	}
}

static struct process_space *open_own(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint32_t image,
				      enum created_unknown *why)
{
	struct process_space *process = oldest(spaces);
	struct space space;
	int error = space_open(&space, pid);

	if (error) {
		space_close(&space);
		*why = why_not(error);
		return NULL;
	}
	forget(process, symbols);
	process->space = space;
	process->space.still = true;
	process->image = image;
	process->serial = ++spaces->serial;
	process->round = spaces->round;
	return process;
}

static void refresh(struct process_spaces *spaces, struct process_space *process)
{
	if (!space_refresh(&process->space))
		process->round = spaces->round;
}

/* Of the process itself, while it is there and has not become another program. */
static struct process_space *look_at_own(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid,
					 uint32_t image, uint64_t since_ns, enum created_unknown *why)
{
	struct process_space *own = find_own(spaces, pid, image);
	const bool there = image_get(spaces, pid).image == image;

	if (!own)
		return there ? open_own(spaces, symbols, pid, image, why) : NULL;
	if (there && own->space.read_ns < since_ns)
		refresh(spaces, own);
	return own;
}

/* Nobody has looked yet, but one of those that it was forked from may be there. */
static struct process_space *look_at_ancestor(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid,
					      uint32_t image, enum created_unknown *why)
{
	struct process_space *process = NULL;

	for (unsigned int i = 0; !process && i < ANCESTORS_MAX; i++) {
		pid = image_get(spaces, pid).from_pid;
		if (!pid)
			return NULL;
		if (image_get(spaces, pid).image == image)
			process = open_own(spaces, symbols, pid, image, why);
	}
	return process;
}

struct process_space *spaces_look(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint32_t image,
				  uint64_t since_ns, enum created_unknown *why)
{
	struct process_space *process;

	*why = CREATED_GONE;
	process = look_at_own(spaces, symbols, pid, image, since_ns, why);
	if (!process)
		process = find_kin(spaces, image);
	if (!process)
		process = look_at_ancestor(spaces, symbols, pid, image, why);
	if (process)
		process->used = ++spaces->turn;
	return process;
}

void spaces_meet(struct process_spaces *spaces, struct symbols *symbols, uint32_t pid, uint32_t image)
{
	enum created_unknown why;

	if (!find_kin(spaces, image))
		spaces_look(spaces, symbols, pid, image, 0, &why);
}

bool spaces_settled(const struct process_spaces *spaces, const struct process_space *process)
{
	return process->round < spaces->round;
}

struct process_space *spaces_find(struct process_spaces *spaces, uint32_t serial)
{
	for (size_t i = 0; i < SPACES_MAX; i++)
		if (spaces->list[i].space.pid && spaces->list[i].serial == serial)
			return &spaces->list[i];
	return NULL;
}
