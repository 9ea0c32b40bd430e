/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as the files of /proc/PID, for all who read them. The input is the files one after the other, with a
 * byte 0x1e between two.
 */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/enrich/own.h"
#include "userspace/enrich/target.h"
#include "userspace/source/procfs/procfs_file.h"

#define FOLDER "/dev/shm/thrace-fuzz-procfs"

static const char *const files[] = {"1/task/1/stat", "1/task/1/status", "1/task/1/schedstat", "1/task/1/syscall", "1/maps"};

#define FILES (sizeof(files) / sizeof(*files))

static int folder(void)
{
	static const char *const folders[] = {FOLDER, "1", "1/task", "1/task/1"};
	static int proc = -1;

	if (proc >= 0)
		return proc;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		mkdirat(i ? proc : AT_FDCWD, folders[i], 0700);
		if (!i)
			proc = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (proc < 0)
		abort();
	return proc;
}

static void put_files(int proc, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < FILES; i++) {
		const uint8_t *end = length ? memchr(bytes, 0x1e, length) : NULL;
		size_t part = end ? (size_t)(end - bytes) : length;
		int fd = openat(proc, files[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0 || write(fd, bytes, part) != (ssize_t)part)
			abort();
		close(fd);
		bytes += part + !!end;
		length -= part + !!end;
	}
}

static void look_through(const struct mappings *mappings)
{
	for (size_t i = 0; i < mappings->count; i++) {
		const struct mapping *mapping = &mappings->list[i];

		/* In order and apart, or the search lies. */
		if (mapping->start >= mapping->end || (i && mapping->start < mapping[-1].end) ||
		    mappings_find(mappings, mapping->start) != mapping || mappings_find(mappings, mapping->end - 1) != mapping ||
		    strlen(mapping->path) > 8192)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ev_task_registers registers = {.head.flags = REGISTERS_F_BASES};
	struct own own = {.pid = 1, .pages = -1};
	struct procfs_look look;
	struct ev_task_own record;
	int proc = folder();

	put_files(proc, bytes, length);
	procfs_look(proc, 1, 1, &look);
	own.folder = openat(proc, "1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!mappings_read(&own.mappings, own.folder))
		look_through(&own.mappings);
	own_registers(&own, 1, 1, &registers);
	own_read(&own, 1, 1, &registers, &record);
	own_close(&own);
	return 0;
}
