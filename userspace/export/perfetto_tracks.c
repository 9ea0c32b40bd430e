/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/perfetto_tracks.h"

#include <errno.h>
#include <stdlib.h>

struct told_process {
	const struct process *process; /* while it is in the list of those that changed */
	uint32_t alive, ready, on_cpu;
	bool changed, stale;
};

/* NULL: out of memory. */
static struct told_process *tell_process(struct export *export, struct tracks *tracks, const struct process *process)
{
	struct told_process *told = map_get(&tracks->processes, process->serial);
	uint64_t parent = track(TRACK_PROCESS, process->serial);

	if (told && !told->stale)
		return told;
	packet_process(&tracks->packets, parent, process->pid, name_of_process(process).text);
	if (told) {
		told->stale = false;
		return told;
	}
	told = calloc(1, sizeof(*told));
	if (!told || map_put(&tracks->processes, process->serial, told)) {
		free(told);
		export_fail(export, -ENOMEM);
		return NULL;
	}
	packet_counter_track(&tracks->packets, track(TRACK_ALIVE, process->serial), parent, "concurrency: threads alive");
	packet_counter_track(&tracks->packets, track(TRACK_READY, process->serial), parent, "concurrency: threads ready");
	packet_counter_track(&tracks->packets, track(TRACK_ON_CPU, process->serial), parent,
			     "parallelism: threads on a CPU");
	return told;
}

struct told_thread *tracks_told(const struct tracks *tracks, const struct thread *thread)
{
	return map_get(&tracks->threads, thread->serial);
}

struct told_thread *tracks_tell(struct export *export, struct tracks *tracks, const struct thread *thread)
{
	struct told_thread *told = tracks_told(tracks, thread);

	if ((told && !told->stale) || !tell_process(export, tracks, thread->process))
		return told;
	packet_thread(&tracks->packets, track(TRACK_THREAD, thread->serial), track(TRACK_PROCESS, thread->process->serial),
		      thread->process->pid, thread->tid, name_of_thread(thread).text);
	if (told) {
		told->stale = false;
		return told;
	}
	told = calloc(1, sizeof(*told));
	if (told && !map_put(&tracks->threads, thread->serial, told))
		return told;
	free(told);
	export_fail(export, -ENOMEM);
	return NULL;
}

void tracks_rename(struct export *export, struct tracks *tracks, const struct thread *thread)
{
	struct told_thread *told = tracks_told(tracks, thread);
	struct told_process *process = map_get(&tracks->processes, thread->process->serial);

	if (process && thread->tid == thread->process->pid)
		process->stale = true;
	if (!told)
		return;
	told->stale = true;
	tracks_tell(export, tracks, thread);
}

static void count(struct export *export, struct tracks *tracks, uint64_t id, uint32_t *told, uint32_t now)
{
	if (*told == now)
		return;
	*told = now;
	packet_count(&tracks->packets, export->model->now_ns, id, now);
}

static void count_process(struct export *export, struct tracks *tracks, struct told_process *told)
{
	const struct process *process = told->process;

	if (!told->changed)
		return;
	count(export, tracks, track(TRACK_ALIVE, process->serial), &told->alive, process->alive);
	count(export, tracks, track(TRACK_READY, process->serial), &told->ready, process->ready);
	count(export, tracks, track(TRACK_ON_CPU, process->serial), &told->on_cpu, process->on_cpu);
	told->changed = false;
}

void tracks_changed(struct export *export, struct tracks *tracks, const struct process *process)
{
	struct told_process *told = tell_process(export, tracks, process), **changed;

	if (!told || told->changed)
		return;
	if (tracks->changed_count == tracks->changed_room) {
		changed = reallocarray(tracks->changed, tracks->changed_room * 2 + 8, sizeof(*changed));
		if (!changed) {
			export_fail(export, -ENOMEM);
			return;
		}
		tracks->changed = changed;
		tracks->changed_room = tracks->changed_room * 2 + 8;
	}
	told->changed = true;
	told->process = process;
	tracks->changed[tracks->changed_count++] = told;
}

void tracks_count(struct export *export, struct tracks *tracks)
{
	for (size_t i = 0; i < tracks->changed_count; i++)
		if (tracks->changed[i])
			count_process(export, tracks, tracks->changed[i]);
	tracks->changed_count = 0;
}

/* Nobody is left of it: it may be forgotten by the model before the record under way is told. */
static void end_process(struct export *export, struct tracks *tracks, const struct process *process)
{
	struct told_process *told = map_get(&tracks->processes, process->serial);

	if (!told)
		return;
	count_process(export, tracks, told);
	for (size_t i = 0; i < tracks->changed_count; i++)
		if (tracks->changed[i] == told)
			tracks->changed[i] = NULL;
	free(told);
	map_remove(&tracks->processes, process->serial);
}

void tracks_end(struct export *export, struct tracks *tracks, const struct thread *thread)
{
	free(tracks_told(tracks, thread));
	map_remove(&tracks->threads, thread->serial);
	tracks_changed(export, tracks, thread->process);
	if (!thread->process->alive)
		end_process(export, tracks, thread->process);
}

static void clear(struct map *map)
{
	for (size_t i = 0; i < map->size; i++)
		free(map->slots[i].value);
	map_clear(map);
}

void tracks_clear(struct tracks *tracks)
{
	clear(&tracks->threads);
	clear(&tracks->processes);
	free(tracks->changed);
}
