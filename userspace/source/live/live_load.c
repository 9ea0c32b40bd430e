// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/live_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "thrace.skel.h"
#include "userspace/decode/syscalls.h"
#include "userspace/source/features_probes.h"
#include "userspace/source/live/live_lost.h"
#include "userspace/source/outside.h"
#include "userspace/util/clock.h"

#define RINGS_BYTES (64u << 20) /* all rings together, as far as the bounds of one allow */
#define RING_LEAST_BYTES (1u << 20)
#define RING_MOST_BYTES (8u << 20)
/* Of the whole system: a busy one fills 8 MB within the second or two that a reader may be kept off its CPU. */
#define RING_MOST_BYTES_ALL (32u << 20)

struct probes {
	struct thrace_bpf *bpf;
	size_t rings_count, ring_bytes;
	int ring_fds[CONFIG_RINGS_MAX];
	struct losses losses;
	uint64_t passed_over[LOSSES_PROGRAMS]; /* at the last call of probes_lost() */
	bool many_at_once; /* live_library.h */
};

static size_t rings_for(size_t cpus)
{
	size_t rings = 1;

	while (rings < cpus && rings < CONFIG_RINGS_MAX)
		rings *= 2;
	return rings;
}

static size_t ring_bytes_for(size_t rings, const struct target *target)
{
	size_t bytes = RINGS_BYTES / rings, most = target->all ? RING_MOST_BYTES_ALL : RING_MOST_BYTES;

	if (target->look) /* nothing happens in it */
		return (size_t)getpagesize();
	if (bytes < RING_LEAST_BYTES)
		return RING_LEAST_BYTES;
	return bytes > most ? most : bytes;
}

/* In a large ring not later than in a small one: what has come at once is in memory at once. */
static uint32_t wake_bytes_for(size_t ring_bytes)
{
	return (uint32_t)(ring_bytes < RING_MOST_BYTES ? ring_bytes : RING_MOST_BYTES) / 4;
}

static int configure(struct probes *probes, const struct probes_options *options)
{
	const struct target *target = options->target;
	struct thrace_config config = {
		.rings = (uint32_t)probes->rings_count,
		.wake_bytes = wake_bytes_for(probes->ring_bytes),
		.spare_bytes = (uint32_t)probes->ring_bytes / 2,
		.self_pid = (uint32_t)getpid(),
		.all = target->all,
		.follow = !target->no_follow,
		.own_uid = geteuid(),
		.own_only = geteuid() != 0 && !feature_has(feature_capabilities(), CAP_SYS_PTRACE),
		.registers = target->registers,
		.creator_stacks = !target->look,
	};

	if (getrandom(&config.identity_key, sizeof(config.identity_key), 0) != sizeof(config.identity_key))
		return -errno;
	if (target->glob) {
		config.glob_length = (uint8_t)strnlen(target->glob, sizeof(config.glob) - 1);
		memcpy(config.glob, target->glob, config.glob_length);
	}
	for (int number = 0; number < CONFIG_SYSCALLS; number++)
		config.wait_class[number] = (uint8_t)syscall_info(number)->class;
	memcpy((void *)&probes->bpf->rodata->config, &config, sizeof(config));
	return 0;
}

/*
 * Where the probes find them. All in one call: after each the kernel waits until no probe can still be running with what
 * was there before, 10 ms and more. Before 5.17 it takes one at a time.
 */
static int tell_rings(const struct probes *probes)
{
	int outer = bpf_map__fd(probes->bpf->maps.rings), result = 0;
	uint32_t indices[CONFIG_RINGS_MAX], count = (uint32_t)probes->rings_count;

	for (uint32_t i = 0; i < probes->rings_count; i++)
		indices[i] = i;
	if (!bpf_map_update_batch(outer, indices, probes->ring_fds, &count, NULL))
		return 0;
	for (uint32_t i = 0; i < probes->rings_count && !result; i++)
		result = bpf_map_update_elem(outer, &i, &probes->ring_fds[i], BPF_ANY);
	return result;
}

/* filled: by somebody, so the probes have to find them; that costs as much as the rest of a look together. */
static int make_rings(struct probes *probes, bool filled)
{
	for (uint32_t i = 0; i < probes->rings_count; i++) {
		int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "thrace_ring", 0, 0, (uint32_t)probes->ring_bytes, NULL);

		if (fd < 0)
			return fd;
		probes->ring_fds[i] = fd;
	}
	return filled ? tell_rings(probes) : 0;
}

static int plant_seeds(struct probes *probes, const struct probes_options *options)
{
	int seeds = bpf_map__fd(probes->bpf->maps.seeds);
	uint8_t yes = 1;

	for (size_t i = 0; i < options->target->pids_count; i++)
		if (bpf_map_update_elem(seeds, &options->target->pids[i], &yes, BPF_ANY))
			return -errno;
	if (options->launched && bpf_map_update_elem(seeds, &options->launched, &yes, BPF_ANY))
		return -errno;
	return 0;
}

/* From now on only the marks count: a number that is used again brings no stranger in. */
static void remove_seeds(struct probes *probes)
{
	int seeds = bpf_map__fd(probes->bpf->maps.seeds);
	uint32_t pid;

	while (!bpf_map_get_next_key(seeds, NULL, &pid))
		if (bpf_map_delete_elem(seeds, &pid))
			return;
}

/* What libbpf has to say goes nowhere: the one line of a failure is ours. THRACE_LIBBPF=1 shows it. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	if (level == LIBBPF_DEBUG || !getenv("THRACE_LIBBPF"))
		return 0;
	return vfprintf(stderr, format, arguments);
}

/* The version is told only where nothing more exact is: it hints at what is missing. */
static const struct feature *first_missing(const struct feature *features, size_t count)
{
	const struct feature *version = NULL;

	for (size_t i = 0; i < count; i++) {
		if (features[i].need != NEED_BPF || features[i].state != FEATURE_MISSING)
			continue;
		if (strcmp(features[i].name, "kernel"))
			return &features[i];
		version = &features[i];
	}
	return version;
}

static void explain(int result, const char *what, struct source_error *error)
{
	struct feature features[FEATURES_MAX];
	const struct feature *missing;

	error->status = 1;
	if (result == -ENOMEM || result == -ENOSPC) {
		snprintf(error->text, sizeof(error->text), "no memory for the probes' buffers");
		return;
	}
	missing = first_missing(features, features_probe(features));
	if (missing)
		snprintf(error->text, sizeof(error->text), "%s is missing (%s): %s", missing->what, missing->detail,
			 missing->remedy);
	else
		snprintf(error->text, sizeof(error->text), "the probes cannot be %s: %s; 'thrace doctor' tells more", what,
			 strerror(-result));
}

/* bpf/probes/task.bpf.c: since 7.0 probes may be preempted (a46023d5616e). */
static void leave_out_seconds(struct probes *probes)
{
	bpf_program__set_autoload(probes->bpf->progs.on_task_newtask_second, false);
	bpf_program__set_autoload(probes->bpf->progs.on_sched_process_exit_second, false);
}

/* For one look only the walk over the threads is loaded. */
static void leave_out_events(struct probes *probes)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, probes->bpf->obj)
		if (program != probes->bpf->progs.on_task_snapshot)
			bpf_program__set_autoload(program, false);
	bpf_map__set_autocreate(probes->bpf->maps.names, false);
	bpf_map__set_autocreate(probes->bpf->maps.sites, false);
}

static int load(struct probes *probes, const struct probes_options *options)
{
	int result;

	probes->bpf = thrace_bpf__open();
	if (!probes->bpf)
		return -errno;
	probes->many_at_once = !options->target->look && library_many_at_once();
	if (probes->many_at_once)
		bpf_program__set_expected_attach_type(probes->bpf->progs.on_library, LIBRARY_MANY_ATTACH);
	if (!feature_kernel_has(7, 0))
		leave_out_seconds(probes);
	if (options->target->look)
		leave_out_events(probes);
	result = configure(probes, options);
	if (!result)
		result = thrace_bpf__load(probes->bpf);
	/* libbpf asks the kernel for global variables, takes any failure for a no, and goes on without them. */
	if (!result && (!probes->bpf->bss || !probes->bpf->rodata))
		result = -ENOMEM;
	if (!result)
		result = make_rings(probes, !options->target->look);
	if (!result)
		result = losses_open(&probes->losses, bpf_map__fd(probes->bpf->maps.accounts), probes->rings_count);
	return result ? result : plant_seeds(probes, options);
}

struct probes *probes_open(const struct probes_options *options, struct source_error *error)
{
	struct probes *probes = calloc(1, sizeof(*probes));
	int result, cpus;

	libbpf_set_print(say_nothing);
	cpus = libbpf_num_possible_cpus();
	if (!probes || cpus < 0) {
		explain(probes ? cpus : -ENOMEM, "configured", error);
		free(probes);
		return NULL;
	}
	probes->rings_count = rings_for((size_t)cpus);
	probes->ring_bytes = ring_bytes_for(probes->rings_count, options->target);
	memset(probes->ring_fds, -1, sizeof(probes->ring_fds));
	/* Else the loaded probes would tell of other processes than those that were asked for. */
	result = feature_numbers_are_kernels() ? load(probes, options) : -EXDEV;
	if (result) {
		explain(result, "loaded", error);
		probes_close(probes);
		return NULL;
	}
	return probes;
}

int probes_attach(struct probes *probes, struct source_error *error)
{
	int result = thrace_bpf__attach(probes->bpf);

	if (result)
		explain(result, "attached", error);
	return result;
}

int probes_open_rings(struct probes *probes, struct merge *merge)
{
	int error = merge_open(merge, probes->rings_count);

	for (size_t i = 0; !error && i < probes->rings_count; i++)
		error = ring_open(&merge->rings[i], probes->ring_fds[i], probes->ring_bytes);
	return error;
}

/*
 * To give up the CPU for a moment makes the kernel note when this thread gets it back; the walk takes the difference of
 * the two clocks from there (bpf/probes/snapshot.bpf.c).
 */
static void note_arrival(struct probes *probes)
{
	const struct timespec moment = {.tv_nsec = 1000};

	nanosleep(&moment, NULL);
	probes->bpf->bss->walker_arrival_ns = clock_now_ns();
}

int probes_snapshot(struct probes *probes, struct queue *queue)
{
	int fd, error = 0;
	ssize_t got;
	void *room;

	fd = bpf_iter_create(bpf_link__fd(probes->bpf->links.on_task_snapshot));
	if (fd < 0)
		return -errno;
	note_arrival(probes);
	do {
		room = queue_room(queue, 65536);
		got = room ? read(fd, room, 65536) : -1;
		if (!room)
			error = -ENOMEM;
		else if (got > 0)
			queue_grown(queue, (size_t)got);
		else if (got < 0 && errno != EINTR && errno != EAGAIN)
			error = -errno;
	} while (!error && got);
	close(fd);
	remove_seeds(probes);
	probes->bpf->bss->walked_before = true;
	return error;
}

int probes_ring_fd(const struct probes *probes, size_t ring)
{
	return probes->ring_fds[ring];
}

uint64_t probes_alive(const struct probes *probes)
{
	return __atomic_load_n(&probes->bpf->bss->marked_alive, __ATOMIC_RELAXED);
}

/* A probe that the kernel passed over, since the same one was running on that CPU, lost its record too. */
static uint64_t passed_over(const struct bpf_program *program)
{
	struct bpf_prog_info info = {0};
	uint32_t length = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length))
		return 0;
	return info.recursion_misses;
}

/*
 * What the second probe caught is not lost. It runs right behind the first, so what was passed over at the time of one call is
 * caught, if at all, by the time of the next.
 */
static uint64_t lost_of(struct probes *probes, size_t index, const struct bpf_program *program, const uint64_t *caught)
{
	uint64_t before = probes->passed_over[index], caught_now = caught ? *(volatile const uint64_t *)caught : 0;

	probes->passed_over[index] = passed_over(program);
	if (!caught)
		return probes->passed_over[index];
	return before > caught_now ? before - caught_now : 0;
}

int probes_lost(struct probes *probes, struct queue *queue, uint64_t end_ns)
{
	const struct thrace_bpf *bpf = probes->bpf;
	const struct {
		const struct bpf_program *program;
		const uint64_t *caught;
	} all[LOSSES_PROGRAMS] = {
		{bpf->progs.on_sched_switch, NULL},
		{bpf->progs.on_sched_waking, NULL},
		{bpf->progs.on_task_newtask, (const uint64_t *)&bpf->bss->caught_newtask},
		{bpf->progs.on_sched_process_exec, NULL},
		{bpf->progs.on_sched_process_exit, (const uint64_t *)&bpf->bss->caught_exit},
		{bpf->progs.on_task_rename, NULL},
	};
	struct losses_outside outside = {.begun_ns = clock_now_ns(), .snapshots = bpf->bss->snapshots_lost};

	for (size_t i = 0; i < LOSSES_PROGRAMS; i++)
		outside.passed_over[i] = lost_of(probes, i, all[i].program, all[i].caught);
	return losses_tell(&probes->losses, &outside, end_ns, queue);
}

void probes_open_library(const struct probes *probes, struct library *library)
{
	library->program = probes->bpf->progs.on_library;
	library->sites = bpf_map__fd(probes->bpf->maps.sites);
	library->many_at_once = probes->many_at_once;
}

void probes_detach(struct probes *probes)
{
	thrace_bpf__detach(probes->bpf);
}

void probes_close(struct probes *probes)
{
	if (!probes)
		return;
	for (size_t i = 0; i < CONFIG_RINGS_MAX; i++)
		if (probes->ring_fds[i] >= 0)
			close(probes->ring_fds[i]);
	losses_close(&probes->losses);
	thrace_bpf__destroy(probes->bpf);
	free(probes);
}
