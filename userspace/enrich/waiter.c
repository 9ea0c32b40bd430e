/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/enrich/waiter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/enrich/target.h"

static ssize_t read_file(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, text, STATUS_BYTES - 1);
	if (length < 0)
		length = -errno;
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

static ssize_t read_task_file(uint32_t pid, uint32_t tid, const char *name, char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/%s", pid, tid, name);
	return read_file(path, text);
}

/* The number behind a label that begins a line: names are escaped by the kernel, so no line of them can pass for it. */
static uint64_t number_of(const char *text, const char *label)
{
	const char *line = strstr(text, label);

	return line ? strtoull(line + strlen(label), NULL, 10) : 0;
}

int waiter_look(uint32_t pid, uint32_t tid, struct waiter_look *look)
{
	uint64_t *args = look->args;
	char text[STATUS_BYTES];
	ssize_t length;

	*look = (struct waiter_look){.syscall = -1};
	length = read_task_file(pid, tid, "status", text);
	if (length < 0)
		return (int)length;
	look->switches = number_of(text, "\nvoluntary_ctxt_switches:");
	length = read_task_file(pid, tid, "syscall", text);
	if (length < 0)
		return (int)length;
	if (sscanf(text,
		   "%d 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64,
		   &look->syscall, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5]) != 7)
		look->syscall = -1;
	return 0;
}

uint32_t waiter_process(uint32_t tid)
{
	char path[64], text[STATUS_BYTES];

	snprintf(path, sizeof(path), "/proc/%u/status", tid);
	return read_file(path, text) > 0 ? (uint32_t)number_of(text, "\nTgid:") : 0;
}
