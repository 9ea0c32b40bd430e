// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/file_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "userspace/util/far_file.h"

static int is_inode(const char *path, uint64_t inode)
{
	struct far_file file;
	int error = far_file_look(AT_FDCWD, path, &file, NULL);

	if (error)
		return error;
	return file.inode == inode ? 0 : -ESTALE;
}

/* Asked before and after: the name is then that inode's, whatever the process does with the descriptor meanwhile. */
int file_name(uint32_t pid, uint32_t fd, uint64_t inode, char *name, size_t size)
{
	char path[48];
	ssize_t length;
	int error;

	snprintf(path, sizeof(path), "/proc/%u/fd/%u", pid, fd);
	error = is_inode(path, inode);
	if (error)
		return error;
	length = readlink(path, name, size - 1);
	if (length < 0)
		return -errno;
	name[length] = '\0';
	return is_inode(path, inode);
}
