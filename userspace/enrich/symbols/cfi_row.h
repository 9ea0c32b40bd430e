/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What call frame information says for a piece of code: how to find the caller's registers from the callee's. It is what
 * the child that reads it (cfi_child.c) answers, and all of a file's information that ever reaches us: bytes of a stranger,
 * good only once they were checked.
 */
#ifndef THRACE_ENRICH_CFI_ROW_H
#define THRACE_ENRICH_CFI_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "userspace/enrich/symbols/cfi.h"

#define CFI_OPS_MAX 256 /* of all expressions of a row; those of a signal's trampoline are 36 */

enum cfi_rule_kind {
	RULE_LOST, /* nobody can say */
	RULE_UNDEFINED, /* the information says that there is none */
	RULE_SAME,
	RULE_REGISTER, /* in another register: plus value, where it is the CFA */
	RULE_OFFSET, /* saved at CFA + value */
	RULE_VALUE, /* it is CFA + value */
	RULE_EXPRESSION, /* saved at what the operations say */
	RULE_VALUE_EXPRESSION,
	RULE_KINDS,
};

struct cfi_rule {
	uint32_t kind;
	uint16_t first, count; /* operations in the row; of RULE_REGISTER: first is the register */
	int64_t value;
};

struct cfi_op { /* DW_OP_*; a branch: number is where it goes, counted from the expression's first */
	uint64_t number, number2;
	uint64_t code;
};

struct cfi_row {
	uint64_t begin, end; /* holds from begin on, up to end */
	uint32_t known; /* 0: there is no information; nothing else but the addresses counts then */
	uint32_t signal;
	uint32_t ops_count, unused;
	struct cfi_rule cfa; /* RULE_REGISTER or an expression, if good */
	struct cfi_rule rules[CFI_REGISTERS];
	struct cfi_op ops[];
};

#define CFI_ROW_BYTES (sizeof(struct cfi_row) + CFI_OPS_MAX * sizeof(struct cfi_op))

/* Is it a row, of so many bytes, that holds for the address, and whose parts lie inside it? */
bool cfi_row_good(const struct cfi_row *row, size_t bytes, uint64_t address);

/* From the registers in the callee to those in its caller, by a good row. Returns as cfi_unwind() does. */
int cfi_row_apply(const struct cfi_row *row, struct cfi_registers *registers, struct cfi_step *step);

/* Evaluates operations over the registers; initial is on the stack at the beginning when not NULL. */
int cfi_expression(const struct cfi_op *ops, size_t count, const struct cfi_registers *registers,
		   const struct cfi_step *step, const uint64_t *initial, uint64_t *result);

/* In a confined child (util/confined.h) whose file is an ELF file: answers addresses of the file with rows. */
void cfi_serve(void);

#endif
