// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/live_library.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "userspace/decode/library_probes.h"
#include "userspace/enrich/symbols/probe_notes.h"
#include "userspace/util/far_file.h"
#include "userspace/util/shortage.h"

#define CHECKS_AT_ONCE 16
#define CHECKS_MAX	    4096 /* in a storm of programs some are not looked at */
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

_Static_assert(sizeof(wanted) <= LIBRARY_PROBES, "each process has room for what is wanted");

/* What the kernel takes for a link of many probes. */
struct many_attr {
	uint32_t program, target, attach_type, flags;
	uint64_t path, offsets, counters, cookies;
	uint32_t count, many_flags, pid, reserved;
};

/* Probes of one file, in the shape that the kernel takes them. */
struct probes_of_file {
	size_t count;
	uint64_t offsets[LIBRARY_PROBES], counters[LIBRARY_PROBES], cookies[LIBRARY_PROBES];
	struct library_site sites[LIBRARY_PROBES];
};

static int link_many(int program, const char *path, uint32_t pid, const struct probes_of_file *probes)
{
	const struct many_attr attr = {
		.program = (uint32_t)program,
		.attach_type = LIBRARY_MANY_ATTACH,
		.path = (uintptr_t)path,
		.offsets = (uintptr_t)probes->offsets,
		.counters = (uintptr_t)probes->counters,
		.cookies = (uintptr_t)probes->cookies,
		.count = (uint32_t)probes->count,
		.pid = pid,
	};

	return (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
}

/* A link to what is no file is refused as such by a kernel that knows such links at all. */
bool library_many_at_once(void)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = LIBRARY_MANY_ATTACH);
	const struct probes_of_file one = {.count = 1};
	int program = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", nothing, 2, &options);
	int link, error;

	if (program < 0)
		return false;
	link = link_many(program, "/", 0, &one);
	error = errno;
	if (link >= 0)
		close(link);
	close(program);
	return link < 0 && error == EBADF;
}

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

static void detach(struct library_attached *place)
{
	if (place->link >= 0)
		close(place->link);
	for (size_t i = 0; i < LIBRARY_PROBES; i++)
		if (place->links[i])
			bpf_link__destroy(place->links[i]);
	*place = (struct library_attached){.link = -1};
}

/* A place for one more process; NULL: there is none. */
static struct library_attached *find_place(struct library *library)
{
	struct library_attached *place = NULL;

	if (!library->places) {
		library->places = calloc(LIBRARY_PROCESSES, sizeof(*library->places));
		for (size_t i = 0; library->places && i < LIBRARY_PROCESSES; i++)
			library->places[i].link = -1;
	}
	for (size_t i = 0; library->places && i < LIBRARY_PROCESSES; i++) {
		if (!library->places[i].pid)
			return &library->places[i];
		if (library->places[i].ended)
			place = &library->places[i];
	}
	if (place)
		detach(place);
	return place;
}

static bool is_attached(const struct library *library, uint32_t pid, const struct far_file *file)
{
	for (size_t i = 0; library->places && i < LIBRARY_PROCESSES; i++) {
		const struct library_attached *place = &library->places[i];

		if (place->pid == pid && !place->ended && place->inode == file->inode && place->device == file->device)
			return true;
	}
	return false;
}

/* The wanted ones among the file's notes. first: the cookie of the first. Returns how many, or -errno. */
static int find_probes(const char *path, uint32_t first, struct probes_of_file *probes)
{
	struct probe_note *notes;
	int count = probe_notes_read(path, "thrace", &notes);

	probes->count = 0;
	for (size_t i = 0; count > 0 && i < sizeof(wanted); i++)
		for (int j = 0; j < count; j++) {
			size_t at = probes->count;

			if (strcmp(notes[j].name, library_probe_token(wanted[i])))
				continue;
			probes->offsets[at] = notes[j].offset;
			probes->counters[at] = notes[j].semaphore;
			probes->cookies[at] = first + at;
			probes->sites[at].probe = wanted[i];
			memcpy(probes->sites[at].arguments, notes[j].arguments, sizeof(notes[j].arguments));
			probes->count++;
			break; /* the library has one site for each */
		}
	free(notes);
	return count < 0 ? count : (int)probes->count;
}

static int link_each(const struct library *library, uint32_t pid, const char *path, const struct probes_of_file *probes,
		      struct library_attached *place)
{
	for (size_t i = 0; i < probes->count; i++) {
		LIBBPF_OPTS(bpf_uprobe_opts, options, .ref_ctr_offset = probes->counters[i],
			    .bpf_cookie = probes->cookies[i]);

		place->links[i] = bpf_program__attach_uprobe_opts(library->program, (pid_t)pid, path, probes->offsets[i],
								  &options);
		if (!place->links[i])
			return -errno;
	}
	return 0;
}

static int attach_probes(const struct library *library, uint32_t pid, const char *path, struct library_attached *place)
{
	uint32_t first = (uint32_t)(place - library->places) * LIBRARY_PROBES;
	struct probes_of_file probes = {0};
	int count = find_probes(path, first, &probes);

	if (count <= 0)
		return count ? count : -ENOEXEC;
	for (uint32_t i = 0; i < probes.count; i++) {
		uint32_t index = first + i;

		if (bpf_map_update_elem(library->sites, &index, &probes.sites[i], BPF_ANY))
			return -errno;
	}
	if (!library->many_at_once)
		return link_each(library, pid, path, &probes, place);
	place->link = link_many(bpf_program__fd(library->program), path, pid, &probes);
	return place->link < 0 ? -errno : 0;
}

static int attach_file(struct library *library, uint32_t pid, const char *path)
{
	struct library_attached *place;
	struct far_file file;
	int error = far_file_look(AT_FDCWD, path, &file, NULL);

	if (error)
		return error;
	if (is_attached(library, pid, &file))
		return 0;
	place = find_place(library);
	if (!place)
		return library->places ? -EUSERS : -ENOMEM;
	error = attach_probes(library, pid, path, place);
	if (error) {
		detach(place);
		return error;
	}
	place->pid = pid;
	place->device = file.device;
	place->inode = file.inode;
	return 0;
}

static void note_shortage(struct library *library, int error)
{
	if (is_shortage(error) && !library->error)
		library->error = error;
}

/* Are the file's probes attached to the process from now on? */
static bool attach(struct library *library, uint32_t pid, const char *path)
{
	int error = attach_file(library, pid, path);

	note_shortage(library, error);
	return !error;
}

/* The shared object that the process has mapped, below its own root. */
static bool find_shared(struct library *library, uint32_t pid, char path[PATH_BYTES])
{
	char maps[32], line[4352];
	bool found = false;
	FILE *file;

	snprintf(maps, sizeof(maps), "/proc/%u/maps", pid);
	file = fopen(maps, "re");
	note_shortage(library, file ? 0 : -errno);
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

	if (find_shared(library, pid, path))
		return attach(library, pid, path);
	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	return attach(library, pid, path);
}

void library_meet(struct library *library, uint32_t pid, uint64_t now_ns)
{
	struct library_check *checks;

	if (!library->program || library->checks_count == CHECKS_MAX)
		return; /* the registry still tells of it */
	checks = reserve(library->checks, library->checks_count, &library->checks_room, sizeof(*checks));
	if (!checks) {
		note_shortage(library, -ENOMEM);
		return; /* the registry still tells of it */
	}
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

	for (size_t i = 0; library->places && i < LIBRARY_PROCESSES; i++)
		library->places[i].ended |= library->places[i].pid == pid;
	for (size_t i = 0; i < library->checks_count; i++)
		if (library->checks[i].pid != pid)
			library->checks[kept++] = library->checks[i];
	library->checks_count = kept;
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
	for (size_t i = 0; library->places && i < LIBRARY_PROCESSES; i++)
		detach(&library->places[i]);
	free(library->places);
	free(library->checks);
	*library = (struct library){0};
}
