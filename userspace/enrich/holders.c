/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/enrich/holders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/util/far_file.h"

struct pipe_end {
	dev_t device;
	ino_t inode;
	mode_t mode; /* S_IWUSR: for writing; S_IRUSR: for reading */
};

static uint32_t number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	return *text < '0' || *text > '9' || *end || value > UINT32_MAX ? 0 : (uint32_t)value;
}

static void count_holder(struct holders *holders, uint32_t pid)
{
	holders->pid = holders->count++ ? 0 : pid;
}

static void settle(struct holders *holders)
{
	if (holders->count != 1 || holders->hidden)
		holders->pid = 0;
}

/* Is one of the descriptors below folder that end? A link's own mode tells how it was opened. Returns 1, 0 or -errno. */
static int holds_end(int proc, const char *folder, const struct pipe_end *end)
{
	int fd = openat(proc, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct far_file file;
	struct stat link;
	int found = 0;

	if (!directory) {
		found = -errno;
		if (fd >= 0)
			close(fd);
		return found;
	}
	while (!found && (entry = readdir(directory))) {
		if (*entry->d_name < '0' || *entry->d_name > '9' || far_file_look(fd, entry->d_name, &file, NULL))
			continue;
		if (file.inode == end->inode && file.device == end->device &&
		    !fstatat(fd, entry->d_name, &link, AT_SYMLINK_NOFOLLOW))
			found = (link.st_mode & end->mode) != 0;
	}
	closedir(directory);
	return found;
}

static int find_end(uint32_t pid, unsigned int fd, bool writers, struct pipe_end *end)
{
	struct far_file file;
	mode_t mode = 0;
	char path[64];
	int error;

	snprintf(path, sizeof(path), "/proc/%u/fd/%u", pid, fd);
	error = far_file_look(AT_FDCWD, path, &file, &mode);
	if (error)
		return error;
	if (!S_ISFIFO(mode))
		return -ENOTSUP;
	*end = (struct pipe_end){file.device, file.inode, writers ? S_IWUSR : S_IRUSR};
	return 0;
}

int holders_of_pipe(uint32_t pid, unsigned int fd, bool writers, struct holders *holders)
{
	struct pipe_end end = {0};
	int error = find_end(pid, fd, writers, &end);
	DIR *proc = error ? NULL : opendir("/proc");
	struct dirent *entry;

	*holders = (struct holders){0};
	if (!proc)
		return error ? error : -errno;
	while ((entry = readdir(proc))) {
		uint32_t other = number(entry->d_name);
		char folder[32];
		int holds;

		if (!other || other == (uint32_t)getpid())
			continue;
		snprintf(folder, sizeof(folder), "%u/fd", other);
		holds = holds_end(dirfd(proc), folder, &end);
		if (holds > 0)
			count_holder(holders, other);
		else if (holds < 0 && holds != -ENOENT && holds != -ESRCH)
			holders->hidden = true;
	}
	closedir(proc);
	settle(holders);
	return 0;
}

/*
 * /proc/locks: "ID: KIND MODE ACCESS PID FILE FROM TO", and below it, with the same id, those that wait for it, each
 * with "->" before KIND.
 */
int holders_of_file_lock(uint32_t pid, struct holders *holders)
{
	FILE *file = fopen("/proc/locks", "re");
	unsigned long id = 0, held_id = 0;
	long holder = 0, who;
	char line[256];
	int result = -ENOENT;

	*holders = (struct holders){0};
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lu: -> %*s %*s %*s %ld", &id, &who) == 2) {
			if (who != (long)pid || id != held_id)
				continue;
			holders->hidden = holder <= 0; /* of an open file, or of another namespace */
			count_holder(holders, holder > 0 ? (uint32_t)holder : 0);
			result = 0;
		} else if (sscanf(line, "%lu: %*s %*s %*s %ld", &id, &who) == 2) {
			held_id = id;
			holder = who;
		}
	}
	fclose(file);
	settle(holders);
	return result;
}

/* proc(5): pid (name) state parent ... The name may hold anything, but ends at the last parenthesis. */
static uint32_t parent_of(int proc, const char *process)
{
	char path[32], text[512];
	const char *name_end;
	unsigned int parent = 0;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%.16s/stat", process);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	name_end = strrchr(text, ')');
	return name_end && sscanf(name_end + 1, " %*c %u", &parent) == 1 ? parent : 0;
}

int holders_children(uint32_t pid, struct holders *holders)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	*holders = (struct holders){0};
	if (!proc)
		return -errno;
	while ((entry = readdir(proc))) {
		uint32_t child = number(entry->d_name);

		if (child && parent_of(dirfd(proc), entry->d_name) == pid)
			count_holder(holders, child);
	}
	closedir(proc);
	settle(holders);
	return 0;
}
