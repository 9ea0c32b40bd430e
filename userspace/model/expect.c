/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Memory asked for ahead of time. Among thousands of threads that take turns, what a record needs lies in no cache, and
 * waiting for it takes longer than all else. A hint and never more: nothing is changed, and what turns out otherwise when
 * the record is applied is only slower.
 */
#include "userspace/model/private.h"

#define LINE_BYTES 64

/* The cache lines of a thread from struct thread_own's last on, and what must lie in so many of them. */
#define LINES_TO(field)                                                                            \
	((offsetof(struct thread_whole, field) - offsetof(struct thread_whole, own.refs)) / LINE_BYTES + 1)
enum { LINES_NAMED = 2, LINES_WOKEN = 3, LINES_SWITCHED = 4, LINES_WAIT = 2 };

_Static_assert(LINES_TO(thread.has_books) == LINES_NAMED, "state, process, serial");
_Static_assert(LINES_TO(thread.waker) == LINES_WOKEN, "state_ns, wakeups");
_Static_assert(LINES_TO(thread.clear_tid_address) == LINES_SWITCHED, "switches, delays");
_Static_assert(LINES_TO(thread.last_wait) == LINES_SWITCHED + LINES_WAIT, "the wait, and the last one");

static void fetch(const void *memory, size_t lines)
{
	for (size_t line = 0; line < lines; line++)
		__builtin_prefetch((const char *)memory + line * LINE_BYTES);
}

static void fetch_thread(const struct thread *thread, size_t lines)
{
	if (thread)
		fetch(&thread_own(thread)->refs, lines);
}

/* Its present wait will end, and somebody else will be its waker. */
static void fetch_wait(const struct thread *thread)
{
	waits_expect_end(thread);
	fetch_thread(thread->waker, 1);
	fetch_thread(thread->wait.on, 1);
}

/* NULL: the wait names none. */
static const struct thread *lock_owner(const struct model *model, const struct ev_wait *raw)
{
	return raw && raw->flags & WAIT_F_OWNER ? thread_live(model, raw->owner) : NULL;
}

static void expect_switch(const struct model *model, const struct record *record)
{
	const struct ev_sched_switch *ev = record->sched_switch;
	const struct thread *prev = thread_live(model, ev->prev_tid), *next = thread_live(model, ev->next_tid);

	if (prev && record->wait)
		waits_expect(prev, lock_owner(model, record->wait));
	if (next)
		delays_expect(&next->delays, ev->head.ts_ns - next->state_since_ns);
}

static void expect_waking(const struct model *model, const struct ev_sched_waking *ev)
{
	const struct thread *thread = thread_live(model, ev->tid);

	if (thread)
		fetch_wait(thread);
}

void model_expect_threads(const struct model *model, const struct record *record)
{
	const struct thread *thread;

	if (record->kind == REC_sched_switch) {
		thread = thread_live(model, record->sched_switch->next_tid);
		fetch_thread(thread, LINES_SWITCHED);
		if (thread)
			fetch(&thread_own(thread)->wait_index, 1); /* it will soon sleep again */
		fetch_thread(lock_owner(model, record->wait), LINES_NAMED);
	} else if (record->kind == REC_sched_waking) {
		thread = thread_live(model, record->sched_waking->tid);
		fetch_thread(thread, LINES_WOKEN);
		if (thread)
			fetch(&thread->wait, LINES_WAIT);
	}
}

void model_expect(const struct model *model, const struct record *record)
{
	if (record->kind == REC_sched_switch)
		expect_switch(model, record);
	else if (record->kind == REC_sched_waking)
		expect_waking(model, record->sched_waking);
}
