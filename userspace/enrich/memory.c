/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/enrich/memory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>

#define PARTS_AT_ONCE 256 /* below IOV_MAX */

/* Returns how many parts at the beginning were read whole, or -errno. */
static ssize_t read_some(uint32_t pid, struct memory_part *parts, size_t count)
{
	struct iovec to[PARTS_AT_ONCE], from[PARTS_AT_ONCE];
	size_t whole = 0;
	ssize_t got;

	for (size_t i = 0; i < count; i++) {
		to[i] = (struct iovec){parts[i].to, parts[i].size};
		from[i] = (struct iovec){(void *)(uintptr_t)parts[i].address, parts[i].size};
	}
	got = process_vm_readv((pid_t)pid, to, count, from, count, 0);
	if (got < 0)
		return -errno;
	while (whole < count && (size_t)got >= parts[whole].size) {
		got -= (ssize_t)parts[whole].size;
		parts[whole++].read = true;
	}
	return (ssize_t)whole;
}

int memory_read_parts(uint32_t pid, struct memory_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		parts[i].read = false;
	for (size_t at = 0; at < count;) {
		size_t some = count - at < PARTS_AT_ONCE ? count - at : PARTS_AT_ONCE;
		ssize_t whole = read_some(pid, parts + at, some);

		if (whole < 0 && whole != -EFAULT)
			return (int)whole;
		/* The part after those that were read is one that cannot be. */
		at += whole < 0 ? 1 : (size_t)whole + ((size_t)whole < some);
	}
	return 0;
}

int memory_read(uint32_t pid, uint64_t address, void *to, size_t size)
{
	struct memory_part part = {.address = address, .to = to, .size = size};
	int error = memory_read_parts(pid, &part, 1);

	if (error)
		return error;
	return part.read ? 0 : -EFAULT;
}
