/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Waits: claiming, sleeping, and any of several. Knows lines and lots, no object. */
#include <errno.h>

#include "registry.h"
#include "wait.h"

bool thr__claim(struct thr__node *node, struct thr__wakes *wakes)
{
	uint32_t *word = &node->wait->word;

	if (!cas(word, 0, node->index + 1))
		return false;
	if (wakes->n == sizeof(wakes->words) / sizeof(wakes->words[0]))
		thr__wakes_do(wakes);
	wakes->words[wakes->n++] = word;
	return true;
}

void thr__wakes_do(struct thr__wakes *wakes)
{
	for (unsigned i = 0; i < wakes->n; i++)
		thr__futex_wake(wakes->words[i], 1);
	wakes->n = 0;
}

void thr__wait_arm(struct thr__wait *wait, struct thr__source *sources, unsigned n, bool poll)
{
	wait->word = 0;
	wait->poll = poll;
	for (unsigned i = 0; i < n; i++) {
		struct thr__node *node = &sources[i].node;

		node->key = NULL;
		node->wait = wait;
		node->index = i;
		/* An earlier object may be ready meanwhile: then this one need not be asked. */
		if (load_relaxed(&wait->word) == 0)
			sources[i].class->arm(sources[i].object, node);
	}
	if (poll)
		cas(&wait->word, 0, THR__TIMED_OUT);
}

static uint32_t sleep_on(struct thr__wait *wait, thr__deadline deadline)
{
	uint32_t word;

	while ((word = load_acquire(&wait->word)) == 0) {
		if (thr__futex_wait(&wait->word, 0, deadline) == -ETIMEDOUT)
			cas(&wait->word, 0, THR__TIMED_OUT);
	}
	return word;
}

int thr__wait_sleep(struct thr__wait *wait, struct thr__source *sources, unsigned n, thr__deadline deadline,
		    const struct thr__waiting *why)
{
	uint32_t word = load_acquire(&wait->word);

	if (word == 0) {
		thr__registry_wait_begin(why, deadline);
		word = sleep_on(wait, deadline);
		thr__registry_wait_end();
	}
	for (unsigned i = 0; i < n && !wait->poll; i++) {
		/* The one claimed was unhung by its claimer, or never hung. */
		if (i + 1 != word)
			sources[i].class->disarm(sources[i].object, &sources[i].node);
	}
	return word == THR__TIMED_OUT ? -ETIMEDOUT : (int)word - 1;
}

int thr__wait_any(struct thr__source *sources, unsigned n, thr__deadline deadline, const struct thr__waiting *why)
{
	struct thr__wait wait;

	for (;;) {
		int won, result;

		thr__wait_arm(&wait, sources, n, deadline == 0);
		won = thr__wait_sleep(&wait, sources, n, deadline, why);
		if (won < 0 || !sources[won].class->done)
			return won;
		result = sources[won].class->done(sources[won].object, &sources[won].node);
		if (result == 0)
			return won;
	}
}

int thr__wait_for(struct thr__source *source, thr__deadline deadline, thr_cancel *cancel,
		  const struct thr__waiting *why)
{
	struct thr__source sources[2] = { { .class = &thr__cancel_class, .object = cancel }, *source };
	unsigned first = cancel ? 0 : 1;
	int won = thr__wait_any(&sources[first], 2 - first, deadline, why);

	if (won < 0)
		return won;
	source->node.item = sources[1].node.item;
	return won + first == 0 ? -EINTR : 0;
}
