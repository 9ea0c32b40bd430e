/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Reading what locks.c judges: many words of one process with few system calls.
 */
#include "userspace/enrich/locks.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/enrich/memory.h"

#define PAGE 4096ull

/* Of struct pthread of glibc on x86-64: its own address twice (the thread control block's head), and the tid. */
#define DESCRIPTOR_SELF	 16
#define DESCRIPTOR_TID	 0x2d0

/* The page of the word is one part, what lies in the next or the last page another: it may not be mapped. */
static void plan(struct lock_bytes *lock, struct memory_part parts[2])
{
	uint64_t begin = lock->address - LOCK_BYTES_BEFORE, end = lock->address + LOCK_BYTES_AFTER;
	uint64_t page = lock->address & ~(PAGE - 1);
	uint64_t from = begin < page ? page : begin, to = end > page + PAGE ? page + PAGE : end;

	lock->from = (unsigned int)(from - begin);
	lock->to = (unsigned int)(to - begin);
	parts[0] = (struct memory_part){.address = from, .to = lock->bytes + lock->from, .size = to - from};
	if (from > begin)
		parts[1] = (struct memory_part){.address = begin, .to = lock->bytes, .size = from - begin};
	else
		parts[1] = (struct memory_part){.address = to, .to = lock->bytes + lock->to, .size = end - to};
}

int lock_bytes_read(uint32_t pid, struct lock_bytes *bytes, size_t count)
{
	struct memory_part *parts = calloc(count * 2 + 1, sizeof(*parts));
	int error;

	if (!parts)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		plan(&bytes[i], parts + i * 2);
	error = memory_read_parts(pid, parts, count * 2);
	for (size_t i = 0; i < count; i++) {
		if (error || !parts[i * 2].read)
			bytes[i].from = bytes[i].to = 0;
		else if (parts[i * 2 + 1].read && bytes[i].from)
			bytes[i].from = 0;
		else if (parts[i * 2 + 1].read)
			bytes[i].to = sizeof(bytes[i].bytes);
	}
	free(parts);
	return error;
}

uint32_t lock_descriptor_tid(uint32_t pid, uint64_t descriptor)
{
	uint64_t self[3] = {0};
	uint32_t tid = 0;
	struct memory_part parts[] = {
		{.address = descriptor, .to = self, .size = sizeof(self)},
		{.address = descriptor + DESCRIPTOR_TID, .to = &tid, .size = sizeof(tid)},
	};

	if (descriptor % 64 || descriptor < PAGE || descriptor >> 47 || memory_read_parts(pid, parts, 2) ||
	    !parts[0].read || !parts[1].read)
		return 0;
	return self[0] == descriptor && self[DESCRIPTOR_SELF / 8] == descriptor ? tid : 0;
}

uint64_t lock_descriptor_of_tid(uint64_t address)
{
	return address - DESCRIPTOR_TID;
}
