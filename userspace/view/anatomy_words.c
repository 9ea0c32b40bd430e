// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/anatomy_words.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "userspace/ui/escape.h"
#include "userspace/ui/units.h"

#define SIGNALS_TOLD 6
#define SIGNALS	     64

struct words scheduling_words(const struct ev_task_own *own)
{
	static const char *const policies[] = {"normal", "FIFO", "round robin", "batch", "?", "idle", "deadline", "extension"};
	struct words words;
	const char *policy;

	if (!own || !(own->head.flags & OWN_F_SCHEDULING)) {
		snprintf(words.text, sizeof(words.text), "?");
		return words;
	}
	policy = own->policy < sizeof(policies) / sizeof(*policies) ? policies[own->policy] : "?";
	if (own->policy == 0)
		snprintf(words.text, sizeof(words.text), "nice %" PRId32, own->nice);
	else if (own->rt_priority)
		snprintf(words.text, sizeof(words.text), "%s, priority %" PRIu32, policy, own->rt_priority);
	else
		snprintf(words.text, sizeof(words.text), "%s, nice %" PRId32, policy, own->nice);
	return words;
}

static size_t add_signal(struct words *words, size_t used, int number)
{
	const char *name = sigabbrev_np(number);

	if (name)
		return used + snprintf(words->text + used, sizeof(words->text) - used, "%s%s", used ? " " : "", name);
	return used + snprintf(words->text + used, sizeof(words->text) - used, "%s%d", used ? " " : "", number);
}

struct words cpus_words(const struct ev_task_own *own, const struct text *text)
{
	char raw[sizeof(own->cpus) + 1], shown[ESCAPE_BYTES(sizeof(own->cpus))];
	struct words words;

	snprintf(raw, sizeof(raw), "%.*s", (int)sizeof(own->cpus), *own->cpus ? own->cpus : "?");
	snprintf(words.text, sizeof(words.text), "%.*s", (int)sizeof(words.text) - 1, escape(shown, sizeof(shown), raw, text->utf8));
	return words;
}

struct words signal_set_words(uint64_t set)
{
	/* Nobody can block these two. */
	const uint64_t never = 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1);
	int members = __builtin_popcountll(set), told = 0;
	struct words words = {""};
	size_t used = 0;

	if (!set || (set | never) == ~0ull) {
		snprintf(words.text, sizeof(words.text), set ? "all" : "none");
		return words;
	}
	/* Thread libraries keep a few for themselves. */
	if (members > SIGNALS - SIGNALS_TOLD) {
		used = (size_t)snprintf(words.text, sizeof(words.text), "all but");
		set = ~set & ~never;
	}
	for (int number = 1; number <= SIGNALS; number++) {
		if (!(set & 1ull << (number - 1)))
			continue;
		if (told++ < SIGNALS_TOLD)
			used = add_signal(&words, used, number);
	}
	if (told > SIGNALS_TOLD)
		snprintf(words.text + used, sizeof(words.text) - used, " and %d more", told - SIGNALS_TOLD);
	return words;
}

struct words stack_use_words(const struct ev_task_own *own, const struct ev_task_registers *registers)
{
	struct words words;

	if (!own || !(own->head.flags & OWN_F_STACK) || !registers || registers->sp < own->stack_low ||
	    registers->sp > own->stack_high) {
		snprintf(words.text, sizeof(words.text), "?");
		return words;
	}
	snprintf(words.text, sizeof(words.text), "%s of %s", units_bytes(own->stack_high - registers->sp).text,
		 units_bytes(own->stack_high - own->stack_low).text);
	return words;
}
