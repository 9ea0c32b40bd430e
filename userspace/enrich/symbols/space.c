// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/space.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include "userspace/util/clock.h"

/* 32-bit programs have another unwinding and other system calls. One whose file cannot be read is taken for good. */
static bool is_32_bit(int folder)
{
	char head[EI_NIDENT + 1];

	return target_file(folder, "exe", head, sizeof(head)) == EI_NIDENT && !memcmp(head, ELFMAG, SELFMAG) &&
	       head[EI_CLASS] == ELFCLASS32;
}

int space_open(struct space *space, uint32_t pid)
{
	int error;

	*space = (struct space){.pid = pid, .folder = target_folder(pid)};
	if (space->folder < 0)
		return space->folder;
	if (is_32_bit(space->folder))
		return -ENOEXEC;
	error = space_refresh(space);
	return error == -EPERM ? -EACCES : error;
}

int space_refresh(struct space *space)
{
	space->read_ns = clock_now_ns();
	return mappings_read(&space->mappings, space->folder);
}

void space_close(struct space *space)
{
	mappings_free(&space->mappings);
	if (space->folder >= 0)
		close(space->folder);
	*space = (struct space)SPACE_NONE;
}
