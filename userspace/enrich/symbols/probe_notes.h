/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The static probes (USDT) that an ELF file says it has: where each stands, the counter that switches it on, and where
 * its arguments are. The file is a stranger's: bounded, and not believed.
 */
#ifndef THRACE_ENRICH_PROBE_NOTES_H
#define THRACE_ENRICH_PROBE_NOTES_H

#include <stddef.h>
#include "bpf/abi/config.h"

#define PROBE_NAME_BYTES 32

struct probe_note {
	uint64_t offset; /* of the instruction, in the file */
	uint64_t semaphore; /* of its counter, in the file; 0: it has none */
	char name[PROBE_NAME_BYTES];
	struct library_argument arguments[LIBRARY_ARGUMENTS];
};

/* Reads those of one provider; *notes is the caller's to free. Returns how many, 0 for none, or -errno. */
int probe_notes_read(const char *path, const char *provider, struct probe_note **notes);

/* One argument as a note has it: "-4@%eax", "8@$12", "8@-24(%rbp)". Returns 0, or -EINVAL for any other form. */
int probe_argument_parse(const char *text, size_t length, struct library_argument *argument);

#endif
