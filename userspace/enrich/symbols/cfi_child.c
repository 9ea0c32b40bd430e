// SPDX-License-Identifier: GPL-2.0-only
/* In the child: libdw's frames become rows. Whatever the file makes of libdw, it happens here. */
#include "userspace/enrich/symbols/cfi_row.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/util/confined.h"

static void put_operation(struct cfi_op *to, const Dwarf_Op *ops, size_t count, size_t at)
{
	uint64_t target;
	size_t other = 0;

	*to = (struct cfi_op){.code = ops[at].atom, .number = ops[at].number, .number2 = ops[at].number2};
	if (ops[at].atom != DW_OP_bra && ops[at].atom != DW_OP_skip)
		return;
	/* Distances in bytes, from behind the branch, become operations. */
	target = ops[at].offset + 3 + ops[at].number;
	while (other < count && ops[other].offset != target)
		other++;
	to->number = other;
}

static struct cfi_rule put_expression(struct cfi_row *row, const Dwarf_Op *ops, size_t count, enum cfi_rule_kind kind)
{
	struct cfi_rule rule = {.kind = kind, .first = (uint16_t)row->ops_count, .count = (uint16_t)count};

	if (count > CFI_OPS_MAX - row->ops_count)
		return (struct cfi_rule){.kind = RULE_LOST};
	for (size_t i = 0; i < count; i++)
		put_operation(&row->ops[row->ops_count++], ops, count, i);
	return rule;
}

static struct cfi_rule register_rule(uint64_t number, uint64_t offset)
{
	if (number >= CFI_REGISTERS)
		return (struct cfi_rule){.kind = RULE_LOST};
	return (struct cfi_rule){.kind = RULE_REGISTER, .first = (uint16_t)number, .value = (int64_t)offset};
}

static struct cfi_rule cfa_rule(struct cfi_row *row, Dwarf_Frame *frame)
{
	Dwarf_Op *ops;
	size_t count;

	if (dwarf_frame_cfa(frame, &ops, &count) || !count)
		return (struct cfi_rule){.kind = RULE_LOST};
	if (count == 1 && ops->atom == DW_OP_bregx)
		return register_rule(ops->number, ops->number2);
	if (count == 1 && ops->atom >= DW_OP_breg0 && ops->atom <= DW_OP_breg31)
		return register_rule(ops->atom - DW_OP_breg0, ops->number);
	return put_expression(row, ops, count, RULE_VALUE_EXPRESSION);
}

/* Relative to the CFA, which is the first operation; where the value stands, or, with another operation behind, itself. */
static struct cfi_rule relative_rule(struct cfi_row *row, const Dwarf_Op *ops, size_t count)
{
	bool is_value = ops[count - 1].atom == DW_OP_stack_value;
	uint32_t offset = is_value ? RULE_VALUE : RULE_OFFSET;

	count -= 1 + is_value;
	ops++;
	if (!count)
		return (struct cfi_rule){.kind = offset};
	if (count == 1 && ops->atom == DW_OP_plus_uconst)
		return (struct cfi_rule){.kind = offset, .value = (int64_t)ops->number};
	return put_expression(row, ops, count, is_value ? RULE_VALUE_EXPRESSION : RULE_EXPRESSION);
}

/* libdw does not say whether a register was named or not: of those that were not, a call preserves these. */
static bool is_preserved(int number)
{
	return number == CFI_BX || number == CFI_BP || number == CFI_SP || (number >= CFI_R12 && number <= CFI_R15);
}

static struct cfi_rule rule_of(struct cfi_row *row, Dwarf_Frame *frame, int number)
{
	Dwarf_Op room[3], *ops;
	size_t count;

	if (dwarf_frame_register(frame, number, room, &ops, &count))
		return (struct cfi_rule){.kind = RULE_LOST};
	/* Before a file says anything, libdw 0.188 has bx for one that a call spoils. */
	if (!count && number == CFI_BX)
		ops = NULL;
	if (!count && ops)
		return (struct cfi_rule){.kind = RULE_UNDEFINED};
	if (!count)
		return (struct cfi_rule){.kind = is_preserved(number) ? RULE_SAME : RULE_LOST};
	if (ops->atom == DW_OP_call_frame_cfa)
		return relative_rule(row, ops, count);
	if (ops->atom == DW_OP_regx)
		return register_rule(ops->number, 0);
	if (ops->atom >= DW_OP_reg0 && ops->atom <= DW_OP_reg31)
		return register_rule(ops->atom - DW_OP_reg0, 0);
	return (struct cfi_rule){.kind = RULE_LOST};
}

static void fill(struct cfi_row *row, uint64_t address, Dwarf_CFI *information)
{
	Dwarf_Frame *frame;
	bool signal = false;

	memset(row, 0, sizeof(*row));
	row->begin = address;
	row->end = address + 1;
	if (dwarf_cfi_addrframe(information, address, &frame))
		return;
	if (dwarf_frame_info(frame, &row->begin, &row->end, &signal) == CFI_IP) {
		row->known = 1;
		row->signal = signal;
		row->cfa = cfa_rule(row, frame);
		for (int number = 0; number < CFI_REGISTERS; number++)
			row->rules[number] = rule_of(row, frame, number);
	}
	free(frame);
}

void cfi_serve(void)
{
	Dwarf_CFI *information = NULL;
	union {
		struct cfi_row row;
		char bytes[CFI_ROW_BYTES];
	} answer;
	uint64_t address;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(1, ELF_C_READ_MMAP, NULL);
	if (elf)
		information = dwarf_getcfi_elf(elf);
	while (confined_question(&address)) {
		fill(&answer.row, address, information);
		if (!confined_answer(&answer, sizeof(answer.row) + answer.row.ops_count * sizeof(answer.row.ops[0])))
			break;
	}
}
