// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t target_read(uint32_t pid, uint64_t address, void *bytes, size_t size)
{
	const struct iovec here = {.iov_base = bytes, .iov_len = size};
	const struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
	ssize_t length = process_vm_readv((pid_t)pid, &here, 1, &there, 1, 0);

	return length < 0 ? -errno : length;
}

int target_folder(uint32_t pid)
{
	char path[32];
	int folder;

	snprintf(path, sizeof(path), "/proc/%u", pid);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0)
		return folder;
	return errno == ENOENT ? -ESRCH : -errno;
}

static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t part = read(fd, text + length, size - length);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			return -errno;
		if (!part)
			break;
		length += part;
	}
	return (ssize_t)length;
}

ssize_t target_file(int folder, const char *path, char *text, size_t size)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t length;

	*text = '\0';
	if (fd < 0)
		return -errno;
	length = read_all(fd, text, size - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

int target_place(int folder, uint32_t tid, uint64_t *ip, uint64_t *sp)
{
	char path[32], text[256];
	const char *last;
	ssize_t length;

	snprintf(path, sizeof(path), "task/%u/syscall", tid);
	length = target_file(folder, path, text, sizeof(text));
	if (length < 0)
		return length == -ENOENT ? -ESRCH : length == -EPERM ? -EACCES : (int)length;
	if (!strncmp(text, "running", 7))
		return -EBUSY;
	/* proc_pid_syscall(5): "number arguments sp pc" or "-1 sp pc" */
	last = strrchr(text, ' ');
	while (last && last > text && *--last != ' ')
		;
	if (!last || sscanf(last, " %" SCNx64 " %" SCNx64, sp, ip) != 2)
		return length ? -ENODATA : -ESRCH;
	return *sp ? 0 : -ENODATA;
}

/* The whole of maps in memory of its own. The kernel makes it page by page, so that it may tear; it never lies. */
static ssize_t read_maps(int folder, char **text)
{
	int fd = openat(folder, "maps", O_RDONLY | O_CLOEXEC);
	size_t room = 1u << 16, used = 0;
	ssize_t part;
	char *more;

	if (fd < 0)
		return -errno;
	*text = malloc(room);
	for (part = *text ? 1 : -ENOMEM; part > 0 && used < MAPPINGS_BYTES; used += part) {
		if (used == room - 1) {
			more = realloc(*text, room * 2);
			if (!more) {
				part = -ENOMEM;
				break;
			}
			*text = more;
			room *= 2;
		}
		part = read_all(fd, *text + used, room - 1 - used);
		if (part < 0)
			break;
	}
	close(fd);
	if (part < 0) {
		free(*text);
		return part;
	}
	(*text)[used] = '\0';
	return (ssize_t)used;
}

/* Takes a number and the character that must follow it; *at is NULL once one was not there. */
static uint64_t take_number(char **at, int base, char end)
{
	char *rest = *at;
	uint64_t number = *at ? strtoull(*at, &rest, base) : 0;

	*at = rest && rest > *at && *rest == end ? rest + 1 : NULL;
	return number;
}

/* proc_pid_maps(5): start-end rwxp offset major:minor inode path. Not by sscanf(): processes of many threads have so many
 * lines that its time shows. */
static int parse_line(char *line, struct mapping *mapping)
{
	char *at = line, *rights;

	mapping->start = take_number(&at, 16, '-');
	mapping->end = take_number(&at, 16, ' ');
	rights = at;
	if (!rights || strnlen(rights, 5) < 5 || rights[4] != ' ' || mapping->start >= mapping->end)
		return -EINVAL;
	at += 5;
	mapping->offset = take_number(&at, 16, ' ');
	mapping->device = take_number(&at, 16, ':') << 32;
	mapping->device |= take_number(&at, 16, ' ');
	mapping->inode = take_number(&at, 10, ' ');
	if (!at)
		return -EINVAL;
	mapping->path = at + strspn(at, " ");
	mapping->flags = (rights[0] == 'r' ? MAPPING_READ : 0) | (rights[1] == 'w' ? MAPPING_WRITE : 0) |
			 (rights[2] == 'x' ? MAPPING_EXECUTE : 0) | (rights[3] == 's' ? MAPPING_SHARED : 0);
	return 0;
}

static int parse_maps(struct mappings *mappings)
{
	size_t lines = 0;
	char *rest = mappings->text, *line;

	for (const char *at = mappings->text; (at = strchr(at, '\n')); at++)
		lines++;
	mappings->list = calloc(lines + 1, sizeof(*mappings->list));
	if (!mappings->list)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		struct mapping *next = &mappings->list[mappings->count];

		/* Torn between two pages, a line may come twice: the search wants them in order. */
		if (mappings->count <= lines && !parse_line(line, next) &&
		    (!mappings->count || next->start >= next[-1].end))
			mappings->count++;
	}
	return mappings->count ? 0 : -ESRCH;
}

int mappings_read(struct mappings *mappings, int folder)
{
	struct mappings fresh = {0};
	ssize_t length = read_maps(folder, &fresh.text);
	int error;

	if (length < 0)
		return (int)length;
	error = parse_maps(&fresh);
	if (error) {
		mappings_free(&fresh);
		return error;
	}
	mappings_free(mappings);
	*mappings = fresh;
	return 0;
}

void mappings_free(struct mappings *mappings)
{
	free(mappings->list);
	free(mappings->text);
	*mappings = (struct mappings){0};
}

const struct mapping *mappings_find(const struct mappings *mappings, uint64_t address)
{
	size_t low = 0, high = mappings->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mappings->list[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == mappings->count || mappings->list[low].start > address)
		return NULL;
	return &mappings->list[low];
}
