/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What symbols.c and stack.c share: a process's mappings and the modules behind them.
 */
#ifndef THRACE_ENRICH_SYMBOLS_PRIVATE_H
#define THRACE_ENRICH_SYMBOLS_PRIVATE_H

#include "userspace/enrich/symbols/module.h"
#include "userspace/enrich/symbols/symbols.h"
#include "userspace/enrich/target.h"

#define MODULES_MAX 4096
#define LINES_MAX 64 /* children that read lines, each of one module */

struct symbols {
	uint32_t pid;
	int folder; /* /proc/PID: stays the very process's, even when its number is given again; -1: of none */
	struct mappings mappings;
	uint64_t read_ns; /* when they were read */
	struct module **modules;
	size_t modules_count, lines_count;
};

/* NULL: nothing is mapped there. Good until the next call. */
const struct mapping *symbols_mapping(struct symbols *symbols, uint64_t address);
/* NULL: no file, or too many. */
struct module *symbols_module(struct symbols *symbols, const struct mapping *mapping);

#endif
