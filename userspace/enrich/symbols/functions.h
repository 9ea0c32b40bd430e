/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The functions of one ELF file by address, from its symbol tables. Believes nothing of the file.
 */
#ifndef THRACE_ENRICH_FUNCTIONS_H
#define THRACE_ENRICH_FUNCTIONS_H

#include "userspace/enrich/symbols/elf_image.h"

struct function {
	uint64_t address;
	uint32_t size; /* 0: not told, as of some written in assembly */
	uint32_t name; /* where in functions.names */
};

struct functions {
	struct function *list; /* by address */
	size_t count;
	char *names;
};

/* Reads .symtab, or .dynsym where that is stripped. Returns 0, -ENOENT: there is none, or -ENOMEM. */
int functions_read(struct functions *functions, const struct elf_image *image);
void functions_free(struct functions *functions);

/* The function that an address of the file lies in, or NULL. */
const struct function *functions_find(const struct functions *functions, uint64_t address);

#endif
