/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a thread has for itself: registers, stack, signal mask, CPUs, scheduling. Read from /proc, nothing stopped.
 */
#ifndef THRACE_ENRICH_OWN_H
#define THRACE_ENRICH_OWN_H

#include "bpf/abi/events.h"
#include "userspace/enrich/target.h"

struct own {
	uint32_t pid;
	int folder; /* /proc/PID */
	int pages; /* its pagemap; -1: not permitted */
	struct mappings mappings;
};

/* Reads what the threads of one process are looked up in. Returns 0 or -errno; own_close() in every case. */
int own_open(struct own *own, uint32_t pid);
void own_close(struct own *own);

/* Fills in what /proc has: instruction and stack pointer; both 0 when it has none. Returns 0, or -errno as
 * target_place(). */
int own_registers(const struct own *own, uint32_t tid, uint64_t ts_ns, struct ev_task_registers *registers);

/* registers NULL: not known, and so is the stack. Returns 0 or -ESRCH. */
int own_read(const struct own *own, uint32_t tid, uint64_t ts_ns, const struct ev_task_registers *registers,
	     struct ev_task_own *record);

#endif
