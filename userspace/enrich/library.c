/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/enrich/library.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <thrace/registry.h>
#include "userspace/enrich/symbols/module.h"
#include "userspace/util/far_file.h"
#include "userspace/util/shortage.h"

#define SYMBOL "thr_registry"
#define FILE_NAME "libthrace"

/* The symbol's address in one table of the file. Returns 0, -ENOENT, or why the table cannot be read. */
static int find_in_table(const struct elf_image *image, const char *table, const char *table_names, uint32_t type,
			 uint64_t *found)
{
	const Elf64_Shdr *section = elf_image_section(image, table, type);
	const Elf64_Shdr *strings = elf_image_section(image, table_names, SHT_STRTAB);
	Elf64_Sym *symbols = NULL;
	int error = -ENOENT;
	size_t count;
	char *names;

	if (!section || !strings)
		return -ENOENT;
	names = elf_image_load(image, strings->sh_offset, strings->sh_size);
	if (names)
		symbols = elf_image_load(image, section->sh_offset, section->sh_size);
	if (!symbols)
		error = -errno;
	count = symbols ? section->sh_size / sizeof(*symbols) : 0;
	for (size_t i = 0; i < count && error; i++) {
		const Elf64_Sym *symbol = &symbols[i];

		if (ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT || symbol->st_shndx == SHN_UNDEF ||
		    symbol->st_size < sizeof(struct thr_registry) || symbol->st_name >= strings->sh_size)
			continue;
		if (strcmp(names + symbol->st_name, SYMBOL))
			continue;
		*found = symbol->st_value;
		error = 0;
	}
	free(names);
	free(symbols);
	return error;
}

static int find_symbol(const struct elf_image *image, uint64_t *found)
{
	int error = find_in_table(image, ".dynsym", ".dynstr", SHT_DYNSYM, found);

	/* A program is stripped of its own table as a rule; one with the library inside has its probes' notes. */
	if (error == -ENOENT && elf_image_section(image, ".note.stapsdt", SHT_NOTE))
		error = find_in_table(image, ".symtab", ".strtab", SHT_SYMTAB, found);
	return error;
}

static int find_in_module(int folder, uint32_t pid, const struct mappings *mappings, const struct mapping *mapping,
			  uint64_t *registry)
{
	struct module *module = module_open(NULL, folder, pid, mappings, mapping);
	uint64_t symbol, own;
	int error;

	if (!module)
		return -ENOMEM;
	error = module->error;
	if (!error)
		error = find_symbol(&module->image, &symbol);
	if (!error && elf_image_address(&module->image, mapping->offset, &own))
		error = -ENOENT;
	if (!error)
		*registry = mapping->start + symbol - own;
	module_free(module);
	return error;
}

static bool is_program(const struct mapping *mapping, const struct far_file *program)
{
	return program->inode && mapping->inode == program->inode;
}

static bool is_library(const struct mapping *mapping)
{
	const char *name = strrchr(mapping->path, '/');

	return name && !strncmp(name + 1, FILE_NAME, strlen(FILE_NAME));
}

int library_find(uint32_t pid, uint64_t *registry)
{
	struct mappings mappings = {0};
	struct far_file program = {0};
	int folder = target_folder(pid), error, looked;

	if (folder < 0)
		return folder;
	error = mappings_read(&mappings, folder);
	looked = error ? 0 : far_file_look(folder, "exe", &program, NULL);
	if (is_shortage(looked))
		error = looked;
	if (!error)
		error = -ENOENT;
	/* The mapping of a file's beginning stands for the file. One that cannot be read is not the last. */
	for (size_t i = 0; error && !is_shortage(error) && i < mappings.count; i++) {
		const struct mapping *mapping = &mappings.list[i];

		if (!mapping->offset && mapping->inode && (is_library(mapping) || is_program(mapping, &program)))
			error = find_in_module(folder, pid, &mappings, mapping, registry);
	}
	mappings_free(&mappings);
	close(folder);
	return error;
}
