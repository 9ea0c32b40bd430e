// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/own.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGES_MAX 32768 /* of one stack, looked at one by one: 128 MB */
#define PAGE_HERE 0xc000000000000000ull /* proc_pid_pagemap(5): in memory, or in swap */

int own_open(struct own *own, uint32_t pid)
{
	*own = (struct own){.pid = pid, .pages = -1};
	own->folder = target_folder(pid);
	if (own->folder < 0)
		return own->folder;
	own->pages = openat(own->folder, "pagemap", O_RDONLY | O_CLOEXEC);
	/* Without mappings the rest can still be told. */
	mappings_read(&own->mappings, own->folder);
	return 0;
}

void own_close(struct own *own)
{
	if (own->pages >= 0)
		close(own->pages);
	if (own->folder >= 0)
		close(own->folder);
	mappings_free(&own->mappings);
}

int own_registers(const struct own *own, uint32_t tid, uint64_t ts_ns, struct ev_task_registers *registers)
{
	*registers = (struct ev_task_registers){
		.head = {.ts_ns = ts_ns, .size = sizeof(*registers), .kind = REC_task_registers},
		.tid = tid,
		.pid = own->pid,
	};
	return target_place(own->folder, tid, &registers->ip, &registers->sp);
}

/* --- the stack ---------------------------------------------------------------------------------------------- */

static int count_pages(const struct own *own, uint64_t low, uint64_t high, uint64_t *bytes)
{
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE), page = low / size, end = high / size;
	uint64_t entries[512];

	if (own->pages < 0 || end - page > PAGES_MAX)
		return -EPERM;
	*bytes = 0;
	while (page < end) {
		size_t wanted = end - page < 512 ? end - page : 512;
		ssize_t length = pread(own->pages, entries, wanted * sizeof(*entries), (off_t)(page * sizeof(*entries)));

		if (length < (ssize_t)sizeof(*entries))
			return -EIO;
		for (size_t i = 0; i < (size_t)length / sizeof(*entries); i++)
			*bytes += entries[i] & PAGE_HERE ? size : 0;
		page += (size_t)length / sizeof(*entries);
	}
	return 0;
}

/*
 * The mapping that the stack pointer points into. Neighbours of the same kind become one mapping with it, so its upper
 * end may be too far up: thread libraries keep what the TLS base points to on top of the stack, which says better.
 */
static void find_stack(const struct own *own, const struct ev_task_registers *registers, struct ev_task_own *record)
{
	const struct mapping *mapping = mappings_find(&own->mappings, registers->sp);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), above;

	/* A piece of the heap may serve as a stack (clone by hand): where it begins and ends, only its program knows. */
	if (!mapping || !(mapping->flags & MAPPING_WRITE) || !strcmp(mapping->path, "[heap]"))
		return;
	record->head.flags |= OWN_F_STACK;
	record->stack_low = mapping->start;
	record->stack_high = mapping->end;
	if (!strcmp(mapping->path, "[stack]"))
		record->head.flags |= OWN_F_MAIN_STACK;
	above = (registers->fs_base + page) & ~(page - 1);
	if (registers->head.flags & REGISTERS_F_BASES && registers->fs_base > registers->sp && above <= mapping->end)
		record->stack_high = above;
	if (mapping > own->mappings.list && mapping[-1].end == mapping->start &&
	    !(mapping[-1].flags & (MAPPING_READ | MAPPING_WRITE | MAPPING_EXECUTE))) {
		record->head.flags |= OWN_F_GUARD;
		record->guard_bytes = mapping[-1].end - mapping[-1].start;
	}
	if (!count_pages(own, record->stack_low, record->stack_high, &record->stack_touched_bytes))
		record->head.flags |= OWN_F_TOUCHED;
}

/* --- signals, CPUs, scheduling ------------------------------------------------------------------------------- */

/* The value of a line of status, or NULL. Name: comes first and is escaped by the kernel. */
static const char *status_value(const char *text, const char *name)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, strlen(name)))
			return line + strlen(name) + strspn(line + strlen(name), "\t ");
	}
	return NULL;
}

static void parse_status(const char *text, struct ev_task_own *record)
{
	const char *blocked = status_value(text, "SigBlk:"), *pending = status_value(text, "SigPnd:");
	const char *cpus = status_value(text, "Cpus_allowed_list:");

	if (blocked && pending) {
		record->signals_blocked = strtoull(blocked, NULL, 16);
		record->signals_pending = strtoull(pending, NULL, 16);
		record->head.flags |= OWN_F_SIGNALS;
	}
	if (cpus) {
		size_t length = strcspn(cpus, "\n");

		memcpy(record->cpus, cpus, length < sizeof(record->cpus) ? length : sizeof(record->cpus));
	}
}

/* proc_pid_stat(5): nice is number 19, the real-time priority 40, the policy 41. The name may hold anything but ends at
 * the last parenthesis. */
static void parse_stat(char *text, struct ev_task_own *record)
{
	char *rest = strrchr(text, ')'), *field;

	rest = rest && rest[1] ? rest + 2 : NULL;
	for (int number = 3; (field = strsep(&rest, " ")); number++) {
		if (number == 19)
			record->nice = (int32_t)strtol(field, NULL, 10);
		else if (number == 40)
			record->rt_priority = (uint32_t)strtoul(field, NULL, 10);
		else if (number == 41) {
			record->policy = (uint32_t)strtoul(field, NULL, 10);
			record->head.flags |= OWN_F_SCHEDULING;
			return;
		}
	}
}

int own_read(const struct own *own, uint32_t tid, uint64_t ts_ns, const struct ev_task_registers *registers,
	     struct ev_task_own *record)
{
	char path[48], text[STATUS_BYTES];

	*record = (struct ev_task_own){
		.head = {.ts_ns = ts_ns, .size = sizeof(*record), .kind = REC_task_own},
		.tid = tid,
		.pid = own->pid,
	};
	snprintf(path, sizeof(path), "task/%u/stat", tid);
	if (target_file(own->folder, path, text, sizeof(text)) <= 0)
		return -ESRCH;
	parse_stat(text, record);
	snprintf(path, sizeof(path), "task/%u/status", tid);
	if (target_file(own->folder, path, text, sizeof(text)) > 0)
		parse_status(text, record);
	if (registers)
		find_stack(own, registers, record);
	return 0;
}
