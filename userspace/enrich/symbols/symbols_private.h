/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What symbols.c and stack.c share: a process's mappings and the modules behind them.
 */
#ifndef THRACE_ENRICH_SYMBOLS_PRIVATE_H
#define THRACE_ENRICH_SYMBOLS_PRIVATE_H

#include "userspace/enrich/symbols/module.h"
#include "userspace/enrich/symbols/space.h"
#include "userspace/enrich/symbols/symbols.h"

#define MODULES_MAX 4096

struct symbols {
	struct space own; /* of the process that was turned to */
	struct space *space; /* that is looked into: the own one, or the caller's */
	struct module **modules;
	size_t modules_count;
	struct confined_pool pool; /* the children that read modules */
};

/* NULL: nothing is mapped there. Good until the next call. */
const struct mapping *symbols_mapping(struct symbols *symbols, uint64_t address);
/* NULL: no file, or too many. */
struct module *symbols_module(struct symbols *symbols, const struct mapping *mapping);

#endif
