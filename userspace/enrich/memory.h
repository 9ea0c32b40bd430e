/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Another process's memory, read without stopping it. What is read may be anything: it is the target's.
 */
#ifndef THRACE_ENRICH_MEMORY_H
#define THRACE_ENRICH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_part {
	uint64_t address;
	void *to;
	size_t size;
	bool read; /* whole; else to holds nothing of use */
};

/*
 * Reads every part that can be read, many with each system call. Returns 0, or -errno when not even the first could be
 * asked for: -EPERM (no right), -ESRCH (no such process).
 */
int memory_read_parts(uint32_t pid, struct memory_part *parts, size_t count);
/* One part. Returns 0 or -errno. */
int memory_read(uint32_t pid, uint64_t address, void *to, size_t size);

#endif
