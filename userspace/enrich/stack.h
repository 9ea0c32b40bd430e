/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The user stack of a thread, unwound from outside without stopping it: by the call frame information that compilers
 * leave for exceptions (.eh_frame), so that code without frame pointers unwinds. A thread that is off the CPU keeps its
 * stack still; of one that moves meanwhile, the chain is cut where it does not hold together, never guessed.
 *
 *	struct symbols *symbols = symbols_open(pid);
 *	struct stack stack;
 *
 *	if (!stack_unwind(symbols, tid, thread->anatomy.registers, &stack))
 *		stack_tell(symbols, &stack, now_ns, STACK_F_LINES, take, to); // records: ev_stack_frame
 *	symbols_close(symbols);
 */
#ifndef THRACE_ENRICH_STACK_H
#define THRACE_ENRICH_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include "bpf/abi/events.h"
#include "userspace/enrich/symbols/symbols.h"

#define STACK_FRAMES 64
#define CREATOR_FRAMES 32

struct frame {
	uint64_t address; /* the instruction: where it stands, or where the call of the frame before returns to */
	uint64_t call; /* what to ask symbols_find() for: inside the call instruction */
	uint8_t flags; /* enum stack_frame_flag */
};

struct stack {
	uint32_t pid, tid;
	size_t count; /* at least 1 after a good unwind */
	struct frame frames[STACK_FRAMES]; /* innermost first */
};

/*
 * Unwinds. registers NULL: instruction and stack pointer are read from /proc/PID/task/TID/syscall, which has them for a
 * thread that is blocked; where a frame needs a register that is not known, the chain ends (FRAME_F_LAST without
 * FRAME_F_OUTERMOST). Returns 0, or -EBUSY: it is on a CPU, its registers cannot be had; -EACCES; -ESRCH: it has ended.
 */
int stack_unwind(struct symbols *symbols, uint32_t tid, const struct ev_task_registers *registers, struct stack *stack);

/*
 * The stack of a creator as it was in its system call, from what the kernel copied of it and nothing else (it has gone
 * on since). symbols looks into the creator's process. The chain ends where the copy does, at CREATOR_FRAMES at the
 * latest.
 */
void stack_unwind_creator(struct symbols *symbols, const struct ev_creator_stack *creator, struct stack *stack);

enum stack_tell_flag {
	STACK_F_LINES = 1, /* with source files and lines */
};

/* Hands one ev_stack_frame for each frame to take(), as a source does (source/source.h). Returns 0 or what take()
 * returned when it was not 0. */
int stack_tell(struct symbols *symbols, const struct stack *stack, uint64_t ts_ns, unsigned int flags,
	       int (*take)(void *to, const void *record, size_t length), void *to);

#endif
