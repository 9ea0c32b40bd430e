/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as a target's memory, read as libthrace's registry and as the words around a futex. The bytes lie at
 * MEMORY, so that addresses in them mean something.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "userspace/enrich/locks.h"
#include "userspace/enrich/registry.h"

#define MEMORY 0x200000000000ull
#define MEMORY_BYTES 8192

static unsigned char *memory(void)
{
	static unsigned char *bytes;

	if (!bytes)
		bytes = mmap((void *)(uintptr_t)MEMORY, MEMORY_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (bytes == MAP_FAILED)
		abort();
	return bytes;
}

static void read_registry(void)
{
	struct registry registry;

	registry_read((uint32_t)getpid(), MEMORY, &registry);
	for (size_t i = 0; i < registry.count; i++) {
		const struct thr_slot *slot = &registry.slots[i];

		if (!slot->uid || strnlen(slot->name, THR_REGISTRY_NAME) == THR_REGISTRY_NAME ||
		    registry_thread(&registry, slot->uid)->uid != slot->uid)
			abort();
	}
	registry_free(&registry);
}

/* The bytes begin with how the thread waits. */
static void read_lock(const uint8_t *bytes, size_t length)
{
	struct lock_bytes lock;
	struct lock_found found;
	struct ev_wait wait;

	if (length < sizeof(wait))
		return;
	memcpy(&wait, bytes, sizeof(wait));
	wait.address = MEMORY + wait.address % MEMORY_BYTES;
	lock.address = wait.address;
	if (lock_bytes_read((uint32_t)getpid(), &lock, 1))
		return;
	lock_recognise(&wait, &lock, &found);
	if (found.owner_descriptor)
		lock_descriptor_tid((uint32_t)getpid(), found.owner_descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	unsigned char *there = memory();
	size_t part = length < MEMORY_BYTES ? length : MEMORY_BYTES;

	memcpy(there, bytes, part);
	memset(there + part, 0, MEMORY_BYTES - part);
	read_registry();
	read_lock(bytes, length);
	return 0;
}
