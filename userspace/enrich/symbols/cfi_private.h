/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the cfi*.c files share: where an FDE and its CIE stand, and expressions.
 */
#ifndef THRACE_ENRICH_CFI_PRIVATE_H
#define THRACE_ENRICH_CFI_PRIVATE_H

#include "userspace/enrich/symbols/cfi.h"
#include "userspace/enrich/symbols/cfi_bytes.h"

struct cfi_common { /* a CIE */
	uint64_t code_factor;
	int64_t data_factor;
	uint64_t return_column;
	uint8_t encoding; /* of addresses in the FDEs */
	bool augmented; /* FDEs carry the length of their augmentation */
	bool signal;
	struct cfi_bytes program;
};

struct cfi_entry { /* an FDE */
	struct cfi_common common;
	uint64_t begin, end;
	struct cfi_bytes program;
};

/* The FDE at an offset in the section. *next: where the entry behind it begins; 0: there is none. Returns 0; -ENOENT:
 * it is a CIE, or one that cannot be used; -EBADMSG: nothing behind it can be trusted. */
int cfi_entry_parse(const struct cfi *cfi, uint64_t at, struct cfi_entry *entry, uint64_t *next);

/* An address in one of the DW_EH_PE_* encodings. Returns 0 or -EBADMSG. */
int cfi_pointer(const struct cfi *cfi, struct cfi_bytes *bytes, uint8_t encoding, uint64_t *value);

/* Evaluates a DWARF expression over the registers; initial is on the stack at the beginning when not NULL. */
int cfi_expression(struct cfi_bytes program, const struct cfi_registers *registers, const struct cfi_step *step,
		   const uint64_t *initial, uint64_t *result);

#endif
