/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/file/stream.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS_MAX 64
#define NOBODY UINT32_MAX

enum life { READY, RUNNING, BLOCKED };

struct task {
	enum life life;
	uint32_t switches;
	uint32_t next; /* in the queue of the ready */
};

struct stream {
	uint64_t seed, now_ns;
	unsigned int threads, cpus;
	struct task *tasks;
	uint32_t ready_first, ready_last;
	uint32_t running[CPUS_MAX];
	unsigned int begun; /* records of what comes before the first switch */
	bool waking_next; /* a waking and a switch in turn */
	union {
		struct rec_head head;
		struct ev_begin begin;
		struct ev_task_snapshot snapshot;
		struct ev_sched_switch_wait switched;
		struct ev_sched_waking waking;
	} record;
};

static unsigned int dice(struct stream *stream, unsigned int sides)
{
	stream->seed = stream->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (stream->seed >> 33) % sides;
}

static void queue_put(struct stream *stream, uint32_t task)
{
	stream->tasks[task].life = READY;
	stream->tasks[task].next = NOBODY;
	if (stream->ready_first == NOBODY)
		stream->ready_first = task;
	else
		stream->tasks[stream->ready_last].next = task;
	stream->ready_last = task;
}

static uint32_t queue_take(struct stream *stream)
{
	uint32_t task = stream->ready_first;

	if (task != NOBODY)
		stream->ready_first = stream->tasks[task].next;
	return task;
}

struct stream *stream_new(unsigned int threads, unsigned int cpus, uint64_t seed)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream || cpus > CPUS_MAX)
		abort();
	stream->tasks = calloc(threads, sizeof(*stream->tasks));
	if (!stream->tasks)
		abort();
	stream->seed = seed;
	stream->threads = threads;
	stream->cpus = cpus;
	stream->now_ns = STREAM_FIRST_NS;
	stream->ready_first = NOBODY;
	for (unsigned int cpu = 0; cpu < CPUS_MAX; cpu++)
		stream->running[cpu] = NOBODY;
	for (uint32_t task = 0; task < threads; task++)
		stream->tasks[task].life = BLOCKED;
	return stream;
}

void stream_free(struct stream *stream)
{
	free(stream->tasks);
	free(stream);
}

static struct rec_head head_of(const struct stream *stream, enum rec_kind kind, size_t size, unsigned int cpu)
{
	return (struct rec_head){.ts_ns = stream->now_ns, .size = size, .kind = kind, .cpu = cpu};
}

static void make_begin(struct stream *stream)
{
	struct ev_begin *begin = &stream->record.begin;

	*begin = (struct ev_begin){
		.head = head_of(stream, REC_begin, sizeof(*begin), 0),
		.source = BEGIN_SOURCE_BPF,
		.cpus = stream->cpus,
		.realtime_ns = 1700000000000000000ull,
		.host = "made-up",
		.kernel = "6.1.0-test",
	};
}

static void make_snapshot(struct stream *stream, uint32_t task)
{
	struct ev_task_snapshot *snapshot = &stream->record.snapshot;

	*snapshot = (struct ev_task_snapshot){
		.head = head_of(stream, REC_task_snapshot, sizeof(*snapshot), 0),
		.tid = STREAM_PID + task,
		.pid = STREAM_PID,
		.parent_pid = 1,
		.state = TASK_S_INTERRUPTIBLE,
		.start_ns = 1000 + task,
		.clear_tid_address = 0x7f0000000000ull + task * 0x801000ull,
		.wait = {.syscall = 202, .class = WAIT_CLASS_FUTEX, .address = 0x55550000ull},
	};
	snprintf(snapshot->name, sizeof(snapshot->name), "w%u", task);
}

/* What a thread blocks on: mostly the same as ever, as programs do. */
static struct ev_wait make_wait(struct stream *stream, uint32_t task)
{
	switch (dice(stream, 10) ? task % 4 : dice(stream, 4)) {
	case 0:
		return (struct ev_wait){.syscall = 202, .class = WAIT_CLASS_FUTEX, .op = 128, .value = 2,
					.flags = WAIT_F_OWNER, .address = 0x7f1234560000ull + dice(stream, 16) * 64,
					.owner = STREAM_PID + dice(stream, stream->threads)};
	case 1:
		return (struct ev_wait){.syscall = 0, .class = WAIT_CLASS_FD, .flags = WAIT_F_FILE, .op = 0140777,
					.value = task % 100 + 3, .detail = 100000 + task, .owner = 0x534f434b};
	case 2:
		return (struct ev_wait){.syscall = 232, .class = WAIT_CLASS_POLL, .address = 5, .value = 0x7ffe1000};
	default:
		return (struct ev_wait){.syscall = 230, .class = WAIT_CLASS_CLOCK_SLEEP};
	}
}

static bool make_waking(struct stream *stream, unsigned int cpu)
{
	struct ev_sched_waking *waking = &stream->record.waking;
	uint32_t task = dice(stream, stream->threads), waker = stream->running[cpu];

	if (stream->tasks[task].life != BLOCKED)
		return false;
	*waking = (struct ev_sched_waking){
		.head = head_of(stream, REC_sched_waking, sizeof(*waking), cpu),
		.tid = STREAM_PID + task,
	};
	if (waker == NOBODY) {
		waking->head.flags = WAKING_F_INTERRUPT;
	} else {
		waking->waker_tid = STREAM_PID + waker;
		waking->waker_pid = STREAM_PID;
	}
	queue_put(stream, task);
	return true;
}

static void leave_cpu(struct stream *stream, uint32_t prev, bool sleeps)
{
	struct ev_sched_switch_wait *record = &stream->record.switched;
	struct ev_sched_switch *ev = &record->switched;

	ev->prev_tid = STREAM_PID + prev;
	ev->prev_nvcsw = stream->tasks[prev].switches += sleeps;
	ev->prev_state = sleeps ? TASK_S_INTERRUPTIBLE : TASK_S_RUNNING;
	ev->head.flags |= SWITCH_F_PREV_TARGET | (sleeps ? SWITCH_F_WAIT : SWITCH_F_PREEMPTED);
	stream->tasks[prev].life = BLOCKED;
	if (sleeps)
		record->wait = make_wait(stream, prev);
	else
		queue_put(stream, prev);
}

static bool make_switch(struct stream *stream, unsigned int cpu)
{
	struct ev_sched_switch_wait *record = &stream->record.switched;
	struct ev_sched_switch *ev = &record->switched;
	uint32_t prev = stream->running[cpu], next = queue_take(stream);
	bool sleeps = prev != NOBODY && dice(stream, 5);

	if (prev == NOBODY && next == NOBODY)
		return false;
	memset(record, 0, sizeof(*record));
	ev->head = head_of(stream, REC_sched_switch, sleeps ? sizeof(*record) : sizeof(*ev), cpu);
	if (prev != NOBODY)
		leave_cpu(stream, prev, sleeps);
	if (next != NOBODY) {
		ev->next_tid = STREAM_PID + next;
		ev->head.flags |= SWITCH_F_NEXT_TARGET;
		stream->tasks[next].life = RUNNING;
	}
	stream->running[cpu] = next;
	return true;
}

const struct rec_head *stream_next(struct stream *stream)
{
	unsigned int cpu;

	if (!stream->begun++) {
		make_begin(stream);
		return &stream->record.head;
	}
	if (stream->begun - 2 < stream->threads) {
		make_snapshot(stream, stream->begun - 2);
		return &stream->record.head;
	}
	while (true) {
		stream->now_ns += 300 + dice(stream, 3000);
		cpu = dice(stream, stream->cpus);
		stream->waking_next = !stream->waking_next;
		if (stream->waking_next ? make_waking(stream, cpu) : make_switch(stream, cpu))
			return &stream->record.head;
	}
}
