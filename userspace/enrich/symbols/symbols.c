// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/symbols.h"
#include "userspace/enrich/symbols/symbols_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/util/clock.h"

#define REREAD_NS 100000000ull
#define IDLE_NS	  1000000000ull

/* Modules read from the memory of the process before say nothing of another. Their texts stay. */
static void retire_modules(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->modules_count; i++)
		if (symbols->modules[i]->image.fd < 0)
			module_retire(symbols->modules[i]);
}

int symbols_turn(struct symbols *symbols, uint32_t pid)
{
	retire_modules(symbols);
	space_close(&symbols->own);
	symbols->space = &symbols->own;
	return space_open(&symbols->own, pid);
}

void symbols_look(struct symbols *symbols, struct space *space)
{
	if (!space)
		space = &symbols->own;
	if (space == symbols->space)
		return;
	retire_modules(symbols);
	symbols->space = space;
}

size_t symbols_modules(const struct symbols *symbols)
{
	return symbols->modules_count;
}

struct symbols *symbols_new(void)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	symbols->own = (struct space)SPACE_NONE;
	symbols->space = &symbols->own;
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
	space_close(&symbols->own);
	free(symbols);
}

const struct mapping *symbols_mapping(struct symbols *symbols, uint64_t address)
{
	struct space *space = symbols->space;
	const struct mapping *mapping = mappings_find(&space->mappings, address);

	if (mapping || space->still || clock_now_ns() - space->read_ns < REREAD_NS || space_refresh(space))
		return mapping;
	return mappings_find(&space->mappings, address);
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
		module_open(&symbols->pool, symbols->space->folder, symbols->space->pid, &symbols->space->mappings, mapping);
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

void symbols_rest(struct symbols *symbols)
{
	confined_rest_idle(&symbols->pool, IDLE_NS);
}

int symbols_line_within(struct symbols *symbols, uint64_t address, int wait_ms, struct symbol *symbol)
{
	const struct mapping *mapping = symbols_mapping(symbols, address);
	struct module *module = mapping ? symbols_module(symbols, mapping) : NULL;
	uint64_t own;

	if (!module || module_address(module, mapping, address, &own))
		return -ENOENT;
	return module_line(module, own, wait_ms, &symbol->file, &symbol->line);
}

void symbols_line(struct symbols *symbols, uint64_t address, struct symbol *symbol)
{
	symbols_line_within(symbols, address, LINES_ANSWER_MS, symbol);
}
