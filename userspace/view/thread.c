// SPDX-License-Identifier: GPL-2.0-only
/* One thread's anatomy on one page: who it is, what it does, what it has, where it is. */
#include <inttypes.h>
#include <string.h>
#include "userspace/ui/units.h"
#include "userspace/view/anatomy_words.h"
#include "userspace/view/call_words.h"
#include "userspace/view/view.h"
#include "userspace/view/wait_words.h"

#define LABEL_WIDTH 18
#define VALUE_COLUMN (LABEL_WIDTH + 2)
#define LABEL_INDENT 4
#define CALLS_TOLD  24 /* without -v */
#define CALL_INDENT 6 /* its number */
#define ADDRESS	     16 /* columns, and on a narrow page none */
#define NARROW	     72
#define REGISTER     22 /* columns of one; more stand beside each other where there is room */
#define REGISTERS_A_LINE 3

struct page {
	const struct model *model;
	const struct thread *thread;
	const struct text *text;
	bool verbose;
};

static void put_label(const struct page *page, const char *label)
{
	text_put(page->text, STYLE_DIM, "  %-*s", LABEL_WIDTH, label);
}

/* What is longer than the line goes on below its beginning, or, on a narrow page, below its label. */
static unsigned int value_indent(const struct page *page)
{
	return page->text->width < NARROW ? LABEL_INDENT : VALUE_COLUMN;
}

#define put_line(page, label, ...)                                                                 \
	do {                                                                                       \
		put_label(page, label);                                                            \
		text_go_on((page)->text, STYLE_PLAIN, VALUE_COLUMN, value_indent(page), __VA_ARGS__); \
	} while (0)

/* A call, as wide as one of its lines. */
static struct call_words call_value(const struct page *page, const struct stack_call *call)
{
	const unsigned int width = page->text->width, indent = value_indent(page);

	return call_words(call, width > indent ? width - indent : 0, page->text);
}

static void put_call(const struct page *page, const char *label, const struct stack_call *call)
{
	put_line(page, label, "%s%s", call_value(page, call).text, call->flags & FRAME_F_POINTER ? " (likely)" : "");
}

static void put_title(const struct page *page, const char *title)
{
	text_put(page->text, STYLE_STRONG, "\n%s\n", title);
}

/* --- who ---------------------------------------------------------------------------------------------------- */

/* The function that the thread began in: the one that the runtime's own beginning called. */
static const struct stack_call *first_function(const struct anatomy *anatomy)
{
	size_t count = anatomy->calls_count;

	if (count < 3 || !(anatomy->calls[count - 1].flags & FRAME_F_OUTERMOST))
		return NULL;
	for (size_t i = count - 1; i-- > 1;)
		if (anatomy->calls[i].function && !strcmp(anatomy->calls[i].function, "start_thread"))
			return &anatomy->calls[i - 1];
	return NULL;
}

static const char *daemon_word(const struct thread *thread)
{
	return thread->daemon < 0 ? NULL : thread->daemon ? "yes: its process does not wait for it" : "no";
}

/* The place where it was created, innermost call first. */
static void put_place(const struct page *page)
{
	const struct place *place = page->thread->created_at;

	for (size_t i = 0; place && i < place->calls_count; i++)
		put_call(page, i ? "... called by" : "... at", &place->calls[i]);
	if (created_unknown(page->model, page->thread))
		put_line(page, "... at", "not known: %s", created_unknown_sentence(page->thread->created_unknown));
}

static void put_creator(const struct page *page)
{
	const struct thread *thread = page->thread;

	if (thread->creator)
		put_line(page, "created by", "%s %" PRIu32, thread_label(thread->creator, page->text).text,
			 thread->creator->tid);
	else if (thread == thread->process->leader && thread->process->parent_pid)
		/* Not its creator for certain: when that ends, another becomes the parent. */
		put_line(page, "parent", "process %" PRIu32 "%s%s", thread->process->parent_pid,
			 thread->process->parent ? " " : "",
			 thread->process->parent ? process_label(thread->process->parent, page->text).text : "");
	else
		put_line(page, "created by", "not seen: it was there before");
}

static void put_who(const struct page *page)
{
	const struct thread *thread = page->thread;
	const struct stack_call *first = first_function(&thread->anatomy);

	put_title(page, "Who it is");
	put_line(page, "thread id", "%" PRIu32, thread->tid);
	if (thread->ns_tid && thread->ns_tid != thread->tid)
		put_line(page, "... inside", "%" PRIu32 " in its own pid namespace", thread->ns_tid);
	put_line(page, "process", "%s %" PRIu32 "%s", process_label(thread->process, page->text).text,
		 thread->process->pid, thread == thread->process->leader ? ", of which it is the first thread" : "");
	put_line(page, "name", "%s", thread_label(thread, page->text).text);
	put_creator(page);
	put_place(page);
	if (first)
		put_call(page, "began in", first);
	if (daemon_word(thread))
		put_line(page, "daemon", "%s", daemon_word(thread));
	if (thread->kernel_thread)
		put_line(page, "of the kernel", "yes: it has no user registers, no user stack and no memory of its own");
}

/* --- what it does ------------------------------------------------------------------------------------------- */

static void put_wait(const struct page *page)
{
	const struct thread *thread = page->thread;
	const struct wait *wait = &thread->wait;

	put_line(page, "waits for", "%s", wait_object_words(thread, page->text).text);
	if (wait->on)
		put_line(page, "... on", "%s %" PRIu32, thread_label(wait->on, page->text).text, wait->on->tid);
	else if (wait->on_tid)
		put_line(page, "... on", "thread %" PRIu32, wait->on_tid);
	put_line(page, "... known from", "%s", evidence_token(wait->evidence));
	if (wait->since_ns && wait->since_ns <= model_time(page->model))
		put_line(page, "... for", "%s", units_duration(model_time(page->model) - wait->since_ns).text);
	else
		put_line(page, "... for", "not known: it began before the observation");
}

static void put_doing(const struct page *page)
{
	const struct thread *thread = page->thread;

	put_title(page, "What it does");
	put_label(page, "state");
	text_put(page->text, state_style(thread->state), "%s", thread_state_word(thread->state));
	text_put(page->text, STYLE_PLAIN, "%s\n",
		 thread->state == STATE_READY && thread->preempted ? ", the CPU was taken from it" : "");
	if (thread->end != END_ALIVE)
		put_line(page, "ended", "%s", end_words(thread).text);
	if (thread->state == STATE_BLOCKED)
		put_wait(page);
	if (thread->waker)
		put_line(page, "last woken by", "%s %" PRIu32, thread_label(thread->waker, page->text).text,
			 thread->waker->tid);
	else
		put_line(page, "last woken by", "%s", thread->wakeups ? "an interrupt" : "not seen; -d observes first");
	if (thread->joined)
		put_line(page, "joined", "yes");
}

/* --- what it has -------------------------------------------------------------------------------------------- */

static size_t registers_a_line(size_t width)
{
	const size_t room = width > VALUE_COLUMN ? width - VALUE_COLUMN : 0, a_line = (room + 1) / (REGISTER + 3);

	return a_line < 1 ? 1 : a_line > REGISTERS_A_LINE ? REGISTERS_A_LINE : a_line;
}

static void put_general(const struct page *page, const struct ev_task_registers *r)
{
	const struct {
		const char *name;
		uint64_t value;
	} registers[] = {
	    {"rax", r->ax}, {"rbx", r->bx}, {"rcx", r->cx},   {"rdx", r->dx},	{"rsi", r->si},	  {"rdi", r->di},
	    {"rbp", r->bp}, {"r8", r->r8},  {"r9", r->r9},    {"r10", r->r10},	{"r11", r->r11},  {"r12", r->r12},
	    {"r13", r->r13}, {"r14", r->r14}, {"r15", r->r15}, {"flags", r->flags},
	};
	const size_t count = sizeof(registers) / sizeof(*registers), a_line = registers_a_line(page->text->width);
	const int width = page->text->width < VALUE_COLUMN + REGISTER + 2 ? LABEL_WIDTH / 2 + 2 : LABEL_WIDTH;

	for (size_t i = 0; i < count; i++) {
		bool end = i % a_line == a_line - 1 || i + 1 == count;

		if (i % a_line == 0)
			text_put(page->text, STYLE_DIM, "  %-*s", width, i ? "" : "registers");
		text_put(page->text, STYLE_PLAIN, "%-3s 0x%016" PRIx64 "%s", registers[i].name, registers[i].value,
			 end ? "\n" : "   ");
	}
}

/* What /proc does not tell comes with the snapshot, once. */
static const char *why_not_read(const struct page *page)
{
	return page->model->begin.source == BEGIN_SOURCE_BPF
		       ? "more is read of threads that are there when the observation begins (-p)"
		       : "more needs BPF";
}

static const char *why_no_registers(const struct thread *thread)
{
	const struct ev_task_registers *registers = thread->anatomy.registers;

	if (!registers)
		return "the thread was not looked at";
	if (registers->head.flags & REGISTERS_F_ON_CPU && thread->state == STATE_READY)
		return "the thread was ready to run, and /proc tells those of one that waits";
	if (registers->head.flags & REGISTERS_F_ON_CPU)
		return "the thread was on a CPU and uses them";
	return "the kernel does not tell them";
}

static void put_registers(const struct page *page)
{
	const struct anatomy *anatomy = &page->thread->anatomy;
	const struct ev_task_registers *registers = anatomy->registers;
	bool named;

	if (!registers || !registers->ip) {
		if (!page->thread->kernel_thread)
			put_line(page, "registers", "not to be had: %s", why_no_registers(page->thread));
		return;
	}
	named = anatomy->calls_count && anatomy->calls->address == registers->ip;
	put_line(page, "instruction", "0x%" PRIx64 "%s%s", registers->ip, named ? " in " : "",
		 named ? call_value(page, anatomy->calls).text : "");
	put_line(page, "stack pointer", "0x%" PRIx64, registers->sp);
	if (registers->head.flags & REGISTERS_F_GENERAL)
		put_general(page, registers);
	else
		put_line(page, "registers", "only these two: %s", why_not_read(page));
}

static void put_stack_range(const struct page *page, const struct ev_task_own *own)
{
	if (!(own->head.flags & OWN_F_STACK)) {
		if (!page->thread->kernel_thread)
			put_line(page, "stack", "not known");
		return;
	}
	put_line(page, "stack", "0x%" PRIx64 " to 0x%" PRIx64 "%s", own->stack_low, own->stack_high,
		 own->head.flags & OWN_F_MAIN_STACK ? ", grows down by itself" : "");
	put_line(page, "... used now", "%s", stack_use_words(own, page->thread->anatomy.registers).text);
	if (own->head.flags & OWN_F_TOUCHED)
		put_line(page, "... touched", "%s: pages that it has or had in use", units_bytes(own->stack_touched_bytes).text);
	if (own->head.flags & OWN_F_GUARD)
		put_line(page, "... guard", "%s below it that nobody may touch: an overflow is caught there",
			 units_bytes(own->guard_bytes).text);
}

static void put_own(const struct page *page)
{
	const struct ev_task_own *own = page->thread->anatomy.own;
	const struct ev_task_registers *registers = page->thread->anatomy.registers;

	if (!own)
		return;
	put_stack_range(page, own);
	if (registers && registers->head.flags & REGISTERS_F_BASES && !registers->fs_base)
		put_line(page, "TLS base", "none: it has no thread-local storage in the usual place");
	else if (registers && registers->head.flags & REGISTERS_F_BASES)
		put_line(page, "TLS base", "0x%" PRIx64 ": its thread-local variables lie there", registers->fs_base);
	else if (!page->thread->kernel_thread)
		put_line(page, "TLS base", "not known: %s", why_not_read(page));
	if (own->head.flags & OWN_F_SIGNALS) {
		put_line(page, "signals blocked", "%s", signal_set_words(own->signals_blocked).text);
		if (own->signals_pending)
			put_line(page, "signals pending", "%s", signal_set_words(own->signals_pending).text);
	}
	put_line(page, "may run on CPU", "%s", cpus_words(own, page->text).text);
	put_line(page, "scheduling", "%s", scheduling_words(own).text);
}

/* --- where it is -------------------------------------------------------------------------------------------- */

static void put_calls(const struct page *page)
{
	const struct anatomy *anatomy = &page->thread->anatomy;
	size_t told = page->verbose || anatomy->calls_count <= CALLS_TOLD + 1 ? anatomy->calls_count : CALLS_TOLD;

	if (!anatomy->calls_count)
		return;
	put_title(page, anatomy_stack_holds(page->thread) ? "Where it is (the innermost call first)"
							  : "Where it was when it was looked at (the innermost call first)");
	for (size_t i = 0; i < told; i++) {
		const struct stack_call *call = &anatomy->calls[i];

		text_put(page->text, STYLE_DIM, "  %2zu  ", i);
		if (page->text->width >= NARROW)
			text_put(page->text, STYLE_DIM, "0x%012" PRIx64 "  ", call->address);
		call_put(call, CALL_INDENT + (page->text->width >= NARROW ? ADDRESS : 0), page->text);
	}
	if (told < anatomy->calls_count)
		text_put(page->text, STYLE_DIM, "      %s %zu more calls; -v shows each\n",
			 text_glyph(page->text, GLYPH_MORE), anatomy->calls_count - told);
	else if (calls_cut_words(anatomy))
		text_put(page->text, STYLE_READY, "      %s %s\n", text_glyph(page->text, GLYPH_MORE), calls_cut_words(anatomy));
}

void view_thread(const struct model *model, const struct thread *thread, const struct text *text, bool verbose)
{
	const struct page page = {.model = model, .thread = thread, .text = text, .verbose = verbose};

	text_put(text, STYLE_STRONG, "%s %" PRIu32, thread_label(thread, text).text, thread->tid);
	text_put(text, STYLE_PLAIN, ": %s", thread_state_word(thread->state));
	if (thread->state == STATE_BLOCKED)
		text_put(text, STYLE_PLAIN, " in %s", wait_object_words(thread, text).text);
	text_put(text, STYLE_PLAIN, "\n");
	put_who(&page);
	put_doing(&page);
	put_title(&page, "What it has for itself");
	put_registers(&page);
	put_own(&page);
	put_calls(&page);
	text_put(text, STYLE_PLAIN, "\n");
	put_trust(model, text);
}
