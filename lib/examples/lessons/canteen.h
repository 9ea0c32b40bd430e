/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The canteen's one workload, and its one table. 24 diners come within a tenth of a second and
 * want three meals each; a meal takes the window 6 ms: 1 ms of work and 5 ms of waiting for the
 * stove. The ways to meet the rush differ; the diners and the table do not. A wait is the time
 * from a diner's coming until the meal is there.
 */
#ifndef CANTEEN_H
#define CANTEEN_H

#include <sys/resource.h>
#include "lesson.h"

#define DINERS	   24
#define DISHES	   3
#define MEALS	   (DINERS * DISHES)
#define RUSH	   THR_MS(100)
#define WORK	   THR_MS(1)
#define STOVE	   THR_MS(5)
#define POPULAR_OF 5 /* four of five meals are popular ones */

struct meal {
	int diner, number; /* number: of all meals, from 0 */
	bool popular, fast_lane;
	thr_ns arrives; /* after noon */
	thr_ns ends;
};

struct canteen {
	struct meal meals[MEALS];
	thr_ns noon;
	double cpu_before; /* seconds of this process and its children */
	bool titled;
};

static inline double canteen_cpu(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec +
			children.ru_stime.tv_sec) +
	       (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec +
			children.ru_utime.tv_usec + children.ru_stime.tv_usec) /
		   1e6;
}

/* Noon: the same diners come at the same times, every time. */
static inline void canteen_open(struct canteen *canteen)
{
	uint32_t dice = 2024;

	for (int diner = 0; diner < DINERS; diner++) {
		for (int dish = 0; dish < DISHES; dish++) {
			const int number = diner * DISHES + dish;

			canteen->meals[number] = (struct meal){
			    .diner = diner,
			    .number = number,
			    .popular = number % POPULAR_OF != 0,
			    .fast_lane = diner % 4 == 0,
			    .arrives = RUSH * diner / DINERS + dice % (RUSH / DINERS),
			};
		}
		dice = dice * 1664525 + 1013904223;
	}
	canteen->cpu_before = canteen_cpu();
	canteen->noon = thr_monotonic();
}

static inline void canteen_wait_until(const struct canteen *canteen, thr_ns after_noon)
{
	const thr_ns left = canteen->noon + after_noon - thr_monotonic();

	if (left > 0)
		thr_sleep(left);
}

/* What the window does for a meal; share: how much of a whole meal's trouble it is. */
static inline void canteen_cook(double share)
{
	const thr_ns until = thr_monotonic() + (thr_ns)((double)WORK * share);

	while (thr_monotonic() < until)
		;
	thr_sleep((thr_ns)((double)STOVE * share));
}

static inline void canteen_served(const struct canteen *canteen, struct meal *meal)
{
	meal->ends = thr_monotonic() - canteen->noon;
}

static inline int canteen_compare(const void *a, const void *b)
{
	const thr_ns left = *(const thr_ns *)a, right = *(const thr_ns *)b;

	return left < right ? -1 : left > right;
}

static inline thr_ns canteen_wait_of(const struct meal *meal)
{
	return meal->ends - meal->arrives;
}

/* Jain's index of the diners' mean waits: 1 when all waited the same, 1/24 when one waited for
 * all.
 */
static inline double canteen_fairness(const struct canteen *canteen)
{
	double waits[DINERS] = {0}, sum = 0, squares = 0;

	for (int i = 0; i < MEALS; i++)
		waits[canteen->meals[i].diner] += (double)canteen_wait_of(&canteen->meals[i]);
	for (int i = 0; i < DINERS; i++) {
		sum += waits[i];
		squares += waits[i] * waits[i];
	}
	return sum * sum / (DINERS * squares);
}

/* The longest wait that a share of the meals does not exceed; of those in the fast lane, of the
 * others, or of all. */
enum canteen_who { ALL_DINERS, FAST_LANE, NO_LANE };

static inline double canteen_quantile_ms(const struct canteen *canteen, enum canteen_who who,
					 double share)
{
	thr_ns waits[MEALS];
	size_t count = 0;

	for (int i = 0; i < MEALS; i++)
		if (who == ALL_DINERS || canteen->meals[i].fast_lane == (who == FAST_LANE))
			waits[count++] = canteen_wait_of(&canteen->meals[i]);
	qsort(waits, count, sizeof(*waits), canteen_compare);
	return (double)waits[(size_t)((double)(count - 1) * share)] / 1e6;
}

/* The diner who waited longest for the first of its meals. */
static inline const struct meal *canteen_starved(const struct canteen *canteen)
{
	const struct meal *starved = &canteen->meals[0];

	for (int i = DISHES; i < MEALS; i += DISHES)
		if (canteen_wait_of(&canteen->meals[i]) > canteen_wait_of(starved))
			starved = &canteen->meals[i];
	return starved;
}

/* One row of the table. FIRST MAX: the longest wait for a diner's first meal. */
static inline void canteen_report(struct canteen *canteen, const char *way)
{
	thr_ns last = 0;

	for (int i = 0; i < MEALS; i++)
		if (canteen->meals[i].ends > last)
			last = canteen->meals[i].ends;
	if (!canteen->titled && !getenv("CANTEEN_NO_TITLE"))
		printf("%-28s %8s %9s %9s %9s %10s %9s %9s\n", "WAY", "MEALS/S", "WAIT p50",
		       "p99", "MAX", "FIRST MAX", "FAIRNESS", "CPU");
	canteen->titled = true;
	printf("%-28s %8.0f %6.0f ms %6.0f ms %6.0f ms %7.0f ms %9.2f %6.0f ms\n", way,
	       MEALS / ((double)last / 1e9), canteen_quantile_ms(canteen, ALL_DINERS, 0.5),
	       canteen_quantile_ms(canteen, ALL_DINERS, 0.99),
	       canteen_quantile_ms(canteen, ALL_DINERS, 1),
	       (double)canteen_wait_of(canteen_starved(canteen)) / 1e6,
	       canteen_fairness(canteen), (canteen_cpu() - canteen->cpu_before) * 1e3);
}

/* --- a line of meals, and windows that serve it: what four of the six ways are made of
 * --------------------- */

struct canteen_line {
	struct canteen *canteen;
	thr_queue *queue;
	double share, share_popular; /* of a meal's trouble that is left at the window */
};

/* Whether the diner wants another one after this; it is the next in the array. */
static inline bool canteen_wants_more(const struct meal *meal)
{
	return meal->number % DISHES != DISHES - 1;
}

/* Whoever wants more lines up anew, at the end. */
static inline void *canteen_window(void *arg)
{
	struct canteen_line *line = arg;
	void *item;

	while (!thr_queue_get(line->queue, &item, THR_FOREVER)) {
		struct meal *meal = item;

		canteen_cook(meal->popular ? line->share_popular : line->share);
		canteen_served(line->canteen, meal);
		if (canteen_wants_more(meal))
			must(thr_queue_put(line->queue, meal + 1, THR_FOREVER));
		thr_queue_task_done(line->queue);
	}
	return NULL; /* the queue is shut down and empty */
}

/* Opens, lets the diners into a line of this kind, and serves until all are done. */
static inline void canteen_serve(struct canteen_line *line, thr_queue_kind kind,
				 int (*compare)(const void *, const void *), int windows)
{
	thr_thread *threads[8];
	char name[16];

	must(thr_queue_new(&line->queue, &(thr_queue_opts){.kind = kind, .compare = compare}));
	canteen_open(line->canteen);
	for (int i = 0; i < windows; i++) {
		snprintf(name, sizeof(name), i ? "window-%d" : "window", i + 1);
		must(thr_thread_new(
		    &threads[i],
		    &(thr_thread_opts){.target = canteen_window, .arg = line, .name = name}));
		must(thr_thread_start(threads[i]));
	}
	for (int i = 0; i < MEALS; i += DISHES) {
		canteen_wait_until(line->canteen, line->canteen->meals[i].arrives);
		must(thr_queue_put(line->queue, &line->canteen->meals[i], THR_FOREVER));
	}
	must(thr_queue_join(line->queue, THR_FOREVER));
	thr_queue_shutdown(line->queue, false);
	for (int i = 0; i < windows; i++) {
		must(thr_thread_join(threads[i], THR_FOREVER));
		thr_thread_unref(threads[i]);
	}
	thr_queue_unref(line->queue);
}

#endif
