/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What libthrace's registry in a process says: its threads by name, and what each waits for
 * (lib/include/thrace/registry.h is the contract). The memory is the target's: it may be anything, may change while it
 * is read, and is never trusted to be as long, or to end, as it says.
 */
#ifndef THRACE_ENRICH_REGISTRY_H
#define THRACE_ENRICH_REGISTRY_H

#include <stddef.h>
#include <stdint.h>
#include <thrace/registry.h>

struct registry {
	struct thr_slot *slots; /* those in use, each read whole; names end with 0 */
	size_t count;
	size_t unsettled; /* were being written whenever they were looked at */
	uint32_t phase; /* enum thr_shutdown_phase */
	uint32_t version; /* as the process has it */
};

/* Returns 0; -ENOENT: the library is not up yet; -EPROTO: another version (registry->version); -EBADMSG: it makes no
 * sense; or another -errno. registry_free() in every case. */
int registry_read(uint32_t pid, uint64_t address, struct registry *registry);
void registry_free(struct registry *registry);

/* NULL: nobody has that number. */
const struct thr_slot *registry_thread(const struct registry *registry, uint64_t uid);

#endif
