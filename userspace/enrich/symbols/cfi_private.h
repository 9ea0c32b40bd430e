/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THRACE_ENRICH_CFI_PRIVATE_H
#define THRACE_ENRICH_CFI_PRIVATE_H

#include <elfutils/libdw.h>
#include "userspace/enrich/symbols/cfi.h"

/* Evaluates a DWARF expression over the registers; DW_OP_call_frame_cfa is *cfa, where that is known already. */
int cfi_expression(const Dwarf_Op *program, size_t count, const struct cfi_registers *registers,
		   const struct cfi_step *step, const uint64_t *cfa, uint64_t *result);

#endif
