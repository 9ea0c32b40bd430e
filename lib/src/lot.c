/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The table of lots: lines of waiters, found by an object's address. */
#include "wait.h"

enum { LOTS = 128 };

static struct thr__lot lots[LOTS];

static struct thr__lot *lot_of(const void *key)
{
	/* Fibonacci hashing: objects lie next to each other, 16 bytes apart. */
	return &lots[((uintptr_t)key >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 57];
}

_Static_assert(LOTS == 1 << (64 - 57), "the shift yields the table's size");

struct thr__lot *thr__lot_lock(const void *key)
{
	struct thr__lot *lot = lot_of(key);

	thr__guard_lock(&lot->guard);
	return lot;
}

bool thr__lot_busy(const void *key)
{
	return __atomic_load_n(&lot_of(key)->hung, __ATOMIC_SEQ_CST) != 0;
}

void thr__line_push(struct thr__line *line, struct thr__node *node)
{
	node->next = NULL;
	node->prev = line->last;
	*(line->last ? &line->last->next : &line->first) = node;
	line->last = node;
}

void thr__line_remove(struct thr__line *line, struct thr__node *node)
{
	*(node->prev ? &node->prev->next : &line->first) = node->next;
	*(node->next ? &node->next->prev : &line->last) = node->prev;
}

void thr__lot_hang(struct thr__lot *lot, const void *key, struct thr__node *node)
{
	node->key = key;
	fetch_add(&lot->hung, 1);
	thr__line_push(&lot->line, node);
}

bool thr__lot_unhang(struct thr__lot *lot, struct thr__node *node)
{
	if (!node->key)
		return false;
	node->key = NULL;
	thr__line_remove(&lot->line, node);
	fetch_add(&lot->hung, -1);
	return true;
}

void thr__lot_disarm(void *object, struct thr__node *node)
{
	struct thr__lot *lot = thr__lot_lock(object);

	thr__lot_unhang(lot, node);
	thr__lot_unlock(lot);
}

unsigned thr__lot_claim(struct thr__lot *lot, const void *key, unsigned n, void *item, struct thr__wakes *wakes)
{
	struct thr__node *node, *next;
	unsigned claimed = 0;

	for (node = lot->line.first; node && claimed < n; node = next) {
		next = node->next;
		if (node->key != key)
			continue;
		thr__lot_unhang(lot, node);
		node->item = item;
		claimed += thr__claim(node, wakes);
	}
	return claimed;
}

void thr__lots_lock(void)
{
	for (int i = 0; i < LOTS; i++)
		thr__guard_lock(&lots[i].guard);
}

void thr__lots_unlock(void)
{
	for (int i = LOTS; i-- > 0;)
		thr__guard_unlock(&lots[i].guard);
}

void thr__lots_reset(void)
{
	for (int i = 0; i < LOTS; i++)
		lots[i] = (struct thr__lot){ 0 };
}
