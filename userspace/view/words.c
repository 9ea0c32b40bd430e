// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/words.h"
#include "userspace/ui/units.h"
#include "userspace/util/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

#define SHOWN_BYTES 48

static struct name shown(const char *raw, const struct text *text)
{
	char cut[SHOWN_BYTES + 1];
	struct name name;

	snprintf(cut, sizeof(cut), "%.*s", (int)utf8_fit(raw, SHOWN_BYTES), raw);
	escape(name.text, sizeof(name.text), cut, text->utf8);
	if (!*name.text)
		snprintf(name.text, sizeof(name.text), "?");
	return name;
}

struct name thread_label(const struct thread *thread, const struct text *text)
{
	if (!thread)
		return shown("unknown", text);
	return shown(thread->full_name ? thread->full_name : thread->name, text);
}

struct name process_label(const struct process *process, const struct text *text)
{
	return shown(process->name, text);
}

struct name creator_label(const struct thread *thread, const struct text *text)
{
	const struct process *parent = thread->process->parent;

	if (thread->creator)
		return thread_label(thread->creator, text);
	if (thread == thread->process->leader && parent)
		return process_label(parent, text);
	return shown(thread->creator_tid ||
			     (thread == thread->process->leader && thread->process->parent_pid)
			 ? "outside"
			 : "not seen",
		     text);
}

static bool is_lock(enum wait_kind kind)
{
	return kind == WAIT_MUTEX || kind == WAIT_PI_MUTEX || kind == WAIT_RWLOCK || kind == WAIT_LOCK ||
	       kind == WAIT_RLOCK;
}

struct words wait_words(enum wait_kind kind, const struct thread *on, const struct text *text)
{
	struct words words;
	struct name who;

	if (!on) {
		snprintf(words.text, sizeof(words.text), "%s", wait_kind_word(kind));
		return words;
	}
	who = thread_label(on, text);
	snprintf(words.text, sizeof(words.text), "%s%s %.*s", wait_kind_word(kind),
		 is_lock(kind) ? " held by" : "",
		 (int)sizeof(words.text) / 2, who.text);
	return words;
}

static struct words signal_words(const char *verb, int number)
{
	const char *name = sigabbrev_np(number);
	struct words words;

	if (name)
		snprintf(words.text, sizeof(words.text), "%s SIG%s", verb, name);
	else
		snprintf(words.text, sizeof(words.text), "%s signal %d", verb, number);
	return words;
}

struct words status_words(uint32_t exit_code)
{
	struct words words;

	if (WIFSIGNALED((int)exit_code))
		return signal_words("was killed by", WTERMSIG((int)exit_code));
	snprintf(words.text, sizeof(words.text), "returned %d", WEXITSTATUS((int)exit_code));
	return words;
}

/* With what its process ended; by whose hand is not known: another thread may have called exit(3). */
static struct words unseen_words(uint32_t exit_code)
{
	struct words words;

	if (WIFSIGNALED((int)exit_code))
		return signal_words("killed by", WTERMSIG((int)exit_code));
	snprintf(words.text, sizeof(words.text), "status %d", WEXITSTATUS((int)exit_code));
	return words;
}

struct words end_words(const struct thread *thread)
{
	const struct process *process = thread->process;
	static const char *const words[END_COUNT] = {
	    [END_ALIVE] = "alive",	     [END_RETURNED] = "returned",
	    [END_SIGNAL] = "killed",	     [END_TORN_DOWN] = "torn down",
	    [END_EXEC] = "replaced by exec", [END_UNSEEN] = "not seen",
	};
	struct words text;

	if (thread->end == END_SIGNAL)
		return signal_words("killed by", thread->signal_number);
	if (thread->end == END_UNSEEN && thread == process->leader && process->ended && process->code_known)
		return unseen_words(process->exit_code);
	snprintf(text.text, sizeof(text.text), "%s", words[thread->end]);
	if (thread->end == END_RETURNED && thread == thread->process->leader &&
	    WEXITSTATUS((int)thread->exit_code))
		snprintf(text.text, sizeof(text.text), "returned %d",
			 WEXITSTATUS((int)thread->exit_code));
	return text;
}

enum style end_style(const struct thread *thread)
{
	switch (thread->end) {
	case END_SIGNAL:
		return STYLE_BAD;
	case END_TORN_DOWN:
	case END_UNSEEN:
		return STYLE_READY;
	case END_ALIVE:
		return STYLE_GOOD;
	default:
		return STYLE_PLAIN;
	}
}

enum style state_style(enum thread_state state)
{
	switch (state) {
	case STATE_RUNNING:
		return STYLE_RUNNING;
	case STATE_READY:
		return STYLE_READY;
	case STATE_BLOCKED:
		return STYLE_BLOCKED;
	default:
		return STYLE_DIM;
	}
}

/* One whose end was not seen says so already. */
static bool is_incomplete(const struct thread *thread)
{
	return thread->gap && thread->end != END_UNSEEN;
}

void marks_put(struct marks *marks, struct table *table, const struct thread *thread,
	       bool processes)
{
	bool process = processes && thread == thread->process->leader;
	bool incomplete = is_incomplete(thread);

	table_cell(table, STYLE_PLAIN, "%s%s%s", process ? "P" : "", thread->daemon == 1 ? "D" : "",
		   incomplete ? "!" : "");
	marks->process |= process;
	marks->daemon |= thread->daemon == 1;
	marks->incomplete |= incomplete;
}

void marks_explain(const struct marks *marks, const struct text *text)
{
	if (marks->process || marks->daemon || marks->incomplete)
		text_put(text, STYLE_PLAIN, "\n");
	if (marks->process)
		text_paragraph(text, 2,
			       "P process of its own; the others are threads of the one above.");
	if (marks->daemon)
		text_paragraph(text, 2,
			       "D daemon: torn down when its process ends, not waited for.");
	if (marks->incomplete)
		text_paragraph(text, 2, "! incomplete: a switch of its was not seen, so some of its time counts to a wrong state.");
}

uint64_t thread_life_ns(const struct thread *thread)
{
	uint64_t life_ns = 0;

	for (int state = 0; state < STATE_TERMINATED; state++)
		life_ns += thread->state_ns[state];
	return life_ns;
}

const char *life_title(const struct model *model, const struct process *only)
{
	process_for_each (model, process) {
		if (only && process != only)
			continue;
		thread_for_each (process, thread)
			if (thread_there_before(model, thread))
				return "OBSERVED";
	}
	return "LIFE";
}

static void put_sampling(const struct model *model, const struct text *text)
{
	if (model->begin.source != BEGIN_SOURCE_PROCFS)
		return;
	text_paragraph(text, 0,
		       "Sampled from /proc every %s: what happened between two looks was not seen. "
		       "Who created a thread, and by whom it was woken, is not known this way.",
		       units_duration(model->begin.sample_ns).text);
}


static void put_nothing_lost(const struct model *model, const struct text *text)
{
	const char *when = model->cut ? " before that" : "";
	uint64_t incomplete = 0, threads = 0;

	process_for_each (model, process)
		thread_for_each (process, thread) {
			incomplete += is_incomplete(thread);
			threads++;
		}
	if (!incomplete)
		text_paragraph(text, 0, "Nothing lost%s.", when);
	else
		text_paragraph(text, 0, "Nothing lost%s, but of %s of %s a switch was not seen.", when,
			       units_count(incomplete).text, units_things(threads, "thread", "threads").text);
}

static void put_lost(const struct model *model, const struct text *text)
{
	const char *consequence = "Threads marked ! may have done more than is told here.";
	uint64_t unheld = model->lost - model->damaged; /* by a buffer */

	if (!model->lost)
		put_nothing_lost(model, text);
	if (unheld)
		text_paragraph(text, 0, "LOST: %" PRIu64 " record%s found a buffer full. %s", unheld, unheld == 1 ? "" : "s",
			       consequence);
	if (model->damaged)
		text_paragraph(text, 0, "LOST: %" PRIu64 " record%s of the recording %s damaged. %s", model->damaged,
			       model->damaged == 1 ? "" : "s", model->damaged == 1 ? "is" : "are", consequence);
}

void put_trust(const struct model *model, const struct text *text)
{
	put_sampling(model, text);
	if (model->cut)
		text_paragraph(text, 0,
			       "CUT OFF: the recording has no end, or still goes on. What came after its last "
			       "whole chunk is not told here.");
	put_lost(model, text);
	if (model->forgotten_threads)
		text_paragraph(text, 0, "Left out, to make room for later ones: %s that had ended.",
			       units_things(model->forgotten_threads, "thread", "threads").text);
	if (model->unknown_kinds)
		text_paragraph(text, 0, "Stepped over: %s of a newer kind.",
			       units_things(model->unknown_kinds, "record", "records").text);
}

void put_concurrency(const struct model *model, const struct process *process,
		     const struct text *text)
{
	struct units ready = units_mean(process->ready_ns, process->counted_ns);
	struct units on_cpu = units_mean(process->on_cpu_ns, process->counted_ns);
	struct units alive = units_mean(process->alive_ns, process->counted_ns);

	text_paragraph(text, 2,
		       "  Concurrency: at most %u alive (mean %s), at most %u ready (mean %s). "
		       "Parallelism: at most %u on a CPU at once (mean %s of %u).",
		       process->alive_max, alive.text, process_ready_most(process), ready.text,
		       process_on_cpu_most(model, process), on_cpu.text, model->begin.cpus);
}
