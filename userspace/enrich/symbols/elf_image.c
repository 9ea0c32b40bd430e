// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/elf_image.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOTE_BYTES 65536

int elf_image_pread(const struct elf_image *image, uint64_t offset, void *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t part = pread(image->fd, (char *)bytes + done, size - done, (off_t)(offset + done));

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0) /* the file became shorter meanwhile */
			return part ? -errno : -EIO;
		done += part;
	}
	return 0;
}

static bool inside(const struct elf_image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->size && size <= image->size - offset;
}

void *elf_image_load(const struct elf_image *image, uint64_t offset, uint64_t size)
{
	char *bytes;
	int error;

	errno = ENOEXEC;
	if (!size || size > ELF_PART_BYTES || !inside(image, offset, size))
		return NULL;
	bytes = malloc(size + 1);
	if (!bytes)
		return NULL;
	error = image->read(image, offset, bytes, size);
	if (error) {
		free(bytes);
		errno = -error;
		return NULL;
	}
	bytes[size] = '\0';
	return bytes;
}

static int read_segments(struct elf_image *image)
{
	const Elf64_Ehdr *header = &image->header;
	uint64_t size = (uint64_t)header->e_phnum * sizeof(Elf64_Phdr);

	if (!header->e_phnum || header->e_phnum > ELF_SEGMENTS || header->e_phentsize != sizeof(Elf64_Phdr))
		return -ENOEXEC;
	image->segments = elf_image_load(image, header->e_phoff, size);
	if (!image->segments)
		return -errno;
	image->segments_count = header->e_phnum;
	return 0;
}

/* Files do without them, and what needs one looks whether it is there; but one that is there and not to be had is told. */
static int read_sections(struct elf_image *image)
{
	const Elf64_Ehdr *header = &image->header;
	uint64_t size = (uint64_t)header->e_shnum * sizeof(Elf64_Shdr);
	const Elf64_Shdr *names;

	if (!header->e_shnum || header->e_shnum > ELF_SECTIONS || header->e_shentsize != sizeof(Elf64_Shdr) ||
	    header->e_shstrndx >= header->e_shnum)
		return 0;
	image->sections = elf_image_load(image, header->e_shoff, size);
	if (!image->sections)
		return errno == ENOEXEC ? 0 : -errno;
	names = &image->sections[header->e_shstrndx];
	image->names = elf_image_load(image, names->sh_offset, names->sh_size);
	if (!image->names)
		return errno == ENOEXEC ? 0 : -errno;
	image->names_bytes = names->sh_size;
	image->sections_count = header->e_shnum;
	return 0;
}

/* The notes of one segment: a row of (name size, description size, type, name, description), each padded to 4. */
static void read_build_id(struct elf_image *image, const Elf64_Phdr *segment)
{
	uint64_t size = segment->p_filesz < NOTE_BYTES ? segment->p_filesz : NOTE_BYTES;
	char *notes = elf_image_load(image, segment->p_offset, size);
	Elf64_Nhdr note;

	for (uint64_t at = 0; notes && at + sizeof(note) <= size;) {
		uint64_t name, description;

		memcpy(&note, notes + at, sizeof(note));
		name = at + sizeof(note);
		description = name + (((uint64_t)note.n_namesz + 3) & ~3ull);
		at = description + (((uint64_t)note.n_descsz + 3) & ~3ull);
		if (description + note.n_descsz > size)
			break;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || memcmp(notes + name, "GNU", 4) ||
		    note.n_descsz > ELF_BUILD_ID)
			continue;
		memcpy(image->build_id, notes + description, note.n_descsz);
		image->build_id_bytes = note.n_descsz;
		break;
	}
	free(notes);
}

int elf_image_open(struct elf_image *image)
{
	const Elf64_Ehdr *header = &image->header;
	int error;

	if (!inside(image, 0, sizeof(*header)))
		return -ENOEXEC;
	error = image->read(image, 0, &image->header, sizeof(image->header));
	if (error)
		return error;
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_X86_64)
		return -ENOEXEC;
	error = read_segments(image);
	if (!error)
		error = read_sections(image);
	if (error)
		return error;
	for (size_t i = 0; i < image->segments_count && !image->build_id_bytes; i++)
		if (image->segments[i].p_type == PT_NOTE)
			read_build_id(image, &image->segments[i]);
	return 0;
}

void elf_image_free(struct elf_image *image)
{
	free(image->segments);
	free(image->sections);
	free(image->names);
	image->segments = NULL;
	image->sections = NULL;
	image->names = NULL;
	image->segments_count = image->sections_count = 0;
}

const Elf64_Shdr *elf_image_section(const struct elf_image *image, const char *name, uint32_t type)
{
	for (size_t i = 0; i < image->sections_count; i++) {
		const Elf64_Shdr *section = &image->sections[i];

		/* The names end in a NUL of ours, whatever the file says. */
		if (section->sh_name < image->names_bytes && !strcmp(image->names + section->sh_name, name) &&
		    (!type || section->sh_type == type))
			return section;
	}
	return NULL;
}

int elf_image_address(const struct elf_image *image, uint64_t offset, uint64_t *address)
{
	for (size_t i = 0; i < image->segments_count; i++) {
		const Elf64_Phdr *segment = &image->segments[i];

		if (segment->p_type != PT_LOAD || offset < segment->p_offset ||
		    offset - segment->p_offset >= segment->p_filesz)
			continue;
		*address = offset - segment->p_offset + segment->p_vaddr;
		return 0;
	}
	return -EINVAL;
}

int elf_image_offset(const struct elf_image *image, uint64_t address, uint64_t *offset, uint64_t *left)
{
	for (size_t i = 0; i < image->segments_count; i++) {
		const Elf64_Phdr *segment = &image->segments[i];

		if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
		    address - segment->p_vaddr >= segment->p_filesz)
			continue;
		*offset = address - segment->p_vaddr + segment->p_offset;
		*left = segment->p_filesz - (address - segment->p_vaddr);
		return 0;
	}
	return -EINVAL;
}
