// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/space.h"

#include <elf.h>
#include <errno.h>
#include <unistd.h>
#include "userspace/util/clock.h"

/*
 * 32-bit programs have another unwinding and other system calls. The auxiliary vector tells, in words of the program's own
 * size; the file would, too, but need not answer. One whose vector cannot be read is taken for good.
 */
static bool is_32_bit(int folder)
{
	uint32_t words[256];
	ssize_t bytes = target_file(folder, "auxv", (char *)words, sizeof(words));

	for (size_t i = 0; (ssize_t)((i + 2) * sizeof(*words)) <= bytes; i += 2)
		if (words[i] == AT_PAGESZ && words[i + 1] == (uint32_t)getpagesize())
			return true;
	return false;
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
	if (space->folder < 0)
		return -ESRCH;
	return mappings_read(&space->mappings, space->folder);
}

void space_keep(struct space *space)
{
	if (space->folder >= 0)
		close(space->folder);
	space->folder = -1;
}

void space_close(struct space *space)
{
	mappings_free(&space->mappings);
	space_keep(space);
	*space = (struct space)SPACE_NONE;
}
