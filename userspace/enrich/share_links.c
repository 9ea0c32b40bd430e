// SPDX-License-Identifier: GPL-2.0-only
/* What two processes have in common piece by piece: open file descriptions, shared memory, pages. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/enrich/kcmp.h"
#include "userspace/enrich/share.h"
#include "userspace/enrich/target.h"
#include "userspace/util/far_file.h"

#define PIECES_MAX 262144 /* of all processes together */

/* One open file or one shared mapping of a holder. */
struct piece {
	uint64_t device, inode;
	uint32_t holder; /* the table that it is in: the id of its files or address space */
	uint32_t pid, tid, fd;
	bool writable;
	uint64_t bytes;
	char *name;
};

struct pieces {
	struct piece *list;
	size_t count, room;
};

static int add(struct pieces *pieces, const struct piece *piece)
{
	if (pieces->count == PIECES_MAX)
		return -E2BIG;
	if (pieces->count == pieces->room) {
		size_t room = pieces->room ? 2 * pieces->room : 64;
		struct piece *list = realloc(pieces->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		pieces->list = list;
		pieces->room = room;
	}
	pieces->list[pieces->count++] = *piece;
	return 0;
}

static void pieces_free(struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++)
		free(pieces->list[i].name);
	free(pieces->list);
}

static int compare(const void *one, const void *other)
{
	const struct piece *a = one, *b = other;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	if (a->holder != b->holder)
		return a->holder < b->holder ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

static bool same_file(const struct piece *a, const struct piece *b)
{
	return a->device == b->device && a->inode == b->inode;
}

static int tell(const struct piece *one, const struct piece *other, enum share_link_kind kind, uint64_t ts_ns,
		share_take *take, void *to)
{
	struct ev_share_link record = {
		.head = {.ts_ns = ts_ns, .size = sizeof(record), .kind = REC_share_link},
		.pid = one->pid,
		.other_pid = other->pid,
		.kind = kind,
		.fd = one->fd,
		.other_fd = other->fd,
		.bytes = one->bytes,
	};

	if (one->name)
		memcpy(record.name, one->name, strnlen(one->name, sizeof(record.name)));
	return take(to, &record, sizeof(record));
}

/* Has an earlier task the same table? */
static bool seen_before(const struct share_task *tasks, size_t at, enum share_resource resource)
{
	if (tasks[at].id[resource] == SHARE_UNKNOWN || tasks[at].id[resource] == SHARE_NONE)
		return true;
	for (size_t i = 0; i < at; i++)
		if (tasks[i].id[resource] == tasks[at].id[resource])
			return true;
	return false;
}

/* --- open files --------------------------------------------------------------------------------------------- */

static int gather_fd(struct pieces *pieces, int directory, const char *number, const struct share_task *task)
{
	struct piece piece = {.holder = task->id[SHARE_files], .pid = task->pid, .tid = task->tid};
	char name[256];
	struct far_file file;
	ssize_t length;
	int error;

	if (far_file_look(directory, number, &file, NULL))
		return 0; /* closed since */
	piece.device = file.device;
	piece.inode = file.inode;
	piece.fd = (uint32_t)strtoul(number, NULL, 10);
	length = readlinkat(directory, number, name, sizeof(name) - 1);
	piece.name = length > 0 ? strndup(name, (size_t)length) : NULL;
	error = add(pieces, &piece);
	if (error)
		free(piece.name);
	return error;
}

static int gather_files(struct pieces *pieces, const struct share_task *task)
{
	char path[64];
	struct dirent *entry;
	DIR *directory;
	int error = 0;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/fd", task->pid, task->tid);
	directory = opendir(path);
	if (!directory)
		return 0;
	while (!error && (entry = readdir(directory)))
		if (*entry->d_name >= '0' && *entry->d_name <= '9')
			error = gather_fd(pieces, dirfd(directory), entry->d_name, task);
	closedir(directory);
	return error;
}

struct first { /* of a description */
	size_t piece; /* 1 + the one that had it first; 0: none yet */
	uint32_t told; /* the holder that it was told of last: one may have it under several numbers */
};

/* Pieces of one inode, from begin to end: which of them are one description? Each is told once with each other table
 * that has it. */
static int tell_descriptions(const struct pieces *pieces, size_t begin, size_t end, uint64_t ts_ns, share_take *take,
			     void *to)
{
	struct kcmp_set set = {.type = KCMP_FILE};
	struct first *firsts = calloc(end - begin + 1, sizeof(*firsts)); /* by id */
	int error = firsts ? 0 : -ENOMEM;

	for (size_t i = begin; i < end && !error; i++) {
		const struct piece *piece = &pieces->list[i];
		uint32_t id;

		if (kcmp_identify(&set, piece->tid, piece->fd, &id))
			continue; /* closed, or ended since */
		if (!firsts[id].piece) {
			firsts[id] = (struct first){.piece = i + 1, .told = piece->holder};
		} else if (firsts[id].told != piece->holder) {
			firsts[id].told = piece->holder;
			error = tell(&pieces->list[firsts[id].piece - 1], piece, SHARE_LINK_FILE, ts_ns, take, to);
		}
	}
	kcmp_free(&set);
	free(firsts);
	return error;
}

int share_tell_files(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to)
{
	struct pieces pieces = {0};
	int error = 0;

	for (size_t i = 0; i < count && !error; i++)
		if (!seen_before(tasks, i, SHARE_files))
			error = gather_files(&pieces, &tasks[i]);
	if (error == -E2BIG)
		error = 0;
	if (pieces.count)
		qsort(pieces.list, pieces.count, sizeof(*pieces.list), compare);
	for (size_t begin = 0, end; begin < pieces.count && !error; begin = end) {
		for (end = begin + 1; end < pieces.count && same_file(&pieces.list[begin], &pieces.list[end]); end++)
			;
		/* One table alone shares with nobody. */
		if (pieces.list[begin].holder != pieces.list[end - 1].holder)
			error = tell_descriptions(&pieces, begin, end, ts_ns, take, to);
	}
	pieces_free(&pieces);
	return error;
}

/* --- shared memory ------------------------------------------------------------------------------------------ */

static int gather_mappings(struct pieces *pieces, const struct share_task *task)
{
	struct mappings mappings = {0};
	int folder = target_folder(task->pid), error = 0;

	if (folder < 0)
		return 0;
	if (mappings_read(&mappings, folder))
		mappings.count = 0;
	for (size_t i = 0; i < mappings.count && !error; i++) {
		const struct mapping *mapping = &mappings.list[i];
		struct piece piece = {
			.device = mapping->device,
			.inode = mapping->inode,
			.holder = task->id[SHARE_address_space],
			.pid = task->pid,
			.tid = task->tid,
			.writable = mapping->flags & MAPPING_WRITE,
			.bytes = mapping->end - mapping->start,
		};

		if (!(mapping->flags & MAPPING_SHARED) || !mapping->inode)
			continue;
		piece.name = strdup(mapping->path);
		error = add(pieces, &piece);
		if (error)
			free(piece.name);
	}
	mappings_free(&mappings);
	close(folder);
	return error;
}

/* Pieces of one inode: the parts that each holder maps are added up. What nobody can write carries nothing over. */
static int tell_mappings(const struct pieces *pieces, size_t begin, size_t end, uint64_t ts_ns, share_take *take,
			 void *to)
{
	struct piece first = pieces->list[begin];
	bool writable = false;
	int error = 0;

	for (size_t i = begin; i < end; i++) {
		writable |= pieces->list[i].writable;
		if (i > begin && pieces->list[i].holder == first.holder)
			first.bytes += pieces->list[i].bytes;
	}
	for (size_t i = begin + 1; i < end && writable && !error; i++)
		if (pieces->list[i].holder != pieces->list[i - 1].holder)
			error = tell(&first, &pieces->list[i], SHARE_LINK_MEMORY, ts_ns, take, to);
	return error;
}

int share_tell_memory(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to)
{
	struct pieces pieces = {0};
	int error = 0;

	for (size_t i = 0; i < count && !error; i++)
		if (!seen_before(tasks, i, SHARE_address_space))
			error = gather_mappings(&pieces, &tasks[i]);
	if (error == -E2BIG)
		error = 0;
	if (pieces.count)
		qsort(pieces.list, pieces.count, sizeof(*pieces.list), compare);
	for (size_t begin = 0, end; begin < pieces.count && !error; begin = end) {
		for (end = begin + 1; end < pieces.count && same_file(&pieces.list[begin], &pieces.list[end]); end++)
			;
		error = tell_mappings(&pieces, begin, end, ts_ns, take, to);
	}
	pieces_free(&pieces);
	return error;
}

/* --- pages -------------------------------------------------------------------------------------------------- */

/* Adds a line such as "Rss:  1628 kB" where its name begins so. */
static void add_line(const char *line, const char *name, uint64_t *bytes)
{
	uint64_t kilobytes;

	if (!strncmp(line, name, strlen(name)) && sscanf(line + strlen(name), "%" SCNu64, &kilobytes) == 1)
		*bytes += kilobytes * 1024;
}

int share_tell_pages(uint32_t pid, uint64_t ts_ns, share_take *take, void *to)
{
	struct ev_process_memory record = {
		.head = {.ts_ns = ts_ns, .size = sizeof(record), .kind = REC_process_memory},
		.pid = pid,
	};
	char text[4096];
	int folder = target_folder(pid);
	ssize_t length = folder < 0 ? folder : target_file(folder, "smaps_rollup", text, sizeof(text));

	if (folder >= 0)
		close(folder);
	if (length <= 0)
		return -ENOENT;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		add_line(line, "Rss:", &record.resident_bytes);
		add_line(line, "Pss:", &record.proportional_bytes);
		add_line(line, "Private_Clean:", &record.private_bytes);
		add_line(line, "Private_Dirty:", &record.private_bytes);
		add_line(line, "Shared_Clean:", &record.shared_bytes);
		add_line(line, "Shared_Dirty:", &record.shared_bytes);
		add_line(line, "Swap:", &record.swap_bytes);
	}
	return take(to, &record, sizeof(record));
}
