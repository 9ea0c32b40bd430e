// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/cfi_row.h"

#include <dwarf.h>
#include <errno.h>

/* --- is it one ------------------------------------------------------------------------------------------------ */

static bool is_branch(const struct cfi_op *op)
{
	return op->code == DW_OP_bra || op->code == DW_OP_skip;
}

static bool rule_good(const struct cfi_row *row, const struct cfi_rule *rule)
{
	if (rule->kind >= RULE_KINDS)
		return false;
	if (rule->kind == RULE_REGISTER)
		return rule->first < CFI_REGISTERS;
	if (rule->kind != RULE_EXPRESSION && rule->kind != RULE_VALUE_EXPRESSION)
		return true;
	if (rule->first > row->ops_count || rule->count > row->ops_count - rule->first)
		return false;
	for (size_t i = rule->first; i < (size_t)rule->first + rule->count; i++)
		if (is_branch(&row->ops[i]) && row->ops[i].number > rule->count)
			return false;
	return true;
}

bool cfi_row_good(const struct cfi_row *row, size_t bytes, uint64_t address)
{
	if (bytes < sizeof(*row) || row->ops_count > CFI_OPS_MAX ||
	    bytes != sizeof(*row) + row->ops_count * sizeof(row->ops[0]) || address < row->begin || address >= row->end)
		return false;
	for (size_t i = 0; i < CFI_REGISTERS; i++)
		if (!rule_good(row, &row->rules[i]))
			return false;
	return rule_good(row, &row->cfa);
}

/* --- applying it ---------------------------------------------------------------------------------------------- */

static int evaluate(const struct cfi_row *row, const struct cfi_rule *rule, const struct cfi_registers *registers,
		    const struct cfi_step *step, const uint64_t *initial, uint64_t *result)
{
	return cfi_expression(row->ops + rule->first, rule->count, registers, step, initial, result);
}

static int find_cfa(const struct cfi_row *row, const struct cfi_registers *registers, const struct cfi_step *step,
		    uint64_t *cfa)
{
	const struct cfi_rule *rule = &row->cfa;

	if (rule->kind == RULE_VALUE_EXPRESSION)
		return evaluate(row, rule, registers, step, NULL, cfa);
	if (rule->kind != RULE_REGISTER)
		return -EBADMSG;
	if (!(registers->known & 1u << rule->first))
		return -ENODATA;
	*cfa = registers->value[rule->first] + (uint64_t)rule->value;
	return 0;
}

/* Saved in memory or computed; not for the rules that move registers. */
static int find_saved(const struct cfi_row *row, const struct cfi_rule *rule, const struct cfi_registers *registers,
		      const struct cfi_step *step, uint64_t cfa, uint64_t *value)
{
	uint64_t address = cfa + (uint64_t)rule->value;
	int error = 0;

	if (rule->kind == RULE_VALUE) {
		*value = address;
		return 0;
	}
	if (rule->kind == RULE_VALUE_EXPRESSION)
		return evaluate(row, rule, registers, step, &cfa, value);
	if (rule->kind == RULE_EXPRESSION)
		error = evaluate(row, rule, registers, step, &cfa, &address);
	return error ? error : step->memory(step->context, address, value);
}

static void keep(struct cfi_registers *caller, const struct cfi_registers *registers, unsigned int number,
		 unsigned int from)
{
	if (!(registers->known & 1u << from))
		return;
	caller->value[number] = registers->value[from];
	caller->known |= 1u << number;
}

/* One that cannot be read is not known, which matters only if it is asked for. */
static void apply_rule(struct cfi_registers *caller, const struct cfi_registers *registers, unsigned int number,
		       const struct cfi_row *row, const struct cfi_step *step, uint64_t cfa)
{
	const struct cfi_rule *rule = &row->rules[number];

	switch (rule->kind) {
	case RULE_LOST:
	case RULE_UNDEFINED:
		return;
	case RULE_SAME:
		keep(caller, registers, number, number);
		return;
	case RULE_REGISTER:
		keep(caller, registers, number, rule->first);
		return;
	default:
		if (!find_saved(row, rule, registers, step, cfa, &caller->value[number]))
			caller->known |= 1u << number;
	}
}

int cfi_row_apply(const struct cfi_row *row, struct cfi_registers *registers, struct cfi_step *step)
{
	struct cfi_registers caller = {0};
	uint64_t cfa;
	int error;

	step->signal = row->signal;
	step->outermost = row->rules[CFI_IP].kind == RULE_UNDEFINED;
	if (step->outermost)
		return 0;
	error = find_cfa(row, registers, step, &cfa);
	if (error)
		return error;
	for (unsigned int number = 0; number < CFI_REGISTERS; number++)
		apply_rule(&caller, registers, number, row, step, cfa);
	if (!(caller.known & 1u << CFI_IP) || !(caller.known & 1u << CFI_SP))
		return -ENODATA;
	*registers = caller;
	return 0;
}
