/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Call frame information (.eh_frame; DWARF 5, section 6.4, and the LSB's additions) of one ELF file: for an address, how
 * to find the caller's registers. libdw reads it, in a child without rights (util/confined.h); the rules that it finds are
 * kept here, and applied to the registers and the memory of a thread, which the child never sees.
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

struct cfi;
struct confined_pool;

/* fd, an ELF file, and pool are the caller's and outlive it. Nothing is read yet. NULL: out of memory. */
struct cfi *cfi_open(struct confined_pool *pool, int fd);
void cfi_close(struct cfi *cfi);
/* Its child ends; what it told stays. */
void cfi_rest(struct cfi *cfi);

/* A file in memory that has this section of call frame information and nothing else, for what is not in a file. Returns a
 * descriptor or -errno. */
int cfi_file(const void *section, size_t size, uint64_t address);

/* Reads 8 bytes of the thread's memory. Returns 0 or -errno. */
typedef int cfi_memory(void *context, uint64_t address, uint64_t *word);

struct cfi_step {
	cfi_memory *memory;
	void *context;
	uint64_t bias; /* what is added to the file's addresses to get the process's */
	uint64_t until_ns; /* so long the child is waited for */
	bool signal; /* out: the frame of a signal trampoline: the caller was interrupted, it made no call */
	bool outermost; /* out: the information says that nobody called it */
};

/*
 * From the registers in a function at pc (the file's own terms) to those in its caller. Returns 0; -ENOENT: there is
 * no information for pc, or none that can be read; -ENODATA: a register that is needed is not known; -EBADMSG: nonsense;
 * -EAGAIN: no answer in time, there may be one later; -EPIPE: the file broke its reader down; or what memory said.
 */
int cfi_unwind(struct cfi *cfi, uint64_t pc, struct cfi_registers *registers, struct cfi_step *step);

#endif
