/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Is libthrace in a process, as a shared object or inside the program itself, and where is its registry?
 */
#ifndef THRACE_ENRICH_LIBRARY_H
#define THRACE_ENRICH_LIBRARY_H

#include <stdint.h>

/* Returns 0 with the address of the process's thr_registry; -ENOENT: it has no libthrace, or one without symbols; or
 * another -errno when the process cannot be looked into (util/shortage.h: whose fault that is). */
int library_find(uint32_t pid, uint64_t *registry);

#endif
