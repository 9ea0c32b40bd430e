/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Off-CPU time as folded stacks, which flame graph tools read: process;thread;wait, and nanoseconds. One line for each
 * kind of wait of a thread and for whom it was on, written when the thread's totals are final. Lines may repeat (two
 * threads of one name): the tools add them up.
 */
#include "userspace/export/exporters.h"

#include <inttypes.h>
#include <string.h>

static void begin(struct export *export)
{
	(void)export;
}

/* A semicolon would begin another frame. */
static void put_frame(FILE *out, struct export_name name, char after)
{
	for (char *at = name.text; (at = strchr(at, ';'));)
		*at = ':';
	fprintf(out, "%s%c", name.text, after);
}

static void put_line(FILE *out, const struct thread *thread, struct export_name leaf, uint64_t total_ns)
{
	if (!total_ns)
		return;
	put_frame(out, name_of_process(thread->process), ';');
	put_frame(out, name_of_thread(thread), ';');
	put_frame(out, leaf, ' ');
	fprintf(out, "%" PRIu64 "\n", total_ns);
}

static void thread(struct export *export, const struct thread *thread)
{
	uint64_t ready_ns = thread->state_ns[STATE_READY] + thread->state_ns[STATE_NEW];
	struct export_name ready = {"ready, no CPU yet"};

	for (size_t i = 0; i < thread->waits_count; i++) {
		const struct wait_total *wait = &thread->waits[i];

		put_line(export->out, thread, name_of_wait(wait->kind, wait->on), wait->total_ns);
	}
	put_line(export->out, thread, ready, ready_ns);
}

static void end(struct export *export)
{
	(void)export;
}

const struct exporter exporter_folded = {
	.name = "folded",
	.summary = "off-CPU time by process, thread and wait, for flame graphs",
	.begin = begin,
	.thread = thread,
	.end = end,
};
