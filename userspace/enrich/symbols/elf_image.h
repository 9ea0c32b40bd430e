/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An ELF file as a stranger wrote it: headers, segments and sections, each read by offset and bounded. Knows nothing of
 * where the bytes come from, and believes none of them.
 */
#ifndef THRACE_ENRICH_ELF_IMAGE_H
#define THRACE_ENRICH_ELF_IMAGE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS 128
#define ELF_SECTIONS 8192
#define ELF_PART_BYTES (128u << 20) /* of any one section that is read */
#define ELF_BUILD_ID 32

struct elf_image {
	/* Copies exactly size bytes from offset. Returns 0 or -errno. */
	int (*read)(const struct elf_image *image, uint64_t offset, void *bytes, size_t size);
	int fd; /* for read(), where it reads a file */
	const void *context; /* for read(), where it does not */
	uint64_t size; /* no byte is read beyond */

	Elf64_Ehdr header;
	Elf64_Phdr *segments;
	size_t segments_count;
	Elf64_Shdr *sections; /* NULL: stripped of them, or they make no sense */
	size_t sections_count;
	char *names; /* of the sections */
	size_t names_bytes;
	uint8_t build_id[ELF_BUILD_ID];
	size_t build_id_bytes; /* 0: none */
};

/* Reads the headers through image->read, which the caller has set. Returns 0; -ENOEXEC: no 64-bit x86 ELF; or -errno.
 * elf_image_free() follows in every case; the descriptor is the caller's. */
int elf_image_open(struct elf_image *image);
void elf_image_free(struct elf_image *image);

/* image->read for a file at image->fd. */
int elf_image_pread(const struct elf_image *image, uint64_t offset, void *bytes, size_t size);

/* NULL: there is none of that name. type 0: of any. */
const Elf64_Shdr *elf_image_section(const struct elf_image *image, const char *name, uint32_t type);

/* A part of the file, in memory that the caller frees, with a NUL behind it. NULL: errno tells, ENOEXEC for a part that
 * is out of bounds. */
void *elf_image_load(const struct elf_image *image, uint64_t offset, uint64_t size);

/* From an offset in the file to the address that the file means it for, and back. Returns 0 or -EINVAL. */
int elf_image_address(const struct elf_image *image, uint64_t offset, uint64_t *address);
int elf_image_offset(const struct elf_image *image, uint64_t address, uint64_t *offset, uint64_t *left);

#endif
