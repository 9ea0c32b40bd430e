/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Call frame information (.eh_frame; DWARF 5, section 6.4, and the LSB's additions): for an address, how to find the
 * caller's registers. Parses and computes; reads no process by itself. Believes nothing of what it parses: every
 * length is checked, every loop is bounded by the bytes that it eats.
 */
#ifndef THRACE_ENRICH_CFI_H
#define THRACE_ENRICH_CFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The x86-64 ABI's numbers. */
enum cfi_register {
	CFI_AX, CFI_DX, CFI_CX, CFI_BX, CFI_SI, CFI_DI, CFI_BP, CFI_SP,
	CFI_R8, CFI_R9, CFI_R10, CFI_R11, CFI_R12, CFI_R13, CFI_R14, CFI_R15,
	CFI_IP, /* the return address's column */
	CFI_REGISTERS,
};

struct cfi_registers {
	uint64_t value[CFI_REGISTERS];
	uint32_t known; /* bit N: value[N] is */
};

struct cfi_range { /* one FDE */
	uint64_t begin, end;
	uint32_t at; /* of the FDE in the section */
};

struct cfi {
	uint8_t *bytes; /* the section .eh_frame; NULL: none */
	size_t size;
	uint64_t address; /* of the section in the file's own terms */
	struct cfi_range *ranges; /* by address */
	size_t count;
};

/* Takes bytes (freed by cfi_free in every case). Returns 0 or -ENOMEM; nonsense is left out. */
int cfi_index(struct cfi *cfi, uint8_t *bytes, size_t size, uint64_t address);
void cfi_free(struct cfi *cfi);

/* Reads 8 bytes of the thread's memory. Returns 0 or -errno. */
typedef int cfi_memory(void *context, uint64_t address, uint64_t *word);

struct cfi_step {
	cfi_memory *memory;
	void *context;
	uint64_t bias; /* what is added to the file's addresses to get the process's */
	bool signal; /* out: the frame of a signal trampoline: the caller was interrupted, it made no call */
	bool outermost; /* out: the information says that nobody called it */
};

/*
 * From the registers in a function at pc (the file's own terms) to those in its caller. Returns 0; -ENOENT: there is
 * no information for pc; -ENODATA: a register that is needed is not known; -EBADMSG: nonsense; or what memory said.
 */
int cfi_unwind(const struct cfi *cfi, uint64_t pc, struct cfi_registers *registers, struct cfi_step *step);

#endif
