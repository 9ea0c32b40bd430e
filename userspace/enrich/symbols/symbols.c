// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/symbols.h"
#include "userspace/enrich/symbols/symbols_private.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REREAD_NS 100000000ull

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* 32-bit programs have another unwinding and other system calls. One whose file cannot be read is taken for good. */
static bool is_32_bit(int folder)
{
	char head[EI_NIDENT + 1];

	return target_file(folder, "exe", head, sizeof(head)) == EI_NIDENT && !memcmp(head, ELFMAG, SELFMAG) &&
	       head[EI_CLASS] == ELFCLASS32;
}

/* Modules read from the memory of the process before say nothing of another. Their texts stay. */
static void retire_modules(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->modules_count; i++)
		if (symbols->modules[i]->image.fd < 0)
			symbols->modules[i]->retired = true;
}

int symbols_turn(struct symbols *symbols, uint32_t pid)
{
	int error;

	retire_modules(symbols);
	mappings_free(&symbols->mappings);
	if (symbols->folder >= 0)
		close(symbols->folder);
	symbols->pid = pid;
	symbols->folder = target_folder(pid);
	if (symbols->folder < 0)
		return symbols->folder;
	if (is_32_bit(symbols->folder))
		return -ENOEXEC;
	symbols->read_ns = now_ns();
	error = mappings_read(&symbols->mappings, symbols->folder);
	return error == -EPERM ? -EACCES : error;
}

struct symbols *symbols_new(void)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (symbols)
		symbols->folder = -1;
	return symbols;
}

struct symbols *symbols_open(uint32_t pid)
{
	struct symbols *symbols = symbols_new();
	int error = symbols ? symbols_turn(symbols, pid) : -ENOMEM;

	if (!error)
		return symbols;
	symbols_close(symbols);
	errno = -error;
	return NULL;
}

void symbols_close(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->modules_count; i++)
		module_free(symbols->modules[i]);
	free(symbols->modules);
	mappings_free(&symbols->mappings);
	if (symbols->folder >= 0)
		close(symbols->folder);
	free(symbols);
}

const struct mapping *symbols_mapping(struct symbols *symbols, uint64_t address)
{
	const struct mapping *mapping = mappings_find(&symbols->mappings, address);

	if (mapping || now_ns() - symbols->read_ns < REREAD_NS)
		return mapping;
	symbols->read_ns = now_ns();
	if (mappings_read(&symbols->mappings, symbols->folder))
		return NULL;
	return mappings_find(&symbols->mappings, address);
}

static struct module *add_module(struct symbols *symbols, const struct mapping *mapping)
{
	struct module **modules = symbols->modules;

	if (symbols->modules_count == MODULES_MAX)
		return NULL;
	modules = realloc(modules, (symbols->modules_count + 1) * sizeof(struct module *));
	if (!modules)
		return NULL;
	symbols->modules = modules;
	modules[symbols->modules_count] =
		module_open(symbols->folder, symbols->pid, &symbols->mappings, mapping);
	return modules[symbols->modules_count] ? modules[symbols->modules_count++] : NULL;
}

struct module *symbols_module(struct symbols *symbols, const struct mapping *mapping)
{
	if (!mapping->inode && strcmp(mapping->path, "[vdso]"))
		return NULL; /* memory of its own: JIT code, a stack, a heap */
	for (size_t i = 0; i < symbols->modules_count; i++)
		if (module_is(symbols->modules[i], mapping))
			return symbols->modules[i];
	return add_module(symbols, mapping);
}

void symbols_find(struct symbols *symbols, uint64_t address, struct symbol *symbol)
{
	const struct mapping *mapping = symbols_mapping(symbols, address);
	struct module *module = mapping ? symbols_module(symbols, mapping) : NULL;
	uint64_t own;

	*symbol = (struct symbol){.module_offset = address};
	if (!module)
		return;
	symbol->module = module->path;
	symbol->module_offset = address - mapping->start + mapping->offset;
	if (!module_address(module, mapping, address, &own))
		symbol->function = module_function(module, own, &symbol->offset);
}

void symbols_line(struct symbols *symbols, uint64_t address, struct symbol *symbol)
{
	const struct mapping *mapping = symbols_mapping(symbols, address);
	struct module *module = mapping ? symbols_module(symbols, mapping) : NULL;
	uint64_t own;
	bool first;

	if (!module || module_address(module, mapping, address, &own) ||
	    (!module->lines_tried && symbols->lines_count == LINES_MAX))
		return;
	first = !module->lines_tried;
	module_line(module, own, &symbol->file, &symbol->line);
	symbols->lines_count += first && module->lines;
}
