// SPDX-License-Identifier: GPL-2.0-only
/* One thread's anatomy: all that is known of the selected one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/decode/clone_flags.h"
#include "userspace/view/top_private.h"

#define WORDS	    18 /* columns of the words at the left */
#define WAITS_SHOWN 12

static void begin(struct top_lines *lines, const char *word)
{
	top_run(lines, STYLE_DIM, " %s", word);
	top_tab(lines, WORDS);
}

static void put_identity(struct top_lines *lines, const struct thread *thread)
{
	const struct text *text = &lines->scene->text;
	const struct process *process = thread->process;

	begin(lines, "thread");
	top_run(lines, STYLE_STRONG, "%s", thread_label(thread, text).text);
	top_run(lines, STYLE_PLAIN, ", tid %" PRIu32, thread->tid);
	if (thread->ns_tid && thread->ns_tid != thread->tid)
		top_run(lines, STYLE_PLAIN, " (%" PRIu32 " in its own pid namespace)",
			thread->ns_tid);
	if (thread->former_tid)
		top_run(lines, STYLE_PLAIN, ", %" PRIu32 " before its exec", thread->former_tid);
	top_newline(lines);
	begin(lines, "process");
	top_run(lines, STYLE_PLAIN, "%s, pid %" PRIu32 "%s", process_label(process, text).text,
		process->pid, process->leader == thread ? ", whose first thread this is" : "");
	top_newline(lines);
	begin(lines, "created by");
	top_run(lines, STYLE_PLAIN, "%s", creator_label(thread, text).text);
	if (thread->creator)
		top_run(lines, STYLE_PLAIN, " %" PRIu32, thread->creator->tid);
	top_run(lines, STYLE_DIM, "%s", thread->born ? "" : "  (was there before)");
	top_newline(lines);
	begin(lines, "daemon");
	top_run(lines, STYLE_PLAIN, "%s",
		thread->daemon == 1   ? "yes: torn down when its process ends"
		: thread->daemon == 0 ? "no: its process waits for it"
				      : "not known (only a library can tell)");
	top_newline(lines);
}

static void put_state(struct top_lines *lines, const struct thread *thread)
{
	const struct text *text = &lines->scene->text;
	uint64_t now_ns = lines->scene->clock.now_ns;

	begin(lines, "state");
	top_run(lines, state_style(thread->state), "%s", thread_state_word(thread->state));
	if (thread->end != END_ALIVE)
		top_run(lines, end_style(thread), ": %s", end_words(thread).text);
	else if (now_ns > thread->state_since_ns)
		top_run(lines, STYLE_PLAIN, " for %s",
			units_duration(now_ns - thread->state_since_ns).text);
	if (thread->state == STATE_READY && thread->preempted)
		top_run(lines, STYLE_PLAIN, ", the CPU was taken from it");
	if (thread->joined)
		top_run(lines, STYLE_PLAIN, ", joined");
	top_newline(lines);
	if (thread->state == STATE_BLOCKED) {
		begin(lines, "waits for");
		top_run(lines, STYLE_BLOCKED, "%s",
			wait_words(thread->wait.kind, thread->wait.on, text).text);
		top_run(lines, STYLE_DIM, "  evidence: %s",
			evidence_token(thread->wait.evidence));
		top_newline(lines);
	}
	begin(lines, "CPU");
	if (thread->cpu >= 0)
		top_run(lines, STYLE_PLAIN, "%d%s, moved %s times", thread->cpu,
			thread->state == STATE_RUNNING ? "" : " last",
			units_count(thread->migrations).text);
	else
		top_run(lines, STYLE_PLAIN, "not known");
	top_newline(lines);
	begin(lines, "last woken by");
	if (thread->waker)
		top_run(lines, STYLE_PLAIN, "%s %" PRIu32, thread_label(thread->waker, text).text,
			thread->waker->tid);
	else
		top_run(lines, STYLE_DIM, "%s",
			thread->waker_tid ? "a thread that is not observed"
			: thread->wakeups ? "an interrupt, or not known"
					  : "nobody yet");
	top_newline(lines);
}

static void put_times(struct top_lines *lines, const struct thread *thread)
{
	static const enum thread_state states[] = {STATE_RUNNING, STATE_READY, STATE_BLOCKED,
						   STATE_UNKNOWN};
	uint64_t life_ns = 0;

	for (int state = 0; state < STATE_TERMINATED; state++)
		life_ns += top_state_ns(lines->scene, thread, state);

	begin(lines, "observed for");
	top_run(lines, STYLE_PLAIN, "%s: ", units_duration(life_ns).text);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		uint64_t part_ns = top_state_ns(lines->scene, thread, states[i]);

		if (states[i] == STATE_UNKNOWN && !part_ns)
			continue;
		top_run(lines, state_style(states[i]), "%s %s (%s %%)  ",
			thread_state_token(states[i]), units_duration(part_ns).text,
			units_percent(part_ns, life_ns).text);
	}
	top_newline(lines);
	begin(lines, "switches");
	top_run(lines, STYLE_PLAIN, "gave the CPU up %s times, lost it %s times",
		units_count(thread->voluntary).text, units_count(thread->involuntary).text);
	top_newline(lines);
	begin(lines, "ready to running");
	if (thread->delays.count)
		top_run(lines, STYLE_PLAIN, "half within %s, 99 of 100 within %s, longest %s",
			units_duration(delays_quantile(&thread->delays, 0.5)).text,
			units_duration(delays_quantile(&thread->delays, 0.99)).text,
			units_duration(thread->delays.max_ns).text);
	else
		top_run(lines, STYLE_DIM, "not seen yet");
	top_newline(lines);
}

static int by_total(const void *a, const void *b)
{
	const struct wait_total *const *one = a, *const *other = b;

	return ((*one)->total_ns < (*other)->total_ns) - ((*one)->total_ns > (*other)->total_ns);
}

static void put_waits(struct top_lines *lines, const struct thread *thread)
{
	const struct wait_total **waits = calloc(thread->waits_count + 1, sizeof(*waits));

	if (!waits)
		return;
	for (size_t i = 0; i < thread->waits_count; i++)
		waits[i] = &thread->waits[i];
	qsort(waits, thread->waits_count, sizeof(*waits), by_total);
	for (size_t i = 0; i < thread->waits_count && i < WAITS_SHOWN; i++) {
		begin(lines, i ? "" : "waited for");
		top_run(lines, STYLE_BLOCKED, "%s",
			wait_words(waits[i]->kind, waits[i]->on, &lines->scene->text).text);
		top_tab(lines, WORDS + 36);
		top_run(lines, STYLE_PLAIN, "%s times, %s, longest %s",
			units_count(waits[i]->count).text,
			units_duration(waits[i]->total_ns).text,
			units_duration(waits[i]->max_ns).text);
		top_newline(lines);
	}
	free(waits);
}

static void put_clone_flags(struct top_lines *lines, const struct thread *thread)
{
	if (!thread->born)
		return;
	begin(lines, "clone flags");
	top_run(lines, STYLE_PLAIN, "0x%" PRIx64 ": a %s", thread->clone_flags,
		thread->clone_flags & CLONE_SHARE_THREAD ? "thread" : "process");
	top_newline(lines);
}

static void draw(struct top_scene *scene, struct area area)
{
	const struct top_row *row = top_selected(scene);
	struct top_lines lines = top_lines(scene, area);

	if (!row) {
		top_run(&lines, STYLE_DIM, " no thread is selected");
		return;
	}
	put_identity(&lines, row->thread);
	put_clone_flags(&lines, row->thread);
	put_state(&lines, row->thread);
	put_times(&lines, row->thread);
	put_waits(&lines, row->thread);
	top_lines_end(&lines);
}

const struct top_pane top_pane_thread = {.name = "Thread", .draw = draw};
