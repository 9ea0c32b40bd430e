// SPDX-License-Identifier: GPL-2.0-only
/* What is in a process's memory and in no file (the vDSO; files that may not be opened) becomes an ELF file of one section. */
#include "userspace/enrich/symbols/cfi.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct image {
	Elf64_Ehdr header;
	Elf64_Shdr sections[3]; /* none, the information, the names */
	char names[32];
};

static void describe(struct image *image, size_t size, uint64_t address)
{
	static const char names[] = "\0.eh_frame\0.shstrtab";

	*image = (struct image){
		.header = {.e_type = ET_DYN, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			   .e_ehsize = sizeof(image->header), .e_shoff = offsetof(struct image, sections),
			   .e_shentsize = sizeof(*image->sections), .e_shnum = 3, .e_shstrndx = 2},
		.sections = {[1] = {.sh_name = 1, .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC, .sh_addr = address,
				    .sh_offset = sizeof(*image), .sh_size = size, .sh_addralign = 8},
			     [2] = {.sh_name = 11, .sh_type = SHT_STRTAB, .sh_offset = offsetof(struct image, names),
				    .sh_size = sizeof(names), .sh_addralign = 1}},
	};
	memcpy(image->header.e_ident, ELFMAG, SELFMAG);
	image->header.e_ident[EI_CLASS] = ELFCLASS64;
	image->header.e_ident[EI_DATA] = ELFDATA2LSB;
	image->header.e_ident[EI_VERSION] = EV_CURRENT;
	memcpy(image->names, names, sizeof(names));
}

int cfi_file(const void *section, size_t size, uint64_t address)
{
	int fd = memfd_create("thrace-frames", MFD_CLOEXEC);
	struct image image;

	if (fd < 0)
		return -errno;
	describe(&image, size, address);
	if (write(fd, &image, sizeof(image)) == sizeof(image) && write(fd, section, size) == (ssize_t)size)
		return fd;
	close(fd);
	return -EIO;
}
