// SPDX-License-Identifier: GPL-2.0-only
/* DWARF expressions, as far as call frame information uses them: a stack machine over registers and memory. libdw has
 * read the operations; what they do to a thread's state is for whoever has that state. */
#include "userspace/enrich/symbols/cfi_row.h"

#include <dwarf.h>
#include <errno.h>

#define WORDS_MAX 64
#define STEPS_MAX 1000 /* a branch may go back */

struct machine {
	const struct cfi_op *program;
	size_t length, at;
	const struct cfi_registers *registers;
	const struct cfi_step *step;
	uint64_t words[WORDS_MAX];
	size_t count;
	int error;
};

static void fail(struct machine *machine, int error)
{
	if (!machine->error)
		machine->error = error;
}

static void push(struct machine *machine, uint64_t word)
{
	if (machine->count == WORDS_MAX)
		fail(machine, -EBADMSG);
	else
		machine->words[machine->count++] = word;
}

/* The word so many below the top. */
static uint64_t peek(struct machine *machine, uint64_t depth)
{
	if (depth < machine->count)
		return machine->words[machine->count - 1 - depth];
	fail(machine, -EBADMSG);
	return 0;
}

static uint64_t pop(struct machine *machine)
{
	uint64_t word = peek(machine, 0);

	if (machine->count)
		machine->count--;
	return word;
}

static void push_register(struct machine *machine, uint64_t number, uint64_t offset)
{
	if (number >= CFI_REGISTERS || !(machine->registers->known & 1u << number))
		fail(machine, -ENODATA);
	else
		push(machine, machine->registers->value[number] + offset);
}

static void push_memory(struct machine *machine, uint64_t size)
{
	uint64_t word = 0;
	int error = machine->step->memory(machine->step->context, pop(machine), &word);

	if (error)
		fail(machine, error);
	if (!size || size > 8)
		fail(machine, -EBADMSG);
	else if (size < 8)
		word &= (1ull << 8 * size) - 1;
	push(machine, word);
}

/* To another operation of the expression, or to its end. */
static void branch(struct machine *machine, const struct cfi_op *op, bool taken)
{
	if (taken && op->number > machine->length)
		fail(machine, -EBADMSG);
	else if (taken)
		machine->at = op->number;
}

static void shuffle(struct machine *machine, const struct cfi_op *op)
{
	uint64_t top = pop(machine), second = pop(machine), third;

	if (op->code == DW_OP_swap) {
		push(machine, top);
		push(machine, second);
		return;
	}
	third = pop(machine); /* DW_OP_rot: the top becomes the third */
	push(machine, top);
	push(machine, third);
	push(machine, second);
}

static uint64_t negative(uint64_t word)
{
	return -word;
}

static uint64_t divide(struct machine *machine, uint64_t a, uint64_t b)
{
	if (!b) {
		fail(machine, -EBADMSG);
		return 0;
	}
	/* The one quotient that overflows is its own negative. */
	return b == ~0ull ? negative(a) : (uint64_t)((int64_t)a / (int64_t)b);
}

static void binary(struct machine *machine, const struct cfi_op *op)
{
	uint64_t b = pop(machine), a = pop(machine), shift = b < 64 ? b : 63;

	switch (op->code) {
	case DW_OP_and: push(machine, a & b); return;
	case DW_OP_or: push(machine, a | b); return;
	case DW_OP_xor: push(machine, a ^ b); return;
	case DW_OP_plus: push(machine, a + b); return;
	case DW_OP_minus: push(machine, a - b); return;
	case DW_OP_mul: push(machine, a * b); return;
	case DW_OP_div: push(machine, divide(machine, a, b)); return;
	case DW_OP_mod: push(machine, b ? a % b : divide(machine, a, b)); return;
	case DW_OP_shl: push(machine, b < 64 ? a << b : 0); return;
	case DW_OP_shr: push(machine, b < 64 ? a >> b : 0); return;
	case DW_OP_shra: push(machine, (uint64_t)((int64_t)a >> shift)); return;
	case DW_OP_eq: push(machine, a == b); return;
	case DW_OP_ne: push(machine, a != b); return;
	case DW_OP_ge: push(machine, (int64_t)a >= (int64_t)b); return;
	case DW_OP_gt: push(machine, (int64_t)a > (int64_t)b); return;
	case DW_OP_le: push(machine, (int64_t)a <= (int64_t)b); return;
	case DW_OP_lt: push(machine, (int64_t)a < (int64_t)b); return;
	default: fail(machine, -EBADMSG);
	}
}

static void run_one(struct machine *machine, const struct cfi_op *op)
{
	uint64_t word;

	switch (op->code) {
	case DW_OP_const1u: case DW_OP_const1s: case DW_OP_const2u: case DW_OP_const2s: case DW_OP_const4u:
	case DW_OP_const4s: case DW_OP_const8u: case DW_OP_const8s: case DW_OP_constu: case DW_OP_consts:
		push(machine, op->number);
		return;
	case DW_OP_lit0 ... DW_OP_lit31:
		push(machine, op->code - DW_OP_lit0);
		return;
	case DW_OP_breg0 ... DW_OP_breg31:
		push_register(machine, op->code - DW_OP_breg0, op->number);
		return;
	case DW_OP_bregx:
		push_register(machine, op->number, op->number2);
		return;
	case DW_OP_addr:
		push(machine, op->number + machine->step->bias);
		return;
	case DW_OP_deref:
		push_memory(machine, 8);
		return;
	case DW_OP_deref_size:
		push_memory(machine, op->number);
		return;
	case DW_OP_dup:
		push(machine, peek(machine, 0));
		return;
	case DW_OP_over:
		push(machine, peek(machine, 1));
		return;
	case DW_OP_pick:
		push(machine, peek(machine, op->number));
		return;
	case DW_OP_drop:
		pop(machine);
		return;
	case DW_OP_swap: case DW_OP_rot:
		shuffle(machine, op);
		return;
	case DW_OP_plus_uconst:
		push(machine, pop(machine) + op->number);
		return;
	case DW_OP_not:
		push(machine, ~pop(machine));
		return;
	case DW_OP_neg:
		push(machine, negative(pop(machine)));
		return;
	case DW_OP_abs:
		word = pop(machine);
		push(machine, (int64_t)word < 0 ? negative(word) : word);
		return;
	case DW_OP_skip:
		branch(machine, op, true);
		return;
	case DW_OP_bra:
		branch(machine, op, pop(machine) != 0);
		return;
	case DW_OP_nop:
		return;
	default:
		binary(machine, op);
	}
}

int cfi_expression(const struct cfi_op *ops, size_t count, const struct cfi_registers *registers,
		   const struct cfi_step *step, const uint64_t *initial, uint64_t *result)
{
	struct machine machine = {.program = ops, .length = count, .registers = registers, .step = step};
	unsigned int steps = 0;

	if (initial)
		push(&machine, *initial);
	while (!machine.error && machine.at < count) {
		if (steps++ == STEPS_MAX)
			fail(&machine, -EBADMSG);
		run_one(&machine, &ops[machine.at++]);
	}
	*result = pop(&machine);
	return machine.error;
}
