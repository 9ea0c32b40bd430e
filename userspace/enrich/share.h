/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Which kernel objects threads have in common: kcmp(2) compares them without telling where they are, /proc names the
 * namespaces, cgroups and credentials. One look; what changes meanwhile may be seen before or after.
 */
#ifndef THRACE_ENRICH_SHARE_H
#define THRACE_ENRICH_SHARE_H

#include <stddef.h>
#include "bpf/abi/events.h"

struct share_task {
	uint32_t tid, pid;
	int kernel_thread; /* it has no address space */
	uint32_t id[SHARE_COUNT]; /* out: as in ev_task_share */
	int kcmp_error; /* out: errno; 0: kcmp could tell */
};

/* Fills in the ids of all tasks; those of one process stand together. Returns 0 or -errno; a task that ends meanwhile or
 * may not be looked at has SHARE_UNKNOWN where it could not be seen. */
int share_look(struct share_task *tasks, size_t count);

typedef int share_take(void *to, const void *record, size_t length);

/* Hands an ev_task_share for each task to take(); they come before all else that the look tells. */
int share_tell(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to);

/* Open files and shared memory that processes have in common: an ev_share_link for each holder after the first.
 * tasks: one of each process or group, as share_look() left them; those that have their files or memory in one table are
 * one holder. Returns 0 or what take() said, or -errno. */
int share_tell_files(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to);
int share_tell_memory(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to);

/* An ev_process_memory. Returns -ENOENT when the process's pages may not be counted. */
int share_tell_pages(uint32_t pid, uint64_t ts_ns, share_take *take, void *to);

#endif
