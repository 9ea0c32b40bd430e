// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/functions.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NESTED_MAX 16 /* so many functions are looked back over for one that holds the address */

static bool is_function(const Elf64_Sym *symbol)
{
	unsigned int type = ELF64_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF && symbol->st_value;
}

static size_t underscores(const char *name)
{
	return strspn(name, "_");
}

/* Several names for one function: the one for people comes first. */
static int compare_names(const char *one, const char *other)
{
	size_t a = underscores(one), b = underscores(other);

	if (a != b)
		return a < b ? -1 : 1;
	a = strlen(one);
	b = strlen(other);
	return a != b ? (a > b) - (a < b) : strcmp(one, other);
}

/* The version of "name@@VERSION" is the linker's concern. */
static void cut_version(char *name)
{
	char *at = strchr(name, '@');

	if (at && at > name)
		*at = '\0';
}

static int compare(const void *one, const void *other, void *names)
{
	const struct function *a = one, *b = other;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (!a->size != !b->size)
		return a->size ? -1 : 1;
	return compare_names((char *)names + a->name, (char *)names + b->name);
}

static void take_symbols(struct functions *functions, const Elf64_Sym *symbols, size_t count, size_t names_bytes)
{
	for (size_t i = 0; i < count; i++) {
		const Elf64_Sym *symbol = &symbols[i];

		if (!is_function(symbol) || symbol->st_name >= names_bytes || !functions->names[symbol->st_name])
			continue;
		cut_version(functions->names + symbol->st_name);
		functions->list[functions->count++] = (struct function){
			.address = symbol->st_value,
			.size = symbol->st_size > UINT32_MAX ? UINT32_MAX : (uint32_t)symbol->st_size,
			.name = symbol->st_name,
		};
	}
}

/* Sorts, and keeps one name of each function. */
static void settle(struct functions *functions)
{
	size_t kept = 0;

	qsort_r(functions->list, functions->count, sizeof(*functions->list), compare, functions->names);
	for (size_t i = 0; i < functions->count; i++)
		if (!kept || functions->list[kept - 1].address != functions->list[i].address)
			functions->list[kept++] = functions->list[i];
	functions->count = kept;
}

static int read_table(struct functions *functions, const struct elf_image *image, const char *name, uint32_t type)
{
	const Elf64_Shdr *table = elf_image_section(image, name, type), *names;
	Elf64_Sym *symbols;

	if (!table || table->sh_flags & SHF_COMPRESSED || table->sh_link >= image->sections_count)
		return -ENOENT;
	names = &image->sections[table->sh_link];
	symbols = elf_image_load(image, table->sh_offset, table->sh_size);
	functions->names = elf_image_load(image, names->sh_offset, names->sh_size);
	/* Only a size that was read can be believed. */
	if (symbols && functions->names)
		functions->list = malloc(table->sh_size / sizeof(*symbols) * sizeof(*functions->list) + 1);
	if (functions->list) {
		take_symbols(functions, symbols, table->sh_size / sizeof(*symbols), names->sh_size);
		settle(functions);
	}
	free(symbols);
	if (functions->count)
		return 0;
	functions_free(functions);
	return -ENOENT;
}

int functions_read(struct functions *functions, const struct elf_image *image)
{
	*functions = (struct functions){0};
	if (!read_table(functions, image, ".symtab", SHT_SYMTAB))
		return 0;
	return read_table(functions, image, ".dynsym", SHT_DYNSYM);
}

void functions_free(struct functions *functions)
{
	free(functions->list);
	free(functions->names);
	*functions = (struct functions){0};
}

static bool holds(const struct function *function, uint64_t address)
{
	return address - function->address < function->size;
}

const struct function *functions_find(const struct functions *functions, uint64_t address)
{
	size_t low = 0, high = functions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (functions->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	/* One without a size reaches to the next; one with a size that ends before the address leaves the rest to
	 * functions that were stripped. */
	if (!functions->list[low - 1].size)
		return &functions->list[low - 1];
	for (size_t i = low; i > 0 && low - i < NESTED_MAX; i--)
		if (holds(&functions->list[i - 1], address))
			return &functions->list[i - 1];
	return NULL;
}
