/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The last seconds of a model: how each thread and each CPU spent every slice of time, and what each thread did in the
 * last interval. Reads the model, never writes it; fed by whoever drives the model, in model time.
 *
 * A thread that stays in one state costs a look at it for each slice and nothing more: its record here is brought up
 * when it moves. Memory: sizeof(struct recent_thread) for a thread that lives or has ended lately (sizeof(struct slice)
 * for each slice among it), never more.
 */
#ifndef THRACE_MODEL_RECENT_H
#define THRACE_MODEL_RECENT_H

#include "userspace/model/model.h"
#include "userspace/util/map.h"

#define RECENT_SLICES 64
#define RECENT_SLICE_NS 250000000ull
#define RECENT_INTERVAL 4 /* slices from one interval's end to the next; more for who comes late */
#define RECENT_LINGER_NS 10000000000ull /* so long an ended thread stays */

/* How a slice was spent, in parts of 255. What is missing: not alive, or not known. */
struct slice {
	uint8_t running, ready, blocked;
	uint8_t ended; /* 1: the thread ended in it */
};

/* A thread's totals at one time, and the state that it was in then. */
struct recent_base {
	uint64_t at_ns, state_ns[STATE_COUNT];
	uint64_t switches, delays, delay_ns;
	enum thread_state state;
};

/* What happened in the last interval. */
struct recent_figures {
	uint64_t interval_ns; /* its length; 0: none has ended yet in which it was there */
	uint64_t state_ns[STATE_COUNT];
	uint64_t switches, delays, delay_ns;
};

struct recent_thread {
	struct recent_base slice_base, interval_base;
	struct recent_figures figures;
	uint64_t figured; /* the interval that figures are of; an earlier one: it was quiet since */
	uint64_t written; /* slices before this one are in the ring */
	struct slice ring[RECENT_SLICES];
};

/* A thread to be shown: it lives, or ended lately. */
struct recent_row {
	uint64_t serial;
	const struct thread *thread;
	struct recent_thread *own;
};

struct recent_cpu {
	uint64_t before_ns;
	uint8_t busy[RECENT_SLICES]; /* with observed threads, in parts of 255 */
};

struct recent {
	uint64_t begin_ns; /* of the slice under way; 0: not begun */
	uint64_t slices; /* taken so far */
	uint64_t interval; /* the number of the last interval with figures */
	uint64_t interval_begin_ns; /* of the interval under way */
	/* Of all threads together, in the last interval, and its length. */
	uint64_t interval_ns, running_ns, ready_ns;
	uint64_t sum_running_ns, sum_ready_ns; /* of the interval under way */

	struct recent_row *rows; /* in the model's order */
	size_t rows_count, rows_room;
	struct recent_row *spare; /* where the next rows are put together; of the same room */
	struct map by_serial;
	struct recent_cpu *cpus;
	size_t cpus_count;
	uint8_t busy[RECENT_SLICES]; /* of all CPUs together */
};

/* Zeroed memory is one that has not begun. */
void recent_free(struct recent *recent);

/* Takes every slice that ended by now: no record from before then is to come. Returns 0 or -ENOMEM. */
int recent_advance(struct recent *recent, const struct model *model, uint64_t now_ns);
/* Finds the rows anew: those of before may point at threads that are no more. Returns 0 or -ENOMEM. */
int recent_refresh(struct recent *recent, const struct model *model);

struct recent_figures recent_figures(const struct recent *recent, const struct recent_row *row);
/* The slice so many before the last one that was taken. */
struct slice recent_slice(const struct recent *recent, const struct recent_row *row, size_t back);
/* The same of a CPU (of all together: -1), in parts of 255. */
uint8_t recent_busy(const struct recent *recent, int cpu, size_t back);

#endif
