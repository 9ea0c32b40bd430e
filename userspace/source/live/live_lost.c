// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/live_lost.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include "userspace/util/clock.h"

#define NO_RING UINT32_MAX

struct cpu_account { /* as bpf/core/maps.h lays it out */
	uint64_t lost[REC_KIND_END];
	uint32_t unread_bytes;
	uint32_t running;
	uint64_t hurried_ns;
};

static const enum rec_kind program_kinds[LOSSES_PROGRAMS] = {
	REC_sched_switch, REC_sched_waking, REC_task_newtask, REC_sched_process_exec, REC_sched_process_exit,
	REC_task_rename,
};

int losses_open(struct losses *losses, int accounts, size_t rings)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		return cpus;
	losses->accounts = accounts;
	losses->rings = rings;
	losses->cpus = (size_t)cpus;
	losses->told = calloc(rings * REC_KIND_END, sizeof(*losses->told));
	losses->room = calloc(losses->cpus, sizeof(struct cpu_account));
	return losses->told && losses->room ? 0 : -ENOMEM;
}

void losses_close(struct losses *losses)
{
	free(losses->told);
	free(losses->room);
}

/* When it was noticed, and how long before it can have been. */
struct moment {
	uint64_t noticed_ns;
	uint16_t within_ms;
};

/* What the last call did not tell came after that began to look; what waits for one call more (live_load.c), after the
 * one before. */
static struct moment moment_of(const struct losses *losses, uint64_t noticed_ns)
{
	uint64_t ms = (noticed_ns - losses->begun_before_ns) / 1000000 + 1;

	return (struct moment){noticed_ns, ms < UINT16_MAX ? (uint16_t)ms : UINT16_MAX};
}

static int tell(struct queue *queue, struct moment moment, uint32_t ring, enum rec_kind kind, uint64_t total, uint64_t *told)
{
	struct ev_lost lost = {
		.head = {.ts_ns = moment.noticed_ns, .size = sizeof(lost), .kind = REC_lost},
		.ring = ring,
		.lost_kind = kind,
		.within_ms = moment.within_ms,
		.count = total - *told,
	};

	if (total <= *told)
		return 0;
	*told = total;
	return queue_put(queue, &lost.head);
}

int losses_tell(struct losses *losses, const struct losses_outside *outside, uint64_t end_ns, struct queue *queue)
{
	const struct cpu_account *accounts = losses->room;
	struct moment moment;
	uint64_t now_ns;
	uint32_t zero = 0;
	int error = 0;

	if (bpf_map_lookup_elem(losses->accounts, &zero, losses->room))
		return -errno;
	now_ns = clock_now_ns();
	moment = moment_of(losses, now_ns < end_ns ? now_ns : end_ns);
	for (size_t ring = 0; ring < losses->rings; ring++) {
		for (size_t kind = 0; !error && kind < REC_KIND_END; kind++) {
			uint64_t total = 0;

			for (size_t cpu = ring; cpu < losses->cpus; cpu += losses->rings)
				total += accounts[cpu].lost[kind];
			error = tell(queue, moment, (uint32_t)ring, kind, total, &losses->told[ring * REC_KIND_END + kind]);
		}
	}
	for (size_t i = 0; !error && i < LOSSES_PROGRAMS; i++)
		error = tell(queue, moment, NO_RING, program_kinds[i], outside->passed_over[i], &losses->told_passed_over[i]);
	if (!error)
		error = tell(queue, moment, NO_RING, REC_task_snapshot, outside->snapshots, &losses->told_snapshots);
	losses->begun_before_ns = losses->begun_ns;
	losses->begun_ns = outside->begun_ns;
	return error;
}
