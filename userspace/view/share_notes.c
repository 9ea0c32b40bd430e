// SPDX-License-Identifier: GPL-2.0-only
/* What the matrix of shared objects means, in sentences: odd mixes, pieces in common, pages. */
#include <inttypes.h>
#include <string.h>
#include "userspace/ui/units.h"
#include "userspace/view/share_private.h"

#define NOTES_TOLD  12 /* of one kind, without -v */
#define PIECES_TOLD 3 /* names of things that two processes have in common, without -v */

struct who {
	char text[NAME_BYTES + 16];
};

static struct who process_who(const struct process *process, const struct text *text)
{
	struct who who;

	snprintf(who.text, sizeof(who.text), "%s %" PRIu32, process_label(process, text).text, process->pid);
	return who;
}

static struct who thread_who(const struct thread *thread, const struct text *text)
{
	struct who who;

	snprintf(who.text, sizeof(who.text), "%s %" PRIu32, thread_label(thread, text).text, thread->tid);
	return who;
}

static bool is_known(uint32_t id)
{
	return id != SHARE_UNKNOWN && id != SHARE_NONE;
}

/* The first process before this one in the same address space. */
static const struct process *same_space(const struct model *model, const struct process *process)
{
	const struct thread *own = share_first(process), *other;

	if (!own || !is_known(own->anatomy.share->id[SHARE_address_space]))
		return NULL;
	for (const struct process *before = model->processes; before && before != process; before = before->next) {
		other = share_first(before);
		if (other && other->anatomy.share->id[SHARE_address_space] ==
				 own->anatomy.share->id[SHARE_address_space])
			return before;
	}
	return NULL;
}

static void put_spaces(const struct model *model, const struct text *text, size_t most)
{
	size_t told = 0;

	process_for_each (model, process) {
		const struct process *other = same_space(model, process);

		if (!other || told++ >= most)
			continue;
		text_paragraph(text, 2,
			       "! %s and %s are two processes in one address space: as vfork leaves them until an "
			       "exec, or clone with CLONE_VM but not CLONE_THREAD.",
			       process_who(other, text).text, process_who(process, text).text);
	}
}

/* A thread whose objects are not those of its process's first thread. */
static void put_odd_thread(const struct thread *thread, const struct thread *first, const struct text *text)
{
	static const char *const words[SHARE_COUNT] = {
#define X(number, token, name) [number] = name,
	    SHARE_RESOURCES(X)
#undef X
	};
	char list[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < SHARE_COUNT; i++) {
		uint32_t one = thread->anatomy.share->id[i], other = first->anatomy.share->id[i];

		if (one == other || !is_known(one) || !is_known(other) || used >= sizeof(list) - 1)
			continue;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", words[i]);
	}
	text_paragraph(text, 2, "! %s shares not all with the others of its process; its own are: %s.",
		       thread_who(thread, text).text, list);
}

static bool is_odd(const struct thread *thread, const struct thread *first)
{
	for (size_t i = 0; i < SHARE_COUNT; i++) {
		uint32_t one = thread->anatomy.share->id[i], other = first->anatomy.share->id[i];

		if (one != other && is_known(one) && is_known(other))
			return true;
	}
	return false;
}

static void put_odd_threads(const struct model *model, const struct text *text, size_t most)
{
	size_t told = 0;

	process_for_each (model, process) {
		const struct thread *first = share_first(process);

		thread_for_each (process, thread)
			if (thread->anatomy.share && thread != first && is_odd(thread, first) && told++ < most)
				put_odd_thread(thread, first, text);
	}
	if (told > most)
		text_paragraph(text, 2, "! and %s; -v tells of each.",
			       units_things(told - most, "more such thread", "more such threads").text);
}

/* --- pieces in common --------------------------------------------------------------------------------------- */

static bool same_pair(const struct ev_share_link *one, const struct ev_share_link *other)
{
	return one->kind == other->kind && one->pid == other->pid && one->other_pid == other->other_pid;
}

static bool told_before(const struct model *model, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_pair(&model->links[i], &model->links[at]))
			return true;
	return false;
}

static struct who pid_who(const struct model *model, uint32_t pid, const struct text *text)
{
	const struct process *process = model_process(model, pid);
	struct who who;

	if (process)
		return process_who(process, text);
	snprintf(who.text, sizeof(who.text), "%" PRIu32, pid);
	return who;
}

static size_t add_piece(char *list, size_t size, size_t used, const struct ev_share_link *link, const struct text *text)
{
	char name[NAME_BYTES], cut[49];

	snprintf(cut, sizeof(cut), "%.48s", link->name);
	escape(name, sizeof(name), cut, text->utf8);
	if (link->kind == SHARE_LINK_MEMORY)
		return used + (size_t)snprintf(list + used, size - used, "%s%s (%s)", used ? ", " : "", name,
					       units_bytes(link->bytes).text);
	if (link->fd == link->other_fd)
		return used + (size_t)snprintf(list + used, size - used, "%s%" PRIu32 " %s", used ? ", " : "", link->fd,
					       name);
	return used + (size_t)snprintf(list + used, size - used, "%s%" PRIu32 "=%" PRIu32 " %s", used ? ", " : "",
				       link->fd, link->other_fd, name);
}

/* All links between the two processes of one. */
static void put_pair(const struct model *model, const struct ev_share_link *first, const struct text *text, size_t most)
{
	char list[2048] = "", what[64];
	size_t used = 0, count = 0;
	bool file = first->kind == SHARE_LINK_FILE;

	for (size_t i = 0; i < model->links_count; i++)
		if (same_pair(&model->links[i], first) && count++ < most && used < sizeof(list) - 2 * NAME_BYTES)
			used = add_piece(list, sizeof(list), used, &model->links[i], text);
	if (count > most)
		used += (size_t)snprintf(list + used, sizeof(list) - used, " ..");
	snprintf(what, sizeof(what), "%s %s%s", units_count(count).text, file ? "open file" : "shared mapping",
		 count == 1 ? "" : "s");
	if (first->pid == first->other_pid)
		text_paragraph(text, 2, "Threads of %s with tables of their own have %s in common: %s.",
			       pid_who(model, first->pid, text).text, what, list);
	else
		text_paragraph(text, 2, "%s and %s have %s in common%s: %s.", pid_who(model, first->pid, text).text,
			       pid_who(model, first->other_pid, text).text, what, file ? ", by descriptor" : "", list);
}

static void put_links(const struct model *model, const struct text *text, size_t notes, size_t pieces)
{
	size_t told = 0;

	for (size_t i = 0; i < model->links_count; i++)
		if (!told_before(model, i) && told++ < notes)
			put_pair(model, &model->links[i], text, pieces);
	if (told > notes)
		text_paragraph(text, 2, "In common besides: %s; -v tells of each.",
			       units_things(told - notes, "pair more", "pairs more").text);
}

static void put_pages(const struct model *model, const struct text *text, size_t most)
{
	size_t told = 0;

	process_for_each (model, process) {
		const struct ev_process_memory *memory = process->memory;

		if (!memory || told++ >= most || same_space(model, process))
			continue;
		text_paragraph(text, 2,
			       "%s has %s in memory: %s its own, %s also mapped by others (its fair share of all: "
			       "%s).",
			       process_who(process, text).text, units_bytes(memory->resident_bytes).text,
			       units_bytes(memory->private_bytes).text, units_bytes(memory->shared_bytes).text,
			       units_bytes(memory->proportional_bytes).text);
	}
}

/* What could not be seen, said aloud. */
static void put_unknown(const struct model *model, const struct text *text)
{
	size_t refused = 0;
	uint32_t error = 0;

	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->anatomy.share && thread->anatomy.share->kcmp_error) {
				refused++;
				error = thread->anatomy.share->kcmp_error;
			}
	if (refused)
		text_paragraph(text, 2, "? not known of %s thread%s: kcmp(2) said \"%s\".", units_count(refused).text,
			       refused == 1 ? "" : "s", strerror((int)error));
}

void put_share_notes(const struct model *model, const struct text *text, bool verbose)
{
	size_t most = verbose ? SIZE_MAX : NOTES_TOLD;

	put_spaces(model, text, most);
	put_odd_threads(model, text, most);
	put_unknown(model, text);
	put_links(model, text, most, verbose ? SIZE_MAX : PIECES_TOLD);
	put_pages(model, text, most);
}
