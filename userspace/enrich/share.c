// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/share.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/enrich/blank.h"
#include "userspace/enrich/kcmp.h"
#include "userspace/enrich/target.h"

/* Values of one resource that is known by what /proc says of it. */
struct value {
	char *text;
	uint32_t id;
};

struct values {
	struct value *list;
	size_t count, room;
	uint32_t last; /* found last: the next task's is likely the same */
};

struct look {
	struct share_task *tasks;
	size_t count;
	struct blank blank;
	struct values values[SHARE_COUNT];
	struct kcmp_set sets[SHARE_COUNT];
};

/* Resources that kcmp compares. */
static const struct {
	enum share_resource resource;
	int type;
	bool may_be_none;
} compared[] = {
	{SHARE_address_space, KCMP_VM, false},	  {SHARE_files, KCMP_FILES, false},
	{SHARE_fs, KCMP_FS, false},		  {SHARE_signal_handlers, KCMP_SIGHAND, false},
	{SHARE_io_context, KCMP_IO, true},	  {SHARE_semaphore_undo, KCMP_SYSVSEM, true},
};

/* The kernel lets no two threads of one process differ in these (copy_process in kernel/fork.c). */
static bool one_for_all_threads(enum share_resource resource)
{
	return resource == SHARE_address_space || resource == SHARE_signal_handlers;
}

/* --- what kcmp tells ---------------------------------------------------------------------------------------- */

static int compare_one(struct look *look, struct share_task *task, const struct share_task *before, size_t which)
{
	enum share_resource resource = compared[which].resource;
	uint32_t *id = &task->id[resource];
	bool sibling = before && before->pid == task->pid && before->id[resource] != SHARE_UNKNOWN;
	int error;

	if (resource == SHARE_address_space && task->kernel_thread) {
		*id = SHARE_NONE;
		return 0;
	}
	if (sibling && one_for_all_threads(resource)) {
		*id = before->id[resource];
		return 0;
	}
	/* As a rule like its process's threads: one comparison tells. */
	if (sibling && !kcmp_compare(compared[which].type, task->tid, 0, before->tid, 0)) {
		*id = before->id[resource];
		return 0;
	}
	if (compared[which].may_be_none) {
		if (!look->blank.pid)
			return 0;
		error = kcmp_compare(compared[which].type, task->tid, 0, (uint32_t)look->blank.pid, 0);
		if (!error)
			*id = SHARE_NONE;
		if (error <= 0)
			return error;
	}
	return kcmp_identify(&look->sets[resource], task->tid, 0, id);
}

static int compare_all(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		struct share_task *task = &look->tasks[i];

		/* With itself: may it be looked at at all? */
		task->kcmp_error = -kcmp_compare(KCMP_FS, task->tid, 0, task->tid, 0);
		for (size_t which = 0; !task->kcmp_error && which < sizeof(compared) / sizeof(*compared); which++)
			task->kcmp_error = -compare_one(look, task, i ? task - 1 : NULL, which);
		if (task->kcmp_error == ENOMEM)
			return -ENOMEM;
	}
	return 0;
}

/* --- what /proc tells --------------------------------------------------------------------------------------- */

static int identify_text(struct values *values, const char *text, uint32_t *id)
{
	if (values->count && !strcmp(values->list[values->last].text, text)) {
		*id = values->list[values->last].id;
		return 0;
	}
	for (size_t i = 0; i < values->count; i++)
		if (!strcmp(values->list[i].text, text)) {
			values->last = (uint32_t)i;
			*id = values->list[i].id;
			return 0;
		}
	if (values->count == values->room) {
		size_t room = values->room ? 2 * values->room : 8;
		struct value *list = realloc(values->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		values->list = list;
		values->room = room;
	}
	values->last = (uint32_t)values->count;
	values->list[values->count] = (struct value){.text = strdup(text), .id = (uint32_t)values->count + 1};
	if (!values->list[values->count].text)
		return -ENOMEM;
	*id = values->list[values->count++].id;
	return 0;
}

/* The lines of /proc/PID/status that make up the credentials. Name: comes first and is escaped by the kernel. */
static bool is_credential(const char *line)
{
	static const char *const names[] = {"Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(line, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Keeps the credentials of a status in place. */
static void keep_credentials(char *text)
{
	char *to = text;

	for (char *line = text, *next; *line; line = next) {
		size_t length = strcspn(line, "\n");

		next = line + length + (line[length] == '\n');
		if (!is_credential(line))
			continue;
		memmove(to, line, length);
		to[length] = '\n';
		to += length + 1;
	}
	*to = '\0';
}

static int look_at_namespace(struct look *look, int folder, struct share_task *task, enum share_resource resource,
			     const char *name)
{
	char path[48], text[48];
	struct stat status;

	snprintf(path, sizeof(path), "task/%u/ns/%s", task->tid, name);
	if (fstatat(folder, path, &status, 0))
		return 0; /* gone, or not permitted: not known */
	snprintf(text, sizeof(text), "%lx:%lx", (unsigned long)status.st_dev, (unsigned long)status.st_ino);
	return identify_text(&look->values[resource], text, &task->id[resource]);
}

static int look_at_file(struct look *look, int folder, struct share_task *task, enum share_resource resource,
			const char *name)
{
	char path[48], text[STATUS_BYTES];

	snprintf(path, sizeof(path), "task/%u/%s", task->tid, name);
	if (target_file(folder, path, text, sizeof(text)) <= 0)
		return 0;
	if (resource == SHARE_credentials)
		keep_credentials(text);
	return identify_text(&look->values[resource], text, &task->id[resource]);
}

static int look_at_task(struct look *look, int folder, struct share_task *task)
{
	static const struct {
		enum share_resource resource;
		const char *name;
	} namespaces[] = {
		{SHARE_ns_mnt, "mnt"}, {SHARE_ns_pid, "pid"},	{SHARE_ns_net, "net"},	     {SHARE_ns_ipc, "ipc"},
		{SHARE_ns_uts, "uts"}, {SHARE_ns_user, "user"}, {SHARE_ns_cgroup, "cgroup"}, {SHARE_ns_time, "time"},
	};
	char group[16];
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(namespaces) / sizeof(*namespaces); i++)
		error = look_at_namespace(look, folder, task, namespaces[i].resource, namespaces[i].name);
	if (!error)
		error = look_at_file(look, folder, task, SHARE_cgroup, "cgroup");
	if (!error)
		error = look_at_file(look, folder, task, SHARE_credentials, "status");
	snprintf(group, sizeof(group), "%u", task->pid);
	return error ? error : identify_text(&look->values[SHARE_thread_group], group, &task->id[SHARE_thread_group]);
}

static int look_all(struct look *look)
{
	uint32_t pid = 0;
	int folder = -1, error = 0;

	for (size_t i = 0; !error && i < look->count; i++) {
		if (look->tasks[i].pid != pid) {
			if (folder >= 0)
				close(folder);
			pid = look->tasks[i].pid;
			folder = target_folder(pid);
		}
		if (folder >= 0)
			error = look_at_task(look, folder, &look->tasks[i]);
	}
	if (folder >= 0)
		close(folder);
	return error;
}

/* --- all of it ---------------------------------------------------------------------------------------------- */

static void look_free(struct look *look)
{
	blank_close(&look->blank);
	for (size_t resource = 0; resource < SHARE_COUNT; resource++) {
		for (size_t i = 0; i < look->values[resource].count; i++)
			free(look->values[resource].list[i].text);
		free(look->values[resource].list);
		kcmp_free(&look->sets[resource]);
	}
}

int share_look(struct share_task *tasks, size_t count)
{
	struct look look = {.tasks = tasks, .count = count};
	int error;

	for (size_t which = 0; which < sizeof(compared) / sizeof(*compared); which++)
		look.sets[compared[which].resource].type = compared[which].type;
	/* Without it, what may be missing is not known. */
	blank_open(&look.blank);
	error = compare_all(&look);
	if (!error)
		error = look_all(&look);
	look_free(&look);
	return error;
}

int share_tell(const struct share_task *tasks, size_t count, uint64_t ts_ns, share_take *take, void *to)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		struct ev_task_share record = {
			.head = {.ts_ns = ts_ns,
				 .size = sizeof(record),
				 .kind = REC_task_share,
				 .flags = i ? 0 : SHARE_F_FIRST},
			.tid = tasks[i].tid,
			.pid = tasks[i].pid,
			.kcmp_error = (uint32_t)tasks[i].kcmp_error,
		};

		memcpy(record.id, tasks[i].id, sizeof(record.id));
		error = take(to, &record, sizeof(record));
	}
	return error;
}
