// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/wait_words.h"

#include <inttypes.h>
#include <string.h>
#include "userspace/decode/syscalls.h"
#include "userspace/ui/units.h"
#include "userspace/util/utf8.h"

#define NAME_CUT 40 /* bytes of a file's name that are shown */

static const struct {
	uint32_t trait;
	const char *word;
} traits[] = {
    {LOCK_SHARED, "process-shared "}, {LOCK_ROBUST, "robust "},
    {LOCK_RECURSIVE, "recursive "},	  {LOCK_ERRORCHECK, "error-checking "},
    {LOCK_ADAPTIVE, "adaptive "},
};

static const char *object_word(const struct wait *wait)
{
	if (wait->traits & LOCK_STREAM)
		return "stream's lock";
	if (wait->kind == WAIT_RWLOCK)
		return wait->traits & LOCK_TO_READ ? "read-write lock, to read"
						   : "read-write lock, to write";
	/* A 32-bit call's number means something else. */
	if (wait->kind == WAIT_SYSCALL && wait->raw.class != WAIT_CLASS_COMPAT && syscall_info(wait->raw.syscall)->name)
		return syscall_info(wait->raw.syscall)->name;
	return wait_kind_word(wait->kind);
}

/* "descriptor 4 (pipe:[123])" */
static void put_descriptor(struct words *words, size_t used, const struct thread *thread, const struct text *text)
{
	const char *name = model_file_name(thread);
	char shown[NAME_BYTES];
	const char *end;

	used += (size_t)snprintf(words->text + used, sizeof(words->text) - used, " on descriptor %" PRIu32,
				 thread->wait.raw.value);
	if (!name || !*name)
		return;
	/* The end of a path tells more than its beginning. */
	end = utf8_end(name, NAME_CUT);
	snprintf(words->text + used, sizeof(words->text) - used, " (%s%s)",
		 end > name ? text_glyph(text, GLYPH_MORE) : "",
		 escape(shown, sizeof(shown), end, text->utf8));
}

struct words wait_object_words(const struct thread *thread, const struct text *text)
{
	const struct wait *wait = &thread->wait;
	struct words words = {""};
	size_t used = 0;

	if (wait->halt && wait->halt != wait->kind)
		used += snprintf(words.text, sizeof(words.text), "%s in ", wait_kind_word(wait->halt));
	for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
		if (wait->traits & traits[i].trait)
			used += snprintf(words.text + used, sizeof(words.text) - used, "%s",
					 traits[i].word);
	used += snprintf(words.text + used, sizeof(words.text) - used, "%s", object_word(wait));
	if (wait->address && wait->kind != WAIT_JOIN)
		snprintf(words.text + used, sizeof(words.text) - used, " 0x%" PRIx64,
			 wait->address);
	else if (wait->raw.class == WAIT_CLASS_FD && wait->kind != WAIT_DISK)
		put_descriptor(&words, used, thread, text);
	return words;
}

/* What the one that is waited on is to the wait. */
static const char *relation(enum wait_kind kind)
{
	switch (kind) {
	case WAIT_MUTEX:
	case WAIT_PI_MUTEX:
	case WAIT_RWLOCK:
	case WAIT_LOCK:
	case WAIT_RLOCK:
	case WAIT_FILE_LOCK:
		return "held by ";
	case WAIT_PIPE:
		return "other end: ";
	case WAIT_CHILD:
	case WAIT_VFORK:
		return "child ";
	default:
		return "";
	}
}

/* Several holders, or one that has no name: how many is all that is known. */
static struct words count_words(const struct wait *wait)
{
	struct words words = {""};
	bool one = wait->holders == 1;

	switch (wait->kind) {
	case WAIT_RWLOCK:
		snprintf(words.text, sizeof(words.text), "held by %" PRIu32 " reader%s, not known by name",
			 wait->holders, one ? "" : "s");
		break;
	case WAIT_BARRIER:
		snprintf(words.text, sizeof(words.text), "%" PRIu32 " there, not all yet",
			 wait->holders);
		break;
	case WAIT_PIPE:
		snprintf(words.text, sizeof(words.text), "other end: %" PRIu32 " process%s at least",
			 wait->holders, one ? "" : "es");
		break;
	case WAIT_CHILD:
		snprintf(words.text, sizeof(words.text), "any of %" PRIu32 " children",
			 wait->holders);
		break;
	case WAIT_FILE_LOCK:
		snprintf(words.text, sizeof(words.text), "its holder is not known");
		break;
	default:
		break;
	}
	return words;
}

struct words wait_holder_words(const struct graph_node *node, const struct text *text)
{
	const struct wait *wait = &node->thread->wait;
	struct words words = {""};

	if (wait->owner_ended)
		snprintf(words.text, sizeof(words.text), "held by %" PRIu32 ", which has ended",
			 wait->on_tid);
	else if (node->on && node->evidence == EVIDENCE_HISTORY)
		snprintf(words.text, sizeof(words.text), "last woken by %.96s %" PRIu32,
			 thread_label(node->on, text).text, node->on->tid);
	else if (node->on == node->thread && !wait->any_thread)
		snprintf(words.text, sizeof(words.text), "%sitself", relation(wait->kind));
	else if (node->on)
		snprintf(words.text, sizeof(words.text), "%s%.96s %" PRIu32, relation(wait->kind),
			 thread_label(node->on, text).text, node->on->tid);
	else if (wait->on_tid)
		snprintf(words.text, sizeof(words.text), "%s%" PRIu32 ", not observed",
			 relation(wait->kind), wait->on_tid);
	else if (wait->holders)
		return count_words(wait);
	return words;
}

struct words wait_span_words(const struct wait *wait, uint64_t now_ns)
{
	struct words words = {"-"};

	if (wait->since_ns && wait->since_ns <= now_ns)
		snprintf(words.text, sizeof(words.text), "%s",
			 units_duration(now_ns - wait->since_ns).text);
	return words;
}
