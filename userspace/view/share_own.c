// SPDX-License-Identifier: GPL-2.0-only
/* The provinces' own things: a row for each thread. */
#include <inttypes.h>
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"
#include "userspace/view/anatomy_words.h"
#include "userspace/view/share_private.h"

#define ROWS_TOLD 24 /* without -v */

static const struct table_column columns[] = {
    {.title = "THREAD", .least = 10},
    {.title = "TID", .right = true},
    {.title = "INSTRUCTION"},
    {.title = "STACK USED"},
    {.title = "TLS BASE"},
    {.title = "SIGNAL MASK", .least = 8},
    {.title = "CPUS", .least = 4},
    {.title = "SCHEDULING", .least = 8},
};

static void put_address(struct table *table, uint64_t address)
{
	if (address)
		table_cell(table, STYLE_DIM, "0x%" PRIx64, address);
	else
		table_cell(table, STYLE_DIM, "?");
}

static void put_row(struct table *table, const struct thread *thread, const struct text *text)
{
	const struct anatomy *anatomy = &thread->anatomy;
	const struct ev_task_own *own = anatomy->own;

	table_cell(table, STYLE_STRONG, "%s", thread_label(thread, text).text);
	table_cell(table, STYLE_DIM, "%" PRIu32, thread->tid);
	if (anatomy->registers && anatomy->registers->head.flags & REGISTERS_F_ON_CPU)
		table_cell(table, thread->state == STATE_READY ? STYLE_READY : STYLE_RUNNING, "%s",
			   thread->state == STATE_READY ? "ready" : "on a CPU");
	else
		put_address(table, anatomy->registers ? anatomy->registers->ip : 0);
	table_cell(table, STYLE_PLAIN, "%s", stack_use_words(own, anatomy->registers).text);
	put_address(table, anatomy->registers ? anatomy->registers->fs_base : 0);
	table_cell(table, STYLE_PLAIN, "%s",
		   own->head.flags & OWN_F_SIGNALS ? signal_set_words(own->signals_blocked).text : "?");
	table_cell(table, STYLE_PLAIN, "%s", cpus_words(own, text).text);
	table_cell(table, STYLE_PLAIN, "%s", scheduling_words(own).text);
}

void put_share_own(const struct model *model, const struct text *text, bool verbose)
{
	struct table table = TABLE(columns);
	size_t told = 0;

	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->anatomy.own && (verbose || told < ROWS_TOLD)) {
				put_row(&table, thread, text);
				told++;
			}
	if (!told)
		return;
	text_put(text, STYLE_STRONG, "\nEach thread's own\n");
	table_print(&table, text);
	if (!verbose && told < model->threads_count && told == ROWS_TOLD)
		text_paragraph(text, 2, "%s and more; -v shows each.", text_glyph(text, GLYPH_MORE));
}
