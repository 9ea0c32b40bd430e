// SPDX-License-Identifier: GPL-2.0-only
/* Runs the program of an entry up to an address, then applies the row of rules that it left. */
#include "userspace/enrich/symbols/cfi_private.h"

#include <errno.h>

#define REMEMBERED_MAX 8

/* DW_CFA_*: DWARF 5, table 7.29, and GNU's */
enum {
	CFA_ADVANCE = 0x40, /* the upper two bits; the lower six are the operand */
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0,
	CFA_NOP = 0x00,
	CFA_SET_LOC = 0x01,
	CFA_ADVANCE_1 = 0x02,
	CFA_ADVANCE_2 = 0x03,
	CFA_ADVANCE_4 = 0x04,
	CFA_OFFSET_EXTENDED = 0x05,
	CFA_RESTORE_EXTENDED = 0x06,
	CFA_UNDEFINED = 0x07,
	CFA_SAME_VALUE = 0x08,
	CFA_REGISTER = 0x09,
	CFA_REMEMBER = 0x0a,
	CFA_RECALL = 0x0b,
	CFA_DEF = 0x0c,
	CFA_DEF_REGISTER = 0x0d,
	CFA_DEF_OFFSET = 0x0e,
	CFA_DEF_EXPRESSION = 0x0f,
	CFA_EXPRESSION = 0x10,
	CFA_OFFSET_SIGNED = 0x11,
	CFA_DEF_SIGNED = 0x12,
	CFA_DEF_OFFSET_SIGNED = 0x13,
	CFA_VAL_OFFSET = 0x14,
	CFA_VAL_OFFSET_SIGNED = 0x15,
	CFA_VAL_EXPRESSION = 0x16,
	CFA_GNU_ARGS_SIZE = 0x2e,
	CFA_GNU_NEGATIVE_OFFSET = 0x2f,
};

enum rule_kind {
	RULE_DEFAULT, /* the ABI's: callee-saved ones are as they are */
	RULE_UNDEFINED,
	RULE_SAME,
	RULE_OFFSET, /* saved at CFA + offset */
	RULE_VALUE, /* it is CFA + offset */
	RULE_REGISTER, /* in another register */
	RULE_EXPRESSION, /* saved at what the expression says */
	RULE_VALUE_EXPRESSION,
};

struct rule {
	enum rule_kind kind;
	int64_t offset; /* or the other register */
	struct cfi_bytes expression;
};

struct row {
	struct rule cfa; /* RULE_REGISTER: register + cfa_offset; or RULE_EXPRESSION */
	int64_t cfa_offset;
	struct rule rules[CFI_REGISTERS];
};

struct run {
	const struct cfi *cfi;
	const struct cfi_common *common;
	struct cfi_bytes program;
	uint64_t location, pc;
	struct row row, initial, remembered[REMEMBERED_MAX];
	size_t remembered_count;
};

/* Registers that are none of the general ones (vectors, say) are stepped over. */
static void set_rule(struct run *run, uint64_t number, struct rule rule)
{
	if (number < CFI_REGISTERS)
		run->row.rules[number] = rule;
}

static void restore_rule(struct run *run, uint64_t number)
{
	if (number < CFI_REGISTERS)
		run->row.rules[number] = run->initial.rules[number];
}

static struct rule offset_rule(enum rule_kind kind, int64_t offset)
{
	return (struct rule){.kind = kind, .offset = offset};
}

static struct rule expression_rule(struct run *run, enum rule_kind kind)
{
	uint64_t length = bytes_uleb(&run->program);

	return (struct rule){.kind = kind, .expression = bytes_part(&run->program, length)};
}

static int64_t factored(const struct run *run, int64_t value)
{
	int64_t product;

	return __builtin_mul_overflow(value, run->common->data_factor, &product) ? 0 : product;
}

/* Returns whether the row asked for lies before the new location: the program is done. */
static bool advance(struct run *run, uint64_t delta)
{
	uint64_t next = run->location + delta * run->common->code_factor;

	if (next > run->pc)
		return true;
	run->location = next;
	return false;
}

static void define_cfa(struct run *run, uint64_t number, int64_t offset)
{
	run->row.cfa = offset_rule(RULE_REGISTER, (int64_t)number);
	run->row.cfa_offset = offset;
}

static int run_cfa(struct run *run, uint8_t code)
{
	struct cfi_bytes *program = &run->program;
	uint64_t number;

	switch (code) {
	case CFA_DEF:
		number = bytes_uleb(program);
		define_cfa(run, number, (int64_t)bytes_uleb(program));
		return 0;
	case CFA_DEF_SIGNED:
		number = bytes_uleb(program);
		define_cfa(run, number, factored(run, bytes_sleb(program)));
		return 0;
	case CFA_DEF_REGISTER:
		define_cfa(run, bytes_uleb(program), run->row.cfa_offset);
		return 0;
	case CFA_DEF_OFFSET:
		run->row.cfa_offset = (int64_t)bytes_uleb(program);
		return 0;
	case CFA_DEF_OFFSET_SIGNED:
		run->row.cfa_offset = factored(run, bytes_sleb(program));
		return 0;
	case CFA_DEF_EXPRESSION:
		run->row.cfa = expression_rule(run, RULE_EXPRESSION);
		return 0;
	default:
		return -EBADMSG;
	}
}

static int run_register(struct run *run, uint8_t code)
{
	struct cfi_bytes *program = &run->program;
	uint64_t number = bytes_uleb(program);

	switch (code) {
	case CFA_OFFSET_EXTENDED:
		set_rule(run, number, offset_rule(RULE_OFFSET, factored(run, (int64_t)bytes_uleb(program))));
		return 0;
	case CFA_OFFSET_SIGNED:
		set_rule(run, number, offset_rule(RULE_OFFSET, factored(run, bytes_sleb(program))));
		return 0;
	case CFA_GNU_NEGATIVE_OFFSET:
		set_rule(run, number, offset_rule(RULE_OFFSET, factored(run, -(int64_t)bytes_uleb(program))));
		return 0;
	case CFA_VAL_OFFSET:
		set_rule(run, number, offset_rule(RULE_VALUE, factored(run, (int64_t)bytes_uleb(program))));
		return 0;
	case CFA_VAL_OFFSET_SIGNED:
		set_rule(run, number, offset_rule(RULE_VALUE, factored(run, bytes_sleb(program))));
		return 0;
	case CFA_REGISTER:
		set_rule(run, number, offset_rule(RULE_REGISTER, (int64_t)bytes_uleb(program)));
		return 0;
	case CFA_EXPRESSION:
		set_rule(run, number, expression_rule(run, RULE_EXPRESSION));
		return 0;
	case CFA_VAL_EXPRESSION:
		set_rule(run, number, expression_rule(run, RULE_VALUE_EXPRESSION));
		return 0;
	case CFA_RESTORE_EXTENDED:
		restore_rule(run, number);
		return 0;
	case CFA_UNDEFINED:
		set_rule(run, number, offset_rule(RULE_UNDEFINED, 0));
		return 0;
	case CFA_SAME_VALUE:
		set_rule(run, number, offset_rule(RULE_SAME, 0));
		return 0;
	default:
		return -EBADMSG;
	}
}

static int run_remembered(struct run *run, uint8_t code)
{
	if (code == CFA_REMEMBER) {
		if (run->remembered_count == REMEMBERED_MAX)
			return -EBADMSG;
		run->remembered[run->remembered_count++] = run->row;
		return 0;
	}
	if (!run->remembered_count)
		return -EBADMSG;
	run->row = run->remembered[--run->remembered_count];
	return 0;
}

/* One instruction. Returns 1: the location asked for was passed; 0: on; -EBADMSG. */
static int run_one(struct run *run)
{
	struct cfi_bytes *program = &run->program;
	uint8_t code = (uint8_t)bytes_fixed(program, 1), operand = code & 0x3f;
	uint64_t location;

	switch (code & 0xc0) {
	case CFA_ADVANCE:
		return advance(run, operand);
	case CFA_OFFSET:
		set_rule(run, operand, offset_rule(RULE_OFFSET, factored(run, (int64_t)bytes_uleb(program))));
		return 0;
	case CFA_RESTORE:
		restore_rule(run, operand);
		return 0;
	}
	switch (code) {
	case CFA_NOP:
		return 0;
	case CFA_SET_LOC:
		if (cfi_pointer(run->cfi, program, run->common->encoding, &location) || location < run->location)
			return -EBADMSG;
		return advance(run, run->common->code_factor ? (location - run->location) / run->common->code_factor
							     : 0);
	case CFA_ADVANCE_1:
		return advance(run, bytes_fixed(program, 1));
	case CFA_ADVANCE_2:
		return advance(run, bytes_fixed(program, 2));
	case CFA_ADVANCE_4:
		return advance(run, bytes_fixed(program, 4));
	case CFA_REMEMBER:
	case CFA_RECALL:
		return run_remembered(run, code);
	case CFA_GNU_ARGS_SIZE:
		bytes_uleb(program);
		return 0;
	case CFA_DEF:
	case CFA_DEF_SIGNED:
	case CFA_DEF_REGISTER:
	case CFA_DEF_OFFSET:
	case CFA_DEF_OFFSET_SIGNED:
	case CFA_DEF_EXPRESSION:
		return run_cfa(run, code);
	default:
		return run_register(run, code);
	}
}

static int run_program(struct run *run, struct cfi_bytes program)
{
	int result = 0;

	run->program = program;
	while (!result && bytes_left(&run->program))
		result = run_one(run);
	if (result < 0 || run->program.failed)
		return -EBADMSG;
	return 0;
}

static int find_row(const struct cfi *cfi, const struct cfi_entry *entry, uint64_t pc, struct row *row)
{
	struct run run = {.cfi = cfi, .common = &entry->common, .location = entry->begin, .pc = pc};
	int error = run_program(&run, entry->common.program);

	if (error)
		return error;
	run.initial = run.row;
	error = run_program(&run, entry->program);
	*row = run.row;
	return error;
}

static int find_cfa(const struct row *row, const struct cfi_registers *registers, const struct cfi_step *step,
		    uint64_t *cfa)
{
	uint64_t number = (uint64_t)row->cfa.offset;

	if (row->cfa.kind == RULE_EXPRESSION)
		return cfi_expression(row->cfa.expression, registers, step, NULL, cfa);
	if (row->cfa.kind != RULE_REGISTER || number >= CFI_REGISTERS)
		return -EBADMSG;
	if (!(registers->known & 1u << number))
		return -ENODATA;
	*cfa = registers->value[number] + (uint64_t)row->cfa_offset;
	return 0;
}

/* Saved in memory or computed; not for the rules that move registers. */
static int find_saved(const struct rule *rule, const struct cfi_registers *registers, const struct cfi_step *step,
		      uint64_t cfa, uint64_t *value)
{
	uint64_t address = cfa + (uint64_t)rule->offset;
	int error = 0;

	if (rule->kind == RULE_VALUE) {
		*value = address;
		return 0;
	}
	if (rule->kind == RULE_VALUE_EXPRESSION)
		return cfi_expression(rule->expression, registers, step, &cfa, value);
	if (rule->kind == RULE_EXPRESSION)
		error = cfi_expression(rule->expression, registers, step, &cfa, &address);
	return error ? error : step->memory(step->context, address, value);
}

static bool callee_saved(unsigned int number)
{
	return number == CFI_BX || number == CFI_BP || (number >= CFI_R12 && number <= CFI_R15);
}

static void keep(struct cfi_registers *caller, const struct cfi_registers *registers, unsigned int number,
		 uint64_t from)
{
	if (from >= CFI_REGISTERS || !(registers->known & 1u << from))
		return;
	caller->value[number] = registers->value[from];
	caller->known |= 1u << number;
}

/* One that cannot be read is not known, which matters only if it is asked for. */
static void apply_rule(struct cfi_registers *caller, const struct cfi_registers *registers, unsigned int number,
		       const struct rule *rule, const struct cfi_step *step, uint64_t cfa)
{
	switch (rule->kind) {
	case RULE_UNDEFINED:
		return;
	case RULE_DEFAULT:
		if (callee_saved(number))
			keep(caller, registers, number, number);
		return;
	case RULE_SAME:
		keep(caller, registers, number, number);
		return;
	case RULE_REGISTER:
		keep(caller, registers, number, (uint64_t)rule->offset);
		return;
	default:
		if (!find_saved(rule, registers, step, cfa, &caller->value[number]))
			caller->known |= 1u << number;
	}
}

static const struct cfi_range *find_range(const struct cfi *cfi, uint64_t pc)
{
	size_t low = 0, high = cfi->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cfi->ranges[middle].begin <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low && pc < cfi->ranges[low - 1].end ? &cfi->ranges[low - 1] : NULL;
}

int cfi_unwind(const struct cfi *cfi, uint64_t pc, struct cfi_registers *registers, struct cfi_step *step)
{
	const struct cfi_range *range = find_range(cfi, pc);
	struct cfi_registers caller = {0};
	struct cfi_entry entry;
	struct row row;
	uint64_t cfa, next;
	int error;

	if (!range || cfi_entry_parse(cfi, range->at, &entry, &next))
		return -ENOENT;
	step->signal = entry.common.signal;
	error = find_row(cfi, &entry, pc, &row);
	if (error)
		return error;
	step->outermost = row.rules[CFI_IP].kind == RULE_UNDEFINED;
	if (step->outermost)
		return 0;
	error = find_cfa(&row, registers, step, &cfa);
	if (error)
		return error;
	for (unsigned int number = 0; number < CFI_REGISTERS; number++)
		apply_rule(&caller, registers, number, &row.rules[number], step, cfa);
	/* The stack pointer before the call: just above the return address, unless a rule said otherwise. */
	if (row.rules[CFI_SP].kind == RULE_DEFAULT) {
		caller.value[CFI_SP] = cfa;
		caller.known |= 1u << CFI_SP;
	}
	if (!(caller.known & 1u << CFI_IP) || !(caller.known & 1u << CFI_SP))
		return -ENODATA;
	*registers = caller;
	return 0;
}
