// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/live_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STATE_DEAD (TASK_S_DEAD | TASK_S_EXIT_DEAD | TASK_S_EXIT_ZOMBIE)
#define TIDS (4u << 20) /* the kernel's PID_MAX_LIMIT */

int names_open(struct names *names)
{
	names->known = calloc(TIDS / 64, sizeof(*names->known)); /* 512 KB, touched where tids are in use */
	return names->known ? 0 : -ENOMEM;
}

void names_close(struct names *names)
{
	free(names->known);
}

static bool is_known(const struct names *names, uint32_t tid)
{
	return !tid || tid >= TIDS || names->known[tid / 64] >> tid % 64 & 1;
}

static void set_known(struct names *names, uint32_t tid, bool known)
{
	if (tid >= TIDS)
		return;
	if (known)
		names->known[tid / 64] |= 1ull << tid % 64;
	else
		names->known[tid / 64] &= ~(1ull << tid % 64);
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

/* Tried once: one that is gone already stays without a name. */
static bool look_up(struct names *names, uint64_t ts_ns, uint32_t pid, uint32_t tid, struct ev_task_snapshot *context)
{
	set_known(names, tid, true);
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

bool names_needed(struct names *names, const struct rec_head *record, struct ev_task_snapshot *context)
{
	const struct ev_sched_switch *switched = (const void *)record;
	const struct ev_task_newtask *created = (const void *)record;

	switch (record->kind) {
	case REC_sched_waking:
		return waker_needed(names, (const void *)record, context);
	case REC_task_newtask:
		set_known(names, created->tid, true);
		if (is_known(names, created->creator_tid))
			return false;
		return look_up(names, record->ts_ns, created->creator_pid, created->creator_tid, context);
	case REC_task_snapshot:
		set_known(names, ((const struct ev_task_snapshot *)record)->tid, true);
		return false;
	case REC_sched_switch: /* the last one: until then it may wake others, and its number is nobody else's */
		if (switched->prev_state & STATE_DEAD)
			set_known(names, switched->prev_tid, false);
		return false;
	default:
		return false;
	}
}
