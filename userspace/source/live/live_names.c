// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/live_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STATE_DEAD (TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE)
#define TIDS (4u << 20) /* the kernel's PID_MAX_LIMIT */
#define WORDS (TIDS / 64)

int names_open(struct names *names)
{
	*names = (struct names){
		.observed = calloc(WORDS, sizeof(*names->observed)), /* 512 KB, touched where tids are in use */
		.doubted = calloc(WORDS, sizeof(*names->doubted)),
		.looked_up = calloc(WORDS, sizeof(*names->looked_up)),
		.ring = calloc(ABI_CONTEXT_THREADS, sizeof(*names->ring)),
	};
	return names->observed && names->doubted && names->looked_up && names->ring ? 0 : -ENOMEM;
}

void names_close(struct names *names)
{
	free(names->observed);
	free(names->doubted);
	free(names->looked_up);
	free(names->ring);
}

static bool has(const uint64_t *bits, uint32_t tid)
{
	return bits[tid / 64] >> tid % 64 & 1;
}

static void set(uint64_t *bits, uint32_t tid, bool value)
{
	if (tid >= TIDS)
		return;
	if (value)
		bits[tid / 64] |= 1ull << tid % 64;
	else
		bits[tid / 64] &= ~(1ull << tid % 64);
}

static bool is_known(const struct names *names, uint32_t tid)
{
	return !tid || tid >= TIDS || has(names->observed, tid) || has(names->looked_up, tid);
}

static void drop_oldest(struct names *names)
{
	set(names->looked_up, names->ring[names->oldest].tid, false);
	names->oldest = (names->oldest + 1) % ABI_CONTEXT_THREADS;
	names->count--;
}

static void drop_old(struct names *names, uint64_t now_ns)
{
	while (names->count && names->ring[names->oldest].ts_ns + NAMES_HOLD_NS < now_ns)
		drop_oldest(names);
}

static void note(struct names *names, uint64_t ts_ns, uint32_t tid)
{
	if (names->count == ABI_CONTEXT_THREADS)
		drop_oldest(names);
	names->ring[(names->oldest + names->count++) % ABI_CONTEXT_THREADS] = (struct name_age){ts_ns, tid};
	set(names->looked_up, tid, true);
}

static bool name_of(uint32_t pid, uint32_t tid, char name[ABI_NAME_BYTES])
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/comm", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, name, ABI_NAME_BYTES);
	close(fd);
	if (got <= 0)
		return false;
	if (name[got - 1] == '\n')
		name[got - 1] = 0;
	return true;
}

/* Noted either way: one that is gone already is not asked for again at each of its records. */
static bool look_up(struct names *names, uint64_t ts_ns, uint32_t pid, uint32_t tid, struct ev_task_snapshot *context)
{
	note(names, ts_ns, tid);
	*context = (struct ev_task_snapshot){
		.head = {.ts_ns = ts_ns,
			 .size = sizeof(*context),
			 .kind = REC_task_snapshot,
			 .flags = SNAPSHOT_F_CONTEXT},
		.tid = tid,
		.pid = pid,
		.wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};
	return name_of(pid, tid, context->name);
}

static bool waker_needed(struct names *names, const struct ev_sched_waking *ev, struct ev_task_snapshot *context)
{
	if (is_known(names, ev->waker_tid) || ev->head.flags & (WAKING_F_INTERRUPT | WAKING_F_CONTEXT_UNKNOWN))
		return false;
	if (!look_up(names, ev->head.ts_ns, ev->waker_pid, ev->waker_tid, context))
		return false;
	if (ev->head.flags & WAKING_F_KERNEL)
		context->head.flags |= SNAPSHOT_F_KERNEL;
	return true;
}

/* Who told of itself. One that is only named by its process (SNAPSHOT_F_CONTEXT) has nothing more to tell. */
static void snapshot_seen(struct names *names, const struct ev_task_snapshot *ev)
{
	if (!(ev->head.flags & SNAPSHOT_F_CONTEXT))
		set(names->observed, ev->tid, true);
	else if (!is_known(names, ev->tid))
		note(names, ev->head.ts_ns, ev->tid);
}

static void doubt_observed(struct names *names)
{
	for (size_t i = 0; i < WORDS; i++) {
		if (!names->observed[i])
			continue;
		names->doubted[i] |= names->observed[i];
		names->observed[i] = 0;
	}
}

/* Only who had its name: of one whose creation was lost, nothing but a look can tell it. */
static void seen_running(struct names *names, uint32_t tid)
{
	if (tid >= TIDS || !has(names->doubted, tid))
		return;
	set(names->doubted, tid, false);
	set(names->observed, tid, true);
}

static void switch_seen(struct names *names, const struct ev_sched_switch *ev)
{
	/* The last one: until then it may wake others, and its number is nobody else's. */
	if (ev->prev_state & STATE_DEAD) {
		set(names->observed, ev->prev_tid, false);
		set(names->doubted, ev->prev_tid, false);
		set(names->looked_up, ev->prev_tid, false);
	}
	if (ev->head.flags & SWITCH_F_NEXT_TARGET)
		seen_running(names, ev->next_tid);
}

bool names_needed(struct names *names, const struct rec_head *record, struct ev_task_snapshot *context)
{
	const struct ev_task_newtask *created = (const void *)record;
	const struct ev_lost *lost = (const void *)record;

	drop_old(names, record->ts_ns);
	switch (record->kind) {
	case REC_sched_waking:
		return waker_needed(names, (const void *)record, context);
	case REC_task_newtask:
		set(names->observed, created->tid, true);
		if (is_known(names, created->creator_tid))
			return false;
		return look_up(names, record->ts_ns, created->creator_pid, created->creator_tid, context);
	case REC_task_snapshot:
		snapshot_seen(names, (const void *)record);
		return false;
	case REC_sched_switch:
		switch_seen(names, (const void *)record);
		return false;
	case REC_lost:
		if (!lost->lost_kind || lost->lost_kind == REC_sched_switch)
			doubt_observed(names);
		return false;
	default:
		return false;
	}
}
