/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a picture costs, without the kernel's share and the records': draw THREADS SWITCHES_PER_S. Every thread moves
 * between two pictures as far as the switches reach; all that a beat of the screen does is measured, but for the bytes that
 * go to the terminal.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "userspace/decode/decode.h"
#include "userspace/model/recent.h"
#include "userspace/view/top/top.h"

#define FRAMES	 40
#define FRAME_NS 250000000ull
#define BEGIN	 1000000000ull

static void apply(struct model *model, const struct rec_head *head)
{
	struct record record;
	size_t consumed;

	if (decode_record(head, head->size, &record, &consumed) != DECODE_RECORD || model_apply(model, &record))
		abort();
}

#define APPLY(model, token, at, ...)                                                               \
	apply(model, &(struct ev_##token){.head.ts_ns = (at),                                      \
					  .head.kind = REC_##token,                                \
					  .head.size = sizeof(struct ev_##token),                  \
					  __VA_ARGS__}                                             \
			      .head)

static uint64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void create(struct model *model, uint32_t threads)
{
	APPLY(model, begin, BEGIN, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	for (uint32_t i = 0; i < threads; i++)
		APPLY(model, task_snapshot, BEGIN, .tid = 1000 + i, .pid = 1000, .name = "worker",
		      .state = TASK_S_INTERRUPTIBLE, .head.flags = SNAPSHOT_F_SINCE);
}

/* One thread after the other is woken, runs and sleeps again. */
static void move(struct model *model, uint32_t threads, uint64_t switches, uint64_t begin_ns)
{
	static uint32_t turn;

	for (uint64_t i = 0; i < switches; i++) {
		uint32_t last = 1000 + turn % threads, next = 1000 + (turn + 1) % threads;
		uint64_t at_ns = begin_ns + i * FRAME_NS / switches;

		APPLY(model, sched_waking, at_ns, .tid = next, .waker_tid = last, .waker_pid = 1000);
		APPLY(model, sched_switch, at_ns, .head.flags = SWITCH_F_PREV_TARGET | SWITCH_F_NEXT_TARGET,
		      .prev_tid = last, .next_tid = next, .prev_state = TASK_S_INTERRUPTIBLE);
		turn++;
	}
}

static void beat(struct top_scene *scene, struct recent *recent, uint64_t now_ns)
{
	scene->clock.now_ns = now_ns;
	if (recent_advance(recent, scene->model, now_ns) || recent_refresh(recent, scene->model) || top_collect(scene))
		abort();
	top_draw(scene);
}

int main(int argc, char **argv)
{
	uint32_t threads = argc > 1 ? (uint32_t)atoi(argv[1]) : 10000;
	uint64_t switches = argc > 2 ? (uint64_t)atoi(argv[2]) : 100000, spent_ns = 0, most_ns = 0;
	struct model *model = model_new(NULL);
	struct recent recent = {0};
	struct cells cells = {.utf8 = true};
	struct top_state state;
	struct top_scene scene = {.model = model, .recent = &recent, .state = &state, .cells = &cells,
				  .text.utf8 = true};

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!model || cells_resize(&cells, 100, 30))
		return 1;
	create(model, threads);
	top_begin(&state, model);
	top_press(&scene, &(struct press){.key = 'P'}); /* by running: sorted anew each time */
	for (int frame = 1; frame <= FRAMES; frame++) {
		uint64_t before_ns, took_ns;

		move(model, threads, switches / 4, BEGIN + (uint64_t)(frame - 1) * FRAME_NS);
		before_ns = cpu_ns();
		beat(&scene, &recent, BEGIN + (uint64_t)frame * FRAME_NS);
		took_ns = cpu_ns() - before_ns;
		spent_ns += took_ns;
		most_ns = took_ns > most_ns ? took_ns : most_ns;
	}
	printf("  %u threads, %llu switches/s: %.2f ms a picture (%.2f at most), %.2f %% of a core at 4 a second\n", threads,
	       (unsigned long long)switches, (double)spent_ns / FRAMES / 1e6, (double)most_ns / 1e6,
	       (double)spent_ns / FRAMES / 1e9 * 4 * 100);
	printf("  kept for each thread: %zu bytes, %.0f of them for each second of its strip\n", sizeof(struct recent_thread),
	       (double)sizeof(struct slice) * 1e9 / RECENT_SLICE_NS);
	top_free(&scene);
	cells_free(&cells);
	recent_free(&recent);
	model_free(model);
	return 0;
}
