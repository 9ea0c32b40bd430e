/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A kernel of a few lines schedules threads by dice and tells of it in records. Whatever it does, the invariants hold
 * after every record; when nothing is lost, the model's totals are those of this kernel's own books.
 */
#include "tests/unit/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS 3
#define TASKS 40
#define STEPS 6000
#define MAX_SERIAL 8192

enum life { FREE, READY, RUNNING, BLOCKED };

struct task {
	enum life life;
	uint32_t tid, pid;
	uint64_t since, running_ns, ready_ns, blocked_ns, voluntary, involuntary;
	bool exiting;
};

struct kernel {
	struct model *model;
	struct task tasks[TASKS];
	struct task *on_cpu[CPUS];
	uint64_t now;
	uint32_t next_tid;
	uint64_t seed;
	unsigned int loss; /* of 1000 records */
	uint64_t dropped;
	struct model_watch watch;
	uint64_t told_ns[MAX_SERIAL][STATE_COUNT], told_until_ns[MAX_SERIAL]; /* by the watch, of each thread */
	uint64_t told_ends;
};

/* Spans follow each other without a gap, and add up to the thread's totals, whatever is lost. */
static void hear_span(const struct model *model, const struct span *span, void *context)
{
	struct kernel *kernel = context;
	uint64_t *until_ns;

	(void)model;
	assert_true(span->thread->serial < MAX_SERIAL);
	until_ns = &kernel->told_until_ns[span->thread->serial];
	assert_true(span->end_ns >= span->begin_ns);
	assert_true((span->state == STATE_BLOCKED) == !!span->wait);
	if (*until_ns > span->thread->first_ns)
		assert_int_equal(span->begin_ns, *until_ns);
	else
		assert_int_equal(span->begin_ns, span->thread->first_ns);
	*until_ns = span->end_ns;
	kernel->told_ns[span->thread->serial][span->state] += span->end_ns - span->begin_ns;
}

static void hear_end(const struct model *model, const struct thread *thread, void *context)
{
	struct kernel *kernel = context;
	uint64_t *told_ns = kernel->told_ns[thread->serial];

	(void)model;
	for (int state = 0; state < STATE_COUNT; state++)
		assert_int_equal(told_ns[state], thread->state_ns[state]);
	kernel->told_ends++;
}

static unsigned int dice(struct kernel *kernel, unsigned int sides)
{
	kernel->seed = kernel->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (kernel->seed >> 33) % sides;
}

/* Every builder passes here: a record may be lost on its way. */
#define TELL(kernel, call)                                                                         \
	do {                                                                                       \
		if (dice(kernel, 1000) < (kernel)->loss)                                           \
			(kernel)->dropped++;                                                       \
		else                                                                               \
			call;                                                                      \
	} while (0)

static void become(struct kernel *kernel, struct task *task, enum life life)
{
	uint64_t span = kernel->now - task->since;

	if (task->life == READY)
		task->ready_ns += span;
	else if (task->life == RUNNING)
		task->running_ns += span;
	else if (task->life == BLOCKED)
		task->blocked_ns += span;
	task->life = life;
	task->since = kernel->now;
}

static struct task *pick(struct kernel *kernel, enum life life)
{
	unsigned int start = dice(kernel, TASKS);

	for (unsigned int i = 0; i < TASKS; i++)
		if (kernel->tasks[(start + i) % TASKS].life == life)
			return &kernel->tasks[(start + i) % TASKS];
	return NULL;
}

static void compare(struct kernel *kernel, const struct task *task)
{
	const struct thread *thread = find_thread(kernel->model, task->tid);

	if (kernel->loss)
		return;
	assert_non_null(thread);
	assert_int_equal(thread->state_ns[STATE_RUNNING], task->running_ns);
	assert_int_equal(thread->state_ns[STATE_READY], task->ready_ns);
	assert_int_equal(thread->state_ns[STATE_BLOCKED], task->blocked_ns);
	assert_int_equal(thread->voluntary, task->voluntary);
	assert_int_equal(thread->involuntary, task->involuntary);
	assert_int_equal(thread->end, END_RETURNED);
	assert_false(thread->gap);
}

static struct ev_wait random_wait(struct kernel *kernel)
{
	static const int calls[] = {0, 7, 35, 61, 232, 288, 56};
	struct task *other = &kernel->tasks[dice(kernel, TASKS)];

	switch (dice(kernel, 3)) {
	case 0:
		return wait_join(other->tid);
	case 1:
		return wait_mutex(0x1000 + dice(kernel, 8) * 64, other->tid);
	default:
		return wait_call(calls[dice(kernel, 7)]);
	}
}

static void schedule(struct kernel *kernel, unsigned int cpu)
{
	struct task *prev = kernel->on_cpu[cpu];
	struct task *next = pick(kernel, READY);
	uint32_t next_tid = next ? next->tid : 0;

	if (next)
		become(kernel, next, RUNNING);
	kernel->on_cpu[cpu] = next;
	if (prev && prev->exiting) {
		become(kernel, prev, FREE);
		TELL(kernel, feed_switch(kernel->model, kernel->now, cpu, prev->tid, TASK_S_DEAD, next_tid));
		compare(kernel, prev);
	} else if (prev && dice(kernel, 2)) {
		prev->involuntary++;
		become(kernel, prev, READY);
		TELL(kernel, feed_preempt(kernel->model, kernel->now, cpu, prev->tid, next_tid));
	} else if (prev) {
		prev->voluntary++;
		become(kernel, prev, BLOCKED);
		TELL(kernel, feed_sleep(kernel->model, kernel->now, cpu, prev->tid, random_wait(kernel), next_tid));
	} else if (next) {
		TELL(kernel, feed_switch(kernel->model, kernel->now, cpu, 0, 0, next_tid));
	}
}

static void create(struct kernel *kernel, unsigned int cpu)
{
	struct task *creator = kernel->on_cpu[cpu];
	struct task *task = pick(kernel, FREE);

	if (!task || (creator && creator->exiting))
		return;
	*task = (struct task){.life = READY, .tid = kernel->next_tid++, .since = kernel->now};
	task->pid = creator && dice(kernel, 4) ? creator->pid : task->tid;
	if (task->pid == task->tid)
		TELL(kernel, feed_process(kernel->model, kernel->now, cpu, task->tid, creator ? creator->tid : 1,
					  creator ? creator->pid : 1));
	else
		TELL(kernel, feed_thread(kernel->model, kernel->now, cpu, task->tid, creator->tid, creator->pid));
}

static void wake(struct kernel *kernel, unsigned int cpu)
{
	struct task *task = pick(kernel, BLOCKED);
	struct task *waker = kernel->on_cpu[cpu];

	if (!task)
		return;
	become(kernel, task, READY);
	TELL(kernel, feed_waking(kernel->model, kernel->now, task->tid, waker ? waker->tid : 0,
				 waker ? waker->pid : 0));
}

static void leave(struct kernel *kernel, unsigned int cpu)
{
	struct task *task = kernel->on_cpu[cpu];

	if (!task || task->exiting)
		return;
	task->exiting = true;
	TELL(kernel, feed_exit(kernel->model, kernel->now, cpu, task->tid, task->pid, EXIT_F_OWN, 0));
	schedule(kernel, cpu);
}

static void notice(struct kernel *kernel)
{
	if (kernel->dropped)
		FEED(kernel->model, lost, kernel->now, .count = kernel->dropped);
	kernel->dropped = 0;
}

static void step(struct kernel *kernel)
{
	unsigned int cpu = dice(kernel, CPUS);

	kernel->now += dice(kernel, 5000);
	switch (dice(kernel, 16)) {
	case 0:
		create(kernel, cpu);
		break;
	case 1:
		leave(kernel, cpu);
		break;
	case 2:
		model_account(kernel->model, kernel->now + dice(kernel, 100000));
		assert_null(model_check(kernel->model));
		break;
	case 3:
		notice(kernel);
		break;
	case 4: case 5: case 6: case 7: case 8:
		wake(kernel, cpu);
		break;
	default:
		schedule(kernel, cpu);
	}
}

static void run(uint64_t seed, unsigned int loss, size_t kept)
{
	static struct kernel kernel;

	kernel = (struct kernel){.seed = seed, .loss = loss, .now = 1000, .next_tid = 100,
				 .watch = {.span = hear_span, .ended = hear_end, .context = &kernel}};
	kernel.model = model_new(&(struct model_limits){.ended_threads = kept});
	assert_non_null(kernel.model);
	kernel.model->watch = &kernel.watch;
	for (int i = 0; i < STEPS; i++)
		step(&kernel);
	assert_true(kernel.model->records > STEPS / 2);
	assert_true(loss ? kernel.model->lost > 0 : kernel.model->lost == 0);
	assert_int_equal(kernel.model->late, 0);
	assert_true(kernel.told_ends > 10);
	model_account(kernel.model, 0); /* up to the last record that came */
	model_tell_open(kernel.model);
	process_for_each(kernel.model, process)
		thread_for_each(process, thread)
			if (thread->end == END_ALIVE)
				hear_end(kernel.model, thread, &kernel);
	model_free(kernel.model);
}

static void nothing_lost_agrees_with_the_kernel(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		run(seed, 0, 0);
}

static void invariants_hold_whatever_is_lost(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		run(seed, 40 * seed, 0);
}

static void invariants_hold_while_the_ended_are_forgotten(void **state)
{
	(void)state;
	run(21, 10, 1);
	run(22, 100, 5);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_lost_agrees_with_the_kernel),
	cmocka_unit_test(invariants_hold_whatever_is_lost),
	cmocka_unit_test(invariants_hold_while_the_ended_are_forgotten),
};
cmocka_unit_main(tests)
