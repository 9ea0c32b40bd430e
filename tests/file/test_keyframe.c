/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A model that was told a keyframe knows of the living what the model knows that told it, and both go on alike.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <string.h>
#include "tests/file/stream.h"
#include "userspace/model/keyframe.h"

#define VFORK 58
#define WAIT4 61

static int feed_one(void *to, const struct rec_head *head)
{
	feed(to, head);
	return 0;
}

static struct model *successor(const struct model *model)
{
	struct model *next = model_new(NULL);

	assert_non_null(next);
	assert_int_equal(model_keyframe(model, feed_one, next), 0);
	return next;
}

static uint32_t tid_of(const struct thread *thread)
{
	return thread && thread->end == END_ALIVE ? thread->tid : 0;
}

static const char *text(const char *text)
{
	return text ? text : "";
}

static void compare_place(const struct place *one, const struct place *other)
{
	assert_int_equal(one != NULL, other != NULL);
	if (!one)
		return;
	assert_int_equal(one->number, other->number);
	assert_int_equal(one->calls_count, other->calls_count);
	for (size_t i = 0; i < one->calls_count; i++) {
		assert_int_equal(one->calls[i].line, other->calls[i].line);
		assert_int_equal(one->calls[i].offset, other->calls[i].offset);
		assert_int_equal(one->calls[i].flags, other->calls[i].flags);
		assert_string_equal(text(one->calls[i].function), text(other->calls[i].function));
		assert_string_equal(text(one->calls[i].module), text(other->calls[i].module));
		assert_string_equal(text(one->calls[i].file), text(other->calls[i].file));
	}
}

static void compare_thread(const struct thread *one, const struct thread *other)
{
	assert_int_equal(one->state, other->state);
	assert_int_equal(one->wait.kind, other->wait.kind);
	assert_int_equal(one->wait.evidence, other->wait.evidence);
	assert_int_equal(one->wait.since_ns, other->wait.since_ns);
	assert_int_equal(tid_of(one->wait.on), tid_of(other->wait.on));
	assert_int_equal(one->wait.on_tid, other->wait.on_tid);
	assert_int_equal(one->wait.traits, other->wait.traits);
	assert_int_equal(one->wait.holders, other->wait.holders);
	assert_int_equal(one->wait.address, other->wait.address);
	assert_int_equal(one->wait.timed, other->wait.timed);
	assert_int_equal(one->wait.confirmed, other->wait.confirmed);
	assert_memory_equal(&one->wait.raw, &other->wait.raw, sizeof(one->wait.raw));
	assert_int_equal(one->preempted, other->preempted);
	assert_int_equal(one->waker_tid, other->waker_tid);
	assert_int_equal(tid_of(one->waker), tid_of(other->waker));
	assert_int_equal(one->creator_tid, other->creator_tid);
	assert_int_equal(tid_of(one->creator), tid_of(other->creator));
	assert_int_equal(one->born, other->born);
	assert_int_equal(one->clone_flags, other->clone_flags);
	assert_int_equal(one->exiting, other->exiting);
	assert_int_equal(one->start_ns, other->start_ns);
	assert_int_equal(one->daemon, other->daemon);
	assert_string_equal(one->name, other->name);
	assert_string_equal(one->full_name ? one->full_name : "", other->full_name ? other->full_name : "");
	if (one->state == STATE_RUNNING)
		assert_int_equal(one->cpu, other->cpu);
	compare_place(one->created_at, other->created_at);
	assert_int_equal(one->created_unknown, other->created_unknown);
}

static void compare_process(const struct process *one, const struct process *other)
{
	assert_string_equal(one->name, other->name);
	assert_int_equal(one->parent_pid, other->parent_pid);
	assert_int_equal(one->launched, other->launched);
	assert_int_equal(one->execs, other->execs);
	assert_int_equal(one->alive, other->alive);
	assert_int_equal(one->ready, other->ready);
	assert_int_equal(one->on_cpu, other->on_cpu);
}

static void compare(const struct model *one, const struct model *other)
{
	size_t compared = 0;

	process_for_each(one, process) {
		if (process->ended)
			continue;
		assert_non_null(model_process(other, process->pid));
		compare_process(process, model_process(other, process->pid));
		thread_for_each(process, thread) {
			if (thread->end != END_ALIVE)
				continue;
			assert_non_null(model_thread(other, thread->tid));
			compare_thread(thread, model_thread(other, thread->tid));
			compared++;
		}
	}
	assert_true(compared > 0);
	assert_int_equal(one->begin.cpus, other->begin.cpus);
}

/* Both tell the same wall clock at every time. */
static void compare_clock(const struct model *one, const struct model *other)
{
	assert_int_equal(one->begin.realtime_ns - one->begin.head.ts_ns,
			 other->begin.realtime_ns - other->begin.head.ts_ns);
}

/* Lock, wait and be preempted, for a while: a successor at every so many records, all going on. */
static void states_go_on(void **state)
{
	struct stream *stream = stream_new(30, 3, 17);
	struct model *model = model_new(NULL), *next = NULL;

	(void)state;
	for (int i = 1; i <= 4000; i++) {
		const struct rec_head *head = stream_next(stream);

		feed(model, head);
		if (next)
			feed(next, head);
		if (i % 500 == 100) {
			model_free(next);
			next = successor(model);
			compare_clock(model, next);
		}
		if (next && i % 25 == 0)
			compare(model, next);
	}
	model_free(model);
	model_free(next);
	stream_free(stream);
}

static struct model *family(void)
{
	struct model *model = model_new(NULL);

	FEED(model, begin, 1000, .source = BEGIN_SOURCE_BPF, .cpus = 2, .realtime_ns = 5000000);
	feed_process(model, 1100, 0, 100, 50, 50);
	FEED(model, launch, 1100, .pid = 100, .parent_pid = 50);
	feed_switch(model, 1200, 0, 0, 0, 100);
	FEED(model, sched_process_exec, 1300, .tid = 100, .pid = 100, .old_tid = 100, .name = "program");
	feed_thread(model, 1400, 0, 101, 100, 100);
	FEED(model, place_frame, 1420, .place = 9, .line = 88, .offset = 5, .function = "start",
	     .module = "/bin/program", .file = "program.c");
	FEED(model, place_frame, 1420, .place = 9, .index = 1, .offset = 0x1139, .module = "/lib/some.so",
	     .head.flags = FRAME_F_LAST);
	FEED(model, created_at, 1420, .tid = 101, .pid = 100, .start_ns = 1400, .place = 9);
	FEED(model, thread_name, 1450, .tid = 101, .pid = 100, .uid = 7, .daemon = 1, .name = "a long name of it");
	FEED(model, task_snapshot, 1450, .tid = 50, .pid = 50, .head.flags = SNAPSHOT_F_CONTEXT, .name = "shell");
	feed_switch(model, 1500, 1, 0, 0, 101);
	feed_thread(model, 1600, 0, 102, 100, 100);
	FEED(model, created_at, 1600, .tid = 102, .pid = 100, .start_ns = 1600, .why = CREATED_STACK);
	feed_sleep(model, 1700, 1, 101, wait_mutex(0x7000, 102), 102);
	return model;
}

static void lineage_and_names_go_on(void **state)
{
	struct model *model = family(), *next = successor(model);

	(void)state;
	compare(model, next);
	assert_string_equal(find_thread(next, 101)->full_name, "a long name of it");
	assert_int_equal(find_thread(next, 101)->wait.on->tid, 102);
	/* The launched program's life begins at its exec, and does not begin again. */
	FEED(model, sched_process_exec, 1800, .tid = 100, .pid = 100, .old_tid = 100, .name = "other");
	FEED(next, sched_process_exec, 1800, .tid = 100, .pid = 100, .old_tid = 100, .name = "other");
	compare(model, next);
	assert_int_equal(find_thread(next, 100)->first_ns, 1700);
	model_free(model);
	model_free(next);
}

/* Waits on a child, which its parent's snapshot precedes. */
static void waits_on_children_go_on(void **state)
{
	struct model *model = family(), *next;

	(void)state;
	FEED(model, task_newtask, 1800, .tid = 200, .pid = 200, .creator_tid = 100, .creator_pid = 100,
	     .clone_flags = CLONE_VM | CLONE_VFORK, .ns_tid = 200, .ns_pid = 200, .start_ns = 1800, .name = "child");
	feed_sleep(model, 1900, 0, 100, wait_call(VFORK), 200);
	next = successor(model);
	compare(model, next);
	assert_int_equal(find_thread(next, 100)->wait.on->tid, 200);
	model_free(next);
	feed_sleep(model, 2000, 1, 102, (struct ev_wait){.syscall = WAIT4, .class = WAIT_CLASS_CHILD, .value = 200}, 0);
	next = successor(model);
	compare(model, next);
	assert_int_equal(find_thread(next, 102)->wait.on->tid, 200);
	model_free(model);
	model_free(next);
}

/* What a closer look found of a wait. */
static void resolutions_go_on(void **state)
{
	struct model *model = family(), *next;

	(void)state;
	feed_sleep(model, 1800, 1, 102, wait_mutex(0x8000, 0), 0);
	FEED(model, wait_resolved, 1900, .tid = 102, .pid = 100, .on_tid = 101, .on_pid = 100, .what = RESOLVED_RWLOCK,
	     .evidence = RESOLVED_BY_MEMORY, .traits = LOCK_SHARED, .holders = 1, .wait_address = 0x8000,
	     .address = 0x7ff8, .since_ns = 1750, .head.flags = RESOLVED_F_CONFIRMED | RESOLVED_F_TIMED);
	assert_int_equal(find_thread(model, 102)->wait.kind, WAIT_RWLOCK);
	next = successor(model);
	compare(model, next);
	assert_int_equal(find_thread(next, 102)->wait.on->tid, 101);
	assert_true(find_thread(next, 102)->wait.confirmed);
	model_free(model);
	model_free(next);
}

static void an_exit_goes_on(void **state)
{
	struct model *model = family(), *next;

	(void)state;
	feed_exit(model, 1800, 1, 102, 100, EXIT_F_OWN, 0);
	next = successor(model);
	compare(model, next);
	feed_switch(model, 1900, 1, 102, TASK_S_DEAD, 0);
	feed_switch(next, 1900, 1, 102, TASK_S_DEAD, 0);
	assert_int_equal(find_thread(model, 102)->end, END_RETURNED);
	assert_int_equal(find_thread(next, 102)->end, END_RETURNED);
	model_free(model);
	model_free(next);
}

/* Its kernel books were not read: nothing is compared with them. */
static void books_are_not_made_up(void **state)
{
	struct model *model = family(), *next = successor(model);

	(void)state;
	feed_exit(next, 1800, 1, 102, 100, EXIT_F_OWN, 0);
	assert_false(find_thread(next, 102)->has_books);
	model_free(model);
	model_free(next);
}

/* A recording may be anybody's: it cannot make a model grow without bounds, and the model stays consistent. */
static void threads_are_bounded(void **state)
{
	struct model *model = model_new(&(struct model_limits){.threads = 10});
	struct ev_task_snapshot snapshot = {
		.head = {.ts_ns = 1000, .size = sizeof(snapshot), .kind = REC_task_snapshot},
	};
	struct record record;
	size_t consumed;

	(void)state;
	for (uint32_t tid = 1; tid <= 20; tid++) {
		snapshot.tid = snapshot.pid = tid;
		assert_int_equal(decode_record(&snapshot, sizeof(snapshot), &record, &consumed), DECODE_RECORD);
		assert_int_equal(model_apply(model, &record), tid <= 10 ? 0 : -ENOMEM);
		assert_null(model_check(model));
	}
	assert_int_equal(model->threads_count, 10);
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(states_go_on),
	cmocka_unit_test(lineage_and_names_go_on),
	cmocka_unit_test(waits_on_children_go_on),
	cmocka_unit_test(resolutions_go_on),
	cmocka_unit_test(an_exit_goes_on),
	cmocka_unit_test(books_are_not_made_up),
	cmocka_unit_test(threads_are_bounded),
};
cmocka_unit_main(tests)
