// SPDX-License-Identifier: GPL-2.0-only
/*
 * The information of a file is handed to libdw as an ELF file of its own: one section, in memory, bounded, and cut by
 * nobody while it is read. What the file's other parts say about it is not believed.
 */
#include "userspace/enrich/symbols/cfi_private.h"

#include <dwarf.h>
#include <elf.h>
#include <errno.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#define SECTION_BYTES (16u << 20) /* libLLVM has 5; full of the smallest entries they cost 113 MB and half a second */
/* Zeros behind the section. libdw 0.188 reads a number's first byte without asking whether it is there (seen with valgrind
 * in tests/fuzz/fuzz_symbols): no number of a program that was cut goes on behind a zero. */
#define MARGIN_BYTES 64

struct image {
	Elf64_Ehdr header;
	Elf64_Shdr sections[3]; /* none, the information, the names */
	char names[32];
	unsigned char section[];
};

struct cfi {
	Elf *elf;
	Dwarf_CFI *information;
	struct image image;
};

static void describe(struct image *image, size_t size, uint64_t address)
{
	static const char names[] = "\0.eh_frame\0.shstrtab";

	memcpy(image->header.e_ident, ELFMAG, SELFMAG);
	image->header.e_ident[EI_CLASS] = ELFCLASS64;
	image->header.e_ident[EI_DATA] = ELFDATA2LSB;
	image->header.e_ident[EI_VERSION] = EV_CURRENT;
	image->header.e_type = ET_DYN;
	image->header.e_machine = EM_X86_64;
	image->header.e_version = EV_CURRENT;
	image->header.e_ehsize = sizeof(image->header);
	image->header.e_shoff = offsetof(struct image, sections);
	image->header.e_shentsize = sizeof(*image->sections);
	image->header.e_shnum = 3;
	image->header.e_shstrndx = 2;
	image->sections[1] = (Elf64_Shdr){.sh_name = 1, .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC, .sh_addr = address,
					  .sh_offset = offsetof(struct image, section), .sh_size = size, .sh_addralign = 8};
	image->sections[2] = (Elf64_Shdr){.sh_name = 11, .sh_type = SHT_STRTAB, .sh_offset = offsetof(struct image, names),
					  .sh_size = sizeof(names), .sh_addralign = 1};
	memcpy(image->names, names, sizeof(names));
}

struct cfi *cfi_open(const void *section, size_t size, uint64_t address)
{
	struct cfi *cfi;

	if (!size || size > SECTION_BYTES || elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	cfi = calloc(1, sizeof(*cfi) + size + MARGIN_BYTES);
	if (!cfi)
		return NULL;
	describe(&cfi->image, size, address);
	memcpy(cfi->image.section, section, size);
	cfi->elf = elf_memory((char *)&cfi->image, sizeof(cfi->image) + size);
	cfi->information = cfi->elf ? dwarf_getcfi_elf(cfi->elf) : NULL;
	if (cfi->information)
		return cfi;
	cfi_close(cfi);
	return NULL;
}

void cfi_close(struct cfi *cfi)
{
	if (!cfi)
		return;
	if (cfi->information)
		dwarf_cfi_end(cfi->information);
	if (cfi->elf)
		elf_end(cfi->elf);
	free(cfi);
}

static bool callee_saved(int number)
{
	return number == CFI_BX || number == CFI_BP || (number >= CFI_R12 && number <= CFI_R15);
}

static void keep(struct cfi_registers *caller, const struct cfi_registers *registers, int number, unsigned int from)
{
	if (from >= CFI_REGISTERS || !(registers->known & 1u << from))
		return;
	caller->value[number] = registers->value[from];
	caller->known |= 1u << number;
}

/* A rule is an expression: the value's address, or, with DW_OP_stack_value at its end, the value; or another register. */
static int apply_expression(struct cfi_registers *caller, const struct cfi_registers *registers, int number,
			    const Dwarf_Op *rule, size_t count, const struct cfi_step *step, uint64_t cfa)
{
	bool is_value = rule[count - 1].atom == DW_OP_stack_value;
	uint64_t value;
	int error;

	if (count == 1 && rule->atom == DW_OP_regx) {
		keep(caller, registers, number, (unsigned int)rule->number);
		return 0;
	}
	if (count == 1 && rule->atom >= DW_OP_reg0 && rule->atom <= DW_OP_reg31) {
		keep(caller, registers, number, rule->atom - DW_OP_reg0);
		return 0;
	}
	error = cfi_expression(rule, count - is_value, registers, step, &cfa, &value);
	if (!error && !is_value)
		error = step->memory(step->context, value, &value);
	if (error)
		return error;
	caller->value[number] = value;
	caller->known |= 1u << number;
	return 0;
}

/* One that cannot be had is not known, which matters only if it is asked for. Returns whether it is known to be lost. */
static bool apply_rule(struct cfi_registers *caller, const struct cfi_registers *registers, int number, Dwarf_Frame *frame,
		       const struct cfi_step *step, uint64_t cfa)
{
	Dwarf_Op room[3], *rule;
	size_t count;

	if (dwarf_frame_register(frame, number, room, &rule, &count))
		return false;
	if (count) {
		apply_expression(caller, registers, number, rule, count, step, cfa);
		return false;
	}
	if (rule) /* undefined */
		return true;
	/* The same value, or nothing was said: only those that a call preserves have it still. */
	if (callee_saved(number))
		keep(caller, registers, number, (unsigned int)number);
	return false;
}

static int apply(Dwarf_Frame *frame, struct cfi_registers *registers, struct cfi_step *step)
{
	struct cfi_registers caller = {0};
	Dwarf_Op *program;
	uint64_t cfa;
	size_t count;
	int error;

	if (dwarf_frame_info(frame, NULL, NULL, &step->signal) != CFI_IP)
		return -ENOENT;
	if (dwarf_frame_cfa(frame, &program, &count) || !count)
		return -EBADMSG;
	error = cfi_expression(program, count, registers, step, NULL, &cfa);
	step->outermost = apply_rule(&caller, registers, CFI_IP, frame, step, cfa);
	if (step->outermost)
		return 0;
	if (error)
		return error;
	for (int number = 0; number < CFI_IP; number++)
		apply_rule(&caller, registers, number, frame, step, cfa);
	if (!(caller.known & 1u << CFI_IP) || !(caller.known & 1u << CFI_SP))
		return -ENODATA;
	*registers = caller;
	return 0;
}

int cfi_unwind(struct cfi *cfi, uint64_t pc, struct cfi_registers *registers, struct cfi_step *step)
{
	Dwarf_Frame *frame;
	int error;

	if (dwarf_cfi_addrframe(cfi->information, pc, &frame))
		return -ENOENT;
	error = apply(frame, registers, step);
	free(frame);
	return error;
}
