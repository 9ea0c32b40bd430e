// SPDX-License-Identifier: GPL-2.0-only
/* DWARF expressions, as far as call frame information uses them: a stack machine over registers and memory. */
#include "userspace/enrich/symbols/cfi_private.h"

#include <errno.h>

#define WORDS_MAX 64
#define STEPS_MAX 1000 /* a branch may go back */

/* DW_OP_*: DWARF 5, table 7.9 */
enum {
	OP_ADDR = 0x03, OP_DEREF = 0x06,
	OP_CONST1U = 0x08, OP_CONST1S, OP_CONST2U, OP_CONST2S, OP_CONST4U, OP_CONST4S, OP_CONST8U, OP_CONST8S,
	OP_CONSTU, OP_CONSTS, OP_DUP, OP_DROP, OP_OVER, OP_PICK, OP_SWAP, OP_ROT,
	OP_ABS = 0x19, OP_AND, OP_DIV, OP_MINUS, OP_MOD, OP_MUL, OP_NEG, OP_NOT, OP_OR, OP_PLUS, OP_PLUS_UCONST, OP_SHL,
	OP_SHR, OP_SHRA, OP_XOR, OP_BRA, OP_EQ, OP_GE, OP_GT, OP_LE, OP_LT, OP_NE, OP_SKIP,
	OP_LIT0 = 0x30, OP_LIT31 = 0x4f, OP_BREG0 = 0x70, OP_BREG31 = 0x8f, OP_BREGX = 0x92, OP_DEREF_SIZE = 0x94,
	OP_NOP = 0x96,
};

struct machine {
	struct cfi_bytes program;
	const uint8_t *begin;
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

static void push_register(struct machine *machine, uint64_t number, int64_t offset)
{
	if (number >= CFI_REGISTERS || !(machine->registers->known & 1u << number))
		fail(machine, -ENODATA);
	else
		push(machine, machine->registers->value[number] + (uint64_t)offset);
}

static void push_memory(struct machine *machine, uint64_t address, size_t size)
{
	uint64_t word = 0;
	int error = machine->step->memory(machine->step->context, address, &word);

	if (error)
		fail(machine, error);
	if (!size || size > 8)
		fail(machine, -EBADMSG);
	else if (size < 8)
		word &= (1ull << 8 * size) - 1;
	push(machine, word);
}

static void branch(struct machine *machine, bool taken)
{
	int64_t distance = bytes_signed(&machine->program, 2);
	int64_t to = machine->program.at - machine->begin + distance;

	if (!taken)
		return;
	if (to < 0 || to > machine->program.end - machine->begin)
		fail(machine, -EBADMSG);
	else
		machine->program.at = machine->begin + to;
}

static void push_constant(struct machine *machine, uint8_t code)
{
	struct cfi_bytes *program = &machine->program;

	if (code == OP_CONSTU)
		push(machine, bytes_uleb(program));
	else if (code == OP_CONSTS)
		push(machine, (uint64_t)bytes_sleb(program));
	else if ((code - OP_CONST1U) & 1)
		push(machine, (uint64_t)bytes_signed(program, 1u << (code - OP_CONST1U) / 2));
	else
		push(machine, bytes_fixed(program, 1u << (code - OP_CONST1U) / 2));
}

static void shuffle(struct machine *machine, uint8_t code)
{
	uint64_t top, second, third;

	switch (code) {
	case OP_DUP:
		push(machine, peek(machine, 0));
		return;
	case OP_DROP:
		pop(machine);
		return;
	case OP_OVER:
		push(machine, peek(machine, 1));
		return;
	case OP_PICK:
		push(machine, peek(machine, bytes_fixed(&machine->program, 1)));
		return;
	}
	top = pop(machine);
	second = pop(machine);
	if (code == OP_SWAP) {
		push(machine, top);
		push(machine, second);
		return;
	}
	third = pop(machine); /* OP_ROT: the top becomes the third */
	push(machine, top);
	push(machine, third);
	push(machine, second);
}

static void unary(struct machine *machine, uint8_t code)
{
	uint64_t word = pop(machine);

	if (code == OP_PLUS_UCONST)
		word += bytes_uleb(&machine->program);
	else if (code == OP_NOT)
		word = ~word;
	else if (code == OP_NEG || (int64_t)word < 0) /* OP_ABS */
		word = -word;
	push(machine, word);
}

static uint64_t divide(struct machine *machine, uint64_t a, uint64_t b)
{
	if (!b) {
		fail(machine, -EBADMSG);
		return 0;
	}
	/* The one quotient that overflows is its own negative. */
	return b == ~0ull ? -a : (uint64_t)((int64_t)a / (int64_t)b);
}

static void binary(struct machine *machine, uint8_t code)
{
	uint64_t b = pop(machine), a = pop(machine), shift = b < 64 ? b : 63;

	switch (code) {
	case OP_AND: push(machine, a & b); return;
	case OP_OR: push(machine, a | b); return;
	case OP_XOR: push(machine, a ^ b); return;
	case OP_PLUS: push(machine, a + b); return;
	case OP_MINUS: push(machine, a - b); return;
	case OP_MUL: push(machine, a * b); return;
	case OP_DIV: push(machine, divide(machine, a, b)); return;
	case OP_MOD: push(machine, b ? a % b : divide(machine, a, b)); return;
	case OP_SHL: push(machine, b < 64 ? a << b : 0); return;
	case OP_SHR: push(machine, b < 64 ? a >> b : 0); return;
	case OP_SHRA: push(machine, (uint64_t)((int64_t)a >> shift)); return;
	case OP_EQ: push(machine, a == b); return;
	case OP_NE: push(machine, a != b); return;
	case OP_GE: push(machine, (int64_t)a >= (int64_t)b); return;
	case OP_GT: push(machine, (int64_t)a > (int64_t)b); return;
	case OP_LE: push(machine, (int64_t)a <= (int64_t)b); return;
	default: push(machine, (int64_t)a < (int64_t)b); return; /* OP_LT */
	}
}

static void run_one(struct machine *machine)
{
	struct cfi_bytes *program = &machine->program;
	uint8_t code = (uint8_t)bytes_fixed(program, 1);
	uint64_t number;

	if (code >= OP_LIT0 && code <= OP_LIT31)
		push(machine, code - OP_LIT0);
	else if (code >= OP_BREG0 && code <= OP_BREG31)
		push_register(machine, code - OP_BREG0, bytes_sleb(program));
	else if (code >= OP_CONST1U && code <= OP_CONSTS)
		push_constant(machine, code);
	else if (code >= OP_DUP && code <= OP_ROT)
		shuffle(machine, code);
	else if (code == OP_ABS || code == OP_NEG || code == OP_NOT || code == OP_PLUS_UCONST)
		unary(machine, code);
	else if (code == OP_SKIP)
		branch(machine, true);
	else if (code == OP_BRA)
		branch(machine, pop(machine) != 0);
	else if (code >= OP_AND && code <= OP_NE)
		binary(machine, code);
	else if (code == OP_DEREF)
		push_memory(machine, pop(machine), 8);
	else if (code == OP_DEREF_SIZE)
		push_memory(machine, pop(machine), bytes_fixed(program, 1));
	else if (code == OP_ADDR)
		push(machine, bytes_fixed(program, 8) + machine->step->bias);
	else if (code == OP_BREGX) {
		number = bytes_uleb(program);
		push_register(machine, number, bytes_sleb(program));
	} else if (code != OP_NOP)
		fail(machine, -EBADMSG);
}

int cfi_expression(struct cfi_bytes program, const struct cfi_registers *registers, const struct cfi_step *step,
		   const uint64_t *initial, uint64_t *result)
{
	struct machine machine = {.program = program, .begin = program.at, .registers = registers, .step = step};
	unsigned int steps = 0;

	if (initial)
		push(&machine, *initial);
	while (!machine.error && bytes_left(&machine.program) && steps++ < STEPS_MAX)
		run_one(&machine);
	if (machine.program.failed || steps > STEPS_MAX)
		fail(&machine, -EBADMSG);
	*result = pop(&machine);
	return machine.error;
}
