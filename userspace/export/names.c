/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/export.h"

#include <string.h>
#include <sys/wait.h>
#include "userspace/util/utf8.h"

struct export_name name_of_text(const char *raw, size_t size)
{
	char ended[ABI_TEXT_BYTES + 1];
	struct export_name name;
	size_t length = strnlen(raw, size < ABI_TEXT_BYTES ? size : ABI_TEXT_BYTES);

	memcpy(ended, raw, length);
	ended[length] = '\0';
	utf8_clean(name.text, sizeof(name.text), ended);
	if (!name.text[0])
		strcpy(name.text, "?");
	return name;
}

struct export_name name_of_thread(const struct thread *thread)
{
	return name_of_text(thread->full_name ? thread->full_name : thread->name, ABI_TEXT_BYTES);
}

struct export_name name_of_process(const struct process *process)
{
	return name_of_text(process->name, sizeof(process->name));
}

const char *wait_relation(enum wait_kind kind)
{
	switch (kind) {
	case WAIT_MUTEX:
	case WAIT_PI_MUTEX:
	case WAIT_RWLOCK:
	case WAIT_LOCK:
	case WAIT_RLOCK:
	case WAIT_FILE_LOCK:
		return " held by ";
	default:
		return " ";
	}
}

struct export_name name_of_wait(enum wait_kind kind, const struct thread *on)
{
	struct export_name name, who;

	if (!on) {
		snprintf(name.text, sizeof(name.text), "%s", wait_kind_word(kind));
		return name;
	}
	who = name_of_thread(on);
	snprintf(name.text, sizeof(name.text), "%s%s%.*s", wait_kind_word(kind), wait_relation(kind),
		 EXPORT_NAME_BYTES / 2, who.text);
	return name_of_text(name.text, sizeof(name.text)); /* the cut may have been inside a character */
}

struct export_name name_of_end(const struct thread *thread)
{
	struct export_name name;

	if (thread->end == END_SIGNAL)
		snprintf(name.text, sizeof(name.text), "killed by signal %d", thread->signal_number);
	else if (thread->end == END_RETURNED && thread == thread->process->leader &&
		 WEXITSTATUS((int)thread->exit_code))
		snprintf(name.text, sizeof(name.text), "returned %d", WEXITSTATUS((int)thread->exit_code));
	else
		snprintf(name.text, sizeof(name.text), "%s", thread_end_word(thread->end));
	return name;
}

uint32_t span_waker_tid(const struct span *span)
{
	if (span->state != STATE_READY || span->thread->preempted)
		return 0;
	return span->thread->waker_tid;
}
