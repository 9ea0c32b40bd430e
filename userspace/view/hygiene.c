// SPDX-License-Identifier: GPL-2.0-only
/* What the threads left untidy, a line each, with how it is known. */
#include "userspace/model/hygiene.h"

#include <errno.h>
#include <inttypes.h>
#include "userspace/ui/units.h"
#include "userspace/view/words.h"

#define LINES_TOLD 8 /* without -v */

static void put_finding(const struct finding *finding, const struct text *text)
{
	const struct thread *thread = finding->thread;
	struct name name = thread_label(thread, text);
	bool daemon = thread && thread->daemon == 1;

	switch (finding->kind) {
	case FINDING_HELD_LOCK:
		text_paragraph(text, 2, "  %s %" PRIu32 " ended holding a %s that %s %" PRIu32 " waits for.", name.text,
			       thread->tid, wait_kind_word(finding->wait), thread_label(finding->other, text).text,
			       finding->other->tid);
		break;
	case FINDING_IN_WAIT:
		text_paragraph(text, 2, "  %s%s %" PRIu32 " was torn down in the middle of a wait: %s.%s",
			       daemon ? "daemon " : "", name.text, thread->tid, wait_kind_word(finding->wait),
			       thread->left_behind ? " Its library said so too." : "");
		break;
	case FINDING_RUNAWAY:
		text_paragraph(text, 2, "  %s (pid %" PRIu32 ") created %s threads, and %s were alive at once: does any end?",
			       process_label(finding->process, text).text, finding->process->pid,
			       units_count(finding->created).text, units_count(finding->alive).text);
		break;
	default:
		break;
	}
}

int put_hygiene(const struct model *model, const struct text *text, bool verbose)
{
	struct hygiene hygiene;
	int error = hygiene_find(&hygiene, model);
	size_t told = verbose || hygiene.count <= LINES_TOLD ? hygiene.count : LINES_TOLD;

	if (hygiene.count)
		text_put(text, STYLE_STRONG, "\nLeft untidy\n");
	for (size_t i = 0; i < told; i++)
		put_finding(&hygiene.list[i], text);
	if (told < hygiene.count + hygiene.left_out)
		text_paragraph(text, 2, "  %s and %s more%s.", text_glyph(text, GLYPH_MORE),
			       units_count(hygiene.count + hygiene.left_out - told).text, verbose ? "" : "; see -v");
	hygiene_free(&hygiene);
	return error;
}
