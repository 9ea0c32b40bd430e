// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/stack.h"
#include "userspace/enrich/symbols/stub.h"
#include "userspace/enrich/symbols/symbols_private.h"
#include "userspace/util/clock.h"
#include "userspace/util/function_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COPY_BYTES (64u << 10) /* of the stack, read at once */
#define READS_MAX 256 /* of words elsewhere, for one stack */
#define TRIES_MAX 3 /* to find the thread standing still */
#define RED_ZONE 128 /* below the stack pointer, may be in use */
/* So long the readers of a stack's files are waited for in all. Creators' stacks are unwound between two reads of the
 * kernel's rings; the others when somebody asks for them. */
#define WAIT_MS 1000
#define CREATOR_WAIT_MS 100

/* One unwinding under way. */
struct unwinding {
	struct symbols *symbols;
	struct cfi_registers registers;
	const uint8_t *copy; /* of the stack, from copy_at on */
	uint64_t copy_at;
	size_t copy_bytes;
	bool past; /* the copy is all that there is: the stack has gone on since */
	size_t most_frames;
	uint64_t until_ns; /* files' readers are waited for */
	unsigned int reads;
	bool interrupted; /* the frame at hand was interrupted, it stands at the instruction and made no call */
	struct stack *stack;
};

/* --- registers ---------------------------------------------------------------------------------------------- */

static void take_registers(struct cfi_registers *to, const struct ev_task_registers *from)
{
	*to = (struct cfi_registers){
		.value = {[CFI_AX] = from->ax, [CFI_DX] = from->dx, [CFI_CX] = from->cx, [CFI_BX] = from->bx,
			  [CFI_SI] = from->si, [CFI_DI] = from->di, [CFI_BP] = from->bp, [CFI_SP] = from->sp,
			  [CFI_R8] = from->r8, [CFI_R9] = from->r9, [CFI_R10] = from->r10, [CFI_R11] = from->r11,
			  [CFI_R12] = from->r12, [CFI_R13] = from->r13, [CFI_R14] = from->r14, [CFI_R15] = from->r15,
			  [CFI_IP] = from->ip},
		.known = (1u << CFI_REGISTERS) - 1,
	};
	if (!(from->head.flags & REGISTERS_F_GENERAL))
		to->known = 1u << CFI_IP | 1u << CFI_SP;
}

/* Registers read a moment ago are good as long as the thread stands where they say. */
static int settle_registers(struct unwinding *unwinding, uint32_t tid, const struct ev_task_registers *registers)
{
	uint64_t ip, sp;
	int error = target_place(unwinding->symbols->space->folder, tid, &ip, &sp);

	if (error)
		return error;
	if (registers && registers->ip == ip && registers->sp == sp) {
		take_registers(&unwinding->registers, registers);
		return 0;
	}
	unwinding->registers = (struct cfi_registers){.known = 1u << CFI_IP | 1u << CFI_SP};
	unwinding->registers.value[CFI_IP] = ip;
	unwinding->registers.value[CFI_SP] = sp;
	return 0;
}

/* --- memory ------------------------------------------------------------------------------------------------- */

static void copy_stack(struct unwinding *unwinding, uint8_t *room)
{
	ssize_t length;

	unwinding->copy_at = unwinding->registers.value[CFI_SP] - RED_ZONE;
	length = target_read(unwinding->symbols->space->pid, unwinding->copy_at, room, COPY_BYTES);
	unwinding->copy = room;
	unwinding->copy_bytes = length > 0 ? (size_t)length : 0;
}

static int read_word(void *context, uint64_t address, uint64_t *word)
{
	struct unwinding *unwinding = context;
	uint64_t into = address - unwinding->copy_at;

	if (unwinding->copy_bytes >= sizeof(*word) && into <= unwinding->copy_bytes - sizeof(*word)) {
		memcpy(word, unwinding->copy + into, sizeof(*word));
		return 0;
	}
	if (unwinding->past)
		return -EFAULT;
	if (unwinding->reads++ >= READS_MAX)
		return -E2BIG;
	return target_read(unwinding->symbols->space->pid, address, word, sizeof(*word)) == sizeof(*word) ? 0 : -EFAULT;
}

/* --- frames ------------------------------------------------------------------------------------------------- */

static bool executable(struct symbols *symbols, uint64_t address)
{
	const struct mapping *mapping = symbols_mapping(symbols, address);

	return mapping && mapping->flags & MAPPING_EXECUTE;
}

static struct frame *add_frame(struct unwinding *unwinding, uint8_t flags)
{
	struct stack *stack = unwinding->stack;
	struct frame *frame = &stack->frames[stack->count++];
	bool call = stack->count > 1 && !unwinding->interrupted;

	frame->address = unwinding->registers.value[CFI_IP];
	frame->call = frame->address - call;
	frame->flags = flags;
	return frame;
}

/* By the frame pointer, where nothing better is known: JIT code, or a language that keeps it by rule. Only believed
 * when it looks like one: further up the stack, before a return address into code. */
static int step_by_pointer(struct unwinding *unwinding)
{
	struct cfi_registers *registers = &unwinding->registers;
	uint64_t bp = registers->value[CFI_BP], above, back;

	if (!(registers->known & 1u << CFI_BP) || bp & 7 || bp < registers->value[CFI_SP])
		return -ENODATA;
	if (read_word(unwinding, bp, &above) || read_word(unwinding, bp + 8, &back) ||
	    !executable(unwinding->symbols, back - 1))
		return -ENODATA;
	*registers = (struct cfi_registers){.known = 1u << CFI_IP | 1u << CFI_SP | 1u << CFI_BP};
	registers->value[CFI_IP] = back;
	registers->value[CFI_SP] = bp + 16;
	registers->value[CFI_BP] = above;
	return 0;
}

/* The x86-64 ABI: whoever keeps a frame pointer has 0 there in the outermost frame. */
static bool ends_pointers(const struct unwinding *unwinding, const struct frame *frame)
{
	const struct cfi_registers *registers = &unwinding->registers;

	return frame->flags & FRAME_F_POINTER && registers->known & 1u << CFI_BP && !registers->value[CFI_BP];
}

/* Out of a system call in code without information, when it returns straight to its caller. Nothing else changes. */
static int step_from_stub(struct unwinding *unwinding, const struct mapping *mapping, const struct module *module)
{
	struct cfi_registers *registers = &unwinding->registers;
	uint64_t ip = registers->value[CFI_IP], sp = registers->value[CFI_SP], back;
	uint64_t at = ip - STUB_BEFORE - mapping->start + mapping->offset;
	uint8_t code[STUB_BEFORE + STUB_AFTER];

	if (unwinding->stack->count != 1 || !module->good || ip - mapping->start < STUB_BEFORE)
		return -ENODATA;
	if (module->image.read(&module->image, at, code, sizeof(code)) ||
	    !stub_returns(code, STUB_AFTER) || read_word(unwinding, sp, &back) ||
	    !executable(unwinding->symbols, back - 1))
		return -ENODATA;
	registers->value[CFI_IP] = back;
	registers->value[CFI_SP] = sp + sizeof(back);
	return 0;
}

/* From the frame at hand to its caller's registers. *flags: of the caller's frame. */
static int step(struct unwinding *unwinding, struct frame *frame, uint8_t *flags)
{
	const struct mapping *mapping = symbols_mapping(unwinding->symbols, frame->call);
	struct module *module = mapping ? symbols_module(unwinding->symbols, mapping) : NULL;
	struct cfi_step step = {.memory = read_word, .context = unwinding, .until_ns = unwinding->until_ns};
	struct cfi *cfi = module ? module_cfi(module) : NULL;
	uint64_t own;
	int error = -ENOENT;

	*flags = 0;
	unwinding->interrupted = false;
	if (cfi && !module_address(module, mapping, frame->call, &own)) {
		step.bias = frame->call - own;
		error = cfi_unwind(cfi, own, &unwinding->registers, &step);
	}
	if (error == -ENOENT && module && !step_from_stub(unwinding, mapping, module))
		return 0;
	if (error == -ENOENT && !ends_pointers(unwinding, frame)) {
		*flags = FRAME_F_POINTER;
		return step_by_pointer(unwinding);
	}
	if (error && error != -ENOENT)
		return error;
	if (error || step.outermost) {
		frame->flags |= FRAME_F_OUTERMOST;
		return -ENODATA;
	}
	if (step.signal)
		frame->flags |= FRAME_F_SIGNAL;
	unwinding->interrupted = step.signal;
	return 0;
}

/*
 * A caller's frame lies above its callee's, but for a signal's, which may come from another stack. The innermost may have
 * taken its return address off the stack already (vfork does).
 */
static bool follows(const struct unwinding *unwinding, uint64_t sp)
{
	uint64_t caller = unwinding->registers.value[CFI_SP];

	return caller > sp || unwinding->interrupted || (caller == sp && unwinding->stack->count == 1);
}

static void unwind(struct unwinding *unwinding, int wait_ms)
{
	struct frame *frame = add_frame(unwinding, 0);
	uint8_t flags;

	unwinding->until_ns = clock_now_ns() + (uint64_t)wait_ms * 1000000;
	while (unwinding->stack->count < unwinding->most_frames) {
		uint64_t sp = unwinding->registers.value[CFI_SP];

		if (step(unwinding, frame, &flags))
			break;
		if (!unwinding->registers.value[CFI_IP]) {
			frame->flags |= FRAME_F_OUTERMOST;
			break;
		}
		if (!follows(unwinding, sp) || !executable(unwinding->symbols, unwinding->registers.value[CFI_IP] - 1))
			break;
		frame = add_frame(unwinding, flags);
	}
	if (unwinding->stack->count == unwinding->most_frames)
		frame->flags |= FRAME_F_LIMIT;
	frame->flags |= FRAME_F_LAST;
}

/* Registers and a copy of the stack that belong together: the thread stood still from before to after. */
static int hold_still(struct unwinding *unwinding, uint32_t tid, const struct ev_task_registers *registers,
		      uint8_t *room)
{
	uint64_t ip, sp;
	int error = -EBUSY;

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		error = settle_registers(unwinding, tid, registers);
		if (error)
			return error;
		copy_stack(unwinding, room);
		error = target_place(unwinding->symbols->space->folder, tid, &ip, &sp);
		if (error)
			return error;
		if (ip == unwinding->registers.value[CFI_IP] && sp == unwinding->registers.value[CFI_SP])
			return 0;
	}
	return -EBUSY;
}

int stack_unwind(struct symbols *symbols, uint32_t tid, const struct ev_task_registers *registers, struct stack *stack)
{
	struct unwinding unwinding = {.symbols = symbols, .stack = stack, .most_frames = STACK_FRAMES};
	uint8_t *room = malloc(COPY_BYTES);
	int error;

	stack->pid = symbols->space->pid;
	stack->tid = tid;
	stack->count = 0;
	if (!room)
		return -ENOMEM;
	error = hold_still(&unwinding, tid, registers, room);
	if (!error)
		unwind(&unwinding, WAIT_MS);
	free(room);
	return error;
}

void stack_unwind_creator(struct symbols *symbols, const struct ev_creator_stack *creator, struct stack *stack)
{
	struct unwinding unwinding = {
		.symbols = symbols,
		.stack = stack,
		.most_frames = CREATOR_FRAMES,
		.registers = {
			.value = {[CFI_IP] = creator->ip, [CFI_SP] = creator->sp, [CFI_BP] = creator->bp,
				  [CFI_BX] = creator->bx, [CFI_DI] = creator->di, [CFI_R12] = creator->r12,
				  [CFI_R13] = creator->r13, [CFI_R14] = creator->r14, [CFI_R15] = creator->r15},
			.known = 1u << CFI_IP | 1u << CFI_SP | 1u << CFI_BP | 1u << CFI_BX | 1u << CFI_DI |
				 1u << CFI_R12 | 1u << CFI_R13 | 1u << CFI_R14 | 1u << CFI_R15,
		},
		.copy = creator->stack,
		.copy_at = creator->sp,
		.copy_bytes = creator->stack_bytes,
		.past = true,
	};

	stack->pid = creator->creator_pid;
	stack->tid = creator->creator_tid;
	stack->count = 0;
	unwind(&unwinding, CREATOR_WAIT_MS);
}

/* --- records ------------------------------------------------------------------------------------------------ */

static void put_text(char to[ABI_TEXT_BYTES], const char *from)
{
	if (from)
		memcpy(to, from, strnlen(from, ABI_TEXT_BYTES));
}

int stack_tell(struct symbols *symbols, const struct stack *stack, uint64_t ts_ns, unsigned int flags,
	       int (*take)(void *to, const void *record, size_t length), void *to)
{
	int error = 0;

	for (size_t i = 0; i < stack->count && !error; i++) {
		const struct frame *frame = &stack->frames[i];
		struct ev_stack_frame record = {
			.head = {.ts_ns = ts_ns, .size = sizeof(record), .kind = REC_stack_frame, .flags = frame->flags},
			.tid = stack->tid,
			.pid = stack->pid,
			.index = (uint32_t)i,
			.address = frame->address,
		};
		struct symbol symbol;

		symbols_find(symbols, frame->call, &symbol);
		if (flags & STACK_F_LINES)
			symbols_line(symbols, frame->call, &symbol);
		record.offset = (symbol.function ? symbol.offset : symbol.module_offset) + (frame->address - frame->call);
		record.line = symbol.line;
		function_name_fit(record.function, sizeof(record.function), symbol.function);
		put_text(record.module, symbol.module);
		put_text(record.file, symbol.file);
		error = take(to, &record, sizeof(record));
	}
	return error;
}
