/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One probe for each feature, and what probes share. For features*.c only.
 */
#ifndef THRACE_SOURCE_FEATURES_PROBES_H
#define THRACE_SOURCE_FEATURES_PROBES_H

#include <stdbool.h>
#include <stdint.h>
#include "userspace/source/features.h"

typedef void feature_probe(struct feature *feature);

feature_probe feature_procfs, feature_machine, feature_kernel, feature_capability, feature_syscall,
    feature_ringbuf, feature_storage, feature_tracing, feature_btf, feature_tracepoints,
    feature_iterator, feature_pid_namespace, feature_lockdown, feature_schedstat, feature_ptrace, feature_paranoid,
    feature_tracefs;

void feature_found(struct feature *feature, enum feature_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is the running kernel of this version or a later one? */
bool feature_kernel_has(int major, int minor);

/* Are the numbers of processes that are seen here those that the kernel itself uses? */
bool feature_numbers_are_kernels(void);

/* The effective capabilities of this process; 0 when they cannot be read. */
uint64_t feature_capabilities(void);
int feature_has(uint64_t capabilities, int capability);

#endif
