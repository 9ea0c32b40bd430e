/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Short ways to say records in tests. Each record goes the whole way, bytes through the decoder into the model, and
 * the model's invariants are checked after it.
 */
#ifndef THRACE_TESTS_UNIT_FEED_H
#define THRACE_TESTS_UNIT_FEED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/sched.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"

/* Who listens in: before a record is applied, and after. NULL: nobody. */
extern struct feed_tap {
	void (*before)(struct model *model);
	void (*after)(const struct model *model, const struct record *record);
} feed_tap;

void feed(struct model *model, const struct rec_head *head);

/* FEED(model, task_rename, 100, .tid = 1, .pid = 1, .name = "x", .head.cpu = 2) */
#define FEED(model, token, at, ...)                                                                \
	feed(model, &(struct ev_##token){.head.ts_ns = (at),                                       \
					 .head.kind = REC_##token,                                 \
					 .head.size = sizeof(struct ev_##token),                   \
					 __VA_ARGS__}                                              \
			     .head)

/* The CPU passes from one to another; 0: to or from nobody who is observed. */
void feed_switch(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, uint32_t prev_state, uint32_t next);
void feed_preempt(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, uint32_t next);
void feed_sleep(struct model *model, uint64_t at, unsigned int cpu, uint32_t prev, struct ev_wait wait, uint32_t next);
void feed_waking(struct model *model, uint64_t at, uint32_t tid, uint32_t waker_tid, uint32_t waker_pid);
/* A thread of creator_pid. Its clear_tid_address is address_of(tid). */
void feed_thread(struct model *model, uint64_t at, unsigned int cpu, uint32_t tid, uint32_t creator_tid,
		 uint32_t creator_pid);
void feed_process(struct model *model, uint64_t at, unsigned int cpu, uint32_t pid, uint32_t creator_tid,
		  uint32_t creator_pid);
void feed_exit(struct model *model, uint64_t at, unsigned int cpu, uint32_t tid, uint32_t pid, uint8_t flags,
	       uint32_t exit_code);

uint64_t address_of(uint32_t tid);
struct ev_wait wait_join(uint32_t tid);
struct ev_wait wait_mutex(uint64_t address, uint32_t owner);
struct ev_wait wait_call(int number);

/* A process 100 whose leader runs on CPU 0 since 1000; nothing else is known. */
struct model *model_with_leader(void);
/* Also one that ended. */
const struct thread *find_thread(const struct model *model, uint32_t tid);
const struct wait_total *find_wait(const struct thread *thread, enum wait_kind kind);

#define cmocka_unit_main(tests)                                                                    \
	int main(void)                                                                             \
	{                                                                                          \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
