// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live_library.h"

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/decode/library_probes.h"

#define CHECKS_AT_ONCE 16
#define PROCESSES_MOST 90 /* bpf/probes/library.bpf.c has room for their probes */
#define PATH_BYTES 4352

/* What tells of names, waits and ends. The rest (notify, set, release, put and get without a wait) is left alone: it
 * would cost a trap each, on paths that are there to be quick. */
static const unsigned char wanted[] = {
	PROBE_thread_create, PROBE_thread_started, PROBE_thread_exit, PROBE_thread_rename, PROBE_foreign_attach,
	PROBE_join_begin, PROBE_join_end, PROBE_lock_wait, PROBE_lock_acquired, PROBE_lock_timeout, PROBE_cond_wait,
	PROBE_cond_wake, PROBE_sem_wait, PROBE_sem_acquired, PROBE_event_wait, PROBE_event_wake, PROBE_barrier_wait,
	PROBE_barrier_wake, PROBE_queue_put_wait, PROBE_queue_put, PROBE_queue_get_wait, PROBE_queue_get,
	PROBE_queue_join_begin, PROBE_queue_join_end, PROBE_timer_arm, PROBE_timer_fire, PROBE_timer_cancel,
	PROBE_shutdown_begin, PROBE_shutdown_phase, PROBE_shutdown_end, PROBE_daemon_teardown, PROBE_excepthook,
};

#define WANTED (sizeof(wanted) / sizeof(*wanted))

/* Room for one more in an array that grows by doubling. */
static void *reserve(void *array, size_t count, size_t *room, size_t size)
{
	void *grown;

	if (count < *room)
		return array;
	grown = realloc(array, (*room ? *room * 2 : 64) * size);
	if (grown)
		*room = *room ? *room * 2 : 64;
	return grown;
}

static bool is_attached(const struct library *library, uint32_t pid, const struct stat *file)
{
	for (size_t i = 0; i < library->attached_count; i++)
		if (library->attached[i].pid == pid && library->attached[i].inode == file->st_ino &&
		    library->attached[i].device == file->st_dev)
			return true;
	return false;
}

static void detach(struct library_attached *attached)
{
	for (size_t i = 0; i < attached->count; i++)
		bpf_link__destroy(attached->links[i]);
	free(attached->links);
}

/* Returns how many were attached; 0: the file has no such probes. */
static size_t attach_probes(const struct library *library, uint32_t pid, const char *path, struct bpf_link **links)
{
	size_t count = 0;

	for (size_t i = 0; i < WANTED; i++) {
		LIBBPF_OPTS(bpf_usdt_opts, options, .usdt_cookie = wanted[i]);
		struct bpf_link *link = bpf_program__attach_usdt(library->program, (pid_t)pid, path, "thrace",
								 library_probe_token(wanted[i]), &options);

		if (link)
			links[count++] = link;
		else if (!i)
			break; /* a library of another age may lack one of the others */
	}
	return count;
}

/* Are the file's probes attached to the process from now on? */
static bool attach(struct library *library, uint32_t pid, const char *path)
{
	struct library_attached *all = reserve(library->attached, library->attached_count, &library->attached_room,
					       sizeof(*all));
	struct library_attached fresh = {.pid = pid};
	struct stat file;

	if (!all)
		return false;
	library->attached = all;
	if (stat(path, &file) || library->attached_count >= PROCESSES_MOST)
		return false;
	if (is_attached(library, pid, &file))
		return true;
	fresh.device = file.st_dev;
	fresh.inode = file.st_ino;
	fresh.links = calloc(WANTED, sizeof(struct bpf_link *));
	if (fresh.links)
		fresh.count = attach_probes(library, pid, path, fresh.links);
	if (!fresh.count) {
		free(fresh.links);
		return false;
	}
	all[library->attached_count++] = fresh;
	return true;
}

/* The shared object that the process has mapped, below its own root. */
static bool find_shared(uint32_t pid, char path[PATH_BYTES])
{
	char maps[32], line[4352];
	bool found = false;
	FILE *file;

	snprintf(maps, sizeof(maps), "/proc/%u/maps", pid);
	file = fopen(maps, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		char *mapped = strchr(line, '/'), *name = strrchr(line, '/');

		if (!name || strncmp(name + 1, "libthrace.so", strlen("libthrace.so")))
			continue;
		mapped[strcspn(mapped, "\n")] = '\0';
		snprintf(path, PATH_BYTES, "/proc/%u/root%.4300s", pid, mapped);
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

static bool attach_process(struct library *library, uint32_t pid)
{
	char path[PATH_BYTES];

	if (find_shared(pid, path))
		return attach(library, pid, path);
	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	return attach(library, pid, path);
}

void library_meet(struct library *library, uint32_t pid, uint64_t now_ns)
{
	struct library_check *checks;

	if (!library->program)
		return;
	checks = reserve(library->checks, library->checks_count, &library->checks_room, sizeof(*checks));
	if (!checks)
		return; /* the registry still tells of it */
	library->checks = checks;
	checks[library->checks_count++] = (struct library_check){.due_ns = now_ns, .pid = pid};
}

void library_meet_command(struct library *library, uint32_t pid, const char *command)
{
	const char *rest = getenv("PATH");
	char path[PATH_BYTES];

	if (!library->program)
		return;
	if (strchr(command, '/')) {
		attach(library, pid, command);
		return;
	}
	while (rest && *rest) {
		size_t length = strcspn(rest, ":");

		snprintf(path, sizeof(path), "%.*s/%s", (int)length, rest, command);
		if (!access(path, X_OK)) {
			attach(library, pid, path);
			return;
		}
		rest += length + (rest[length] == ':');
	}
}

void library_part(struct library *library, uint32_t pid)
{
	size_t kept = 0;

	for (size_t i = 0; i < library->attached_count; i++) {
		if (library->attached[i].pid == pid)
			detach(&library->attached[i]);
		else
			library->attached[kept++] = library->attached[i];
	}
	library->attached_count = kept;
}

/* At once, then when the linker may be done, then for what is loaded late. */
static bool again(struct library_check *check, uint64_t now_ns)
{
	static const uint64_t pauses_ns[] = {5000000, 50000000, 500000000};

	if (check->tries == sizeof(pauses_ns) / sizeof(*pauses_ns))
		return false;
	check->due_ns = now_ns + pauses_ns[check->tries++];
	return true;
}

void library_check(struct library *library, uint64_t now_ns)
{
	size_t kept = 0, looked = 0;

	for (size_t i = 0; i < library->checks_count; i++) {
		struct library_check check = library->checks[i];

		if (check.due_ns <= now_ns && looked < CHECKS_AT_ONCE) {
			looked++;
			if (attach_process(library, check.pid) || !again(&check, now_ns))
				continue;
		}
		library->checks[kept++] = check;
	}
	library->checks_count = kept;
}

uint64_t library_due_ns(const struct library *library)
{
	uint64_t due_ns = UINT64_MAX;

	for (size_t i = 0; i < library->checks_count; i++)
		if (library->checks[i].due_ns < due_ns)
			due_ns = library->checks[i].due_ns;
	return due_ns;
}

void library_close(struct library *library)
{
	for (size_t i = 0; i < library->attached_count; i++)
		detach(&library->attached[i]);
	free(library->attached);
	free(library->checks);
	*library = (struct library){0};
}
