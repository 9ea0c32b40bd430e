/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Queue: put and get, and their waits. An item put while a getter waits is handed to the first of them. Whoever
 * makes room wakes the first putter, which looks again. So each operation wakes one thread at most.
 */
#include <errno.h>
#include <stdlib.h>

#include "lock.h"
#include "queue.h"
#include "thread.h"

/* Handed over instead of an item: "look for yourself". */
static char look[1];

static void enter(thr_queue *queue)
{
	thr__guard_lock(&queue->guard);
	if (unlikely(queue->forks != thr_registry.forks)) {
		queue->forks = thr_registry.forks;
		queue->getters = queue->putters = queue->joiners = (struct thr__line){ 0 };
	}
}

static void leave(thr_queue *queue)
{
	thr__guard_unlock(&queue->guard);
}

static void hang(struct thr__line *line, struct thr__node *node)
{
	node->key = line;
	thr__line_push(line, node);
}

static void unhang(struct thr__node *node)
{
	thr__line_remove((struct thr__line *)node->key, node);
	node->key = NULL;
}

static void queue_disarm(void *object, struct thr__node *node)
{
	enter(object);
	if (node->key)
		unhang(node);
	leave(object);
}

/* Claims the first in line that still wants; false: nobody does. */
static bool hand(struct thr__line *line, void *item, struct thr__wakes *wakes)
{
	struct thr__node *node;

	while ((node = line->first)) {
		unhang(node);
		node->item = item;
		if (thr__claim(node, wakes))
			return true;
	}
	return false;
}

static void wake_all(struct thr__line *line, struct thr__wakes *wakes)
{
	while (hand(line, look, wakes))
		;
}

static bool full(const thr_queue *queue)
{
	return queue->opts.maxsize > 0 && queue->size >= (size_t)queue->opts.maxsize;
}

/* One who was woken to look goes without: the next in line is to look, or would sleep beside what it waits for. */
static int pass_on(struct thr__line *line, int error, struct thr__wakes *wakes)
{
	hand(line, look, wakes);
	return error;
}

/* Nothing to be done now. wait tells it from a hook that says -EAGAIN: a refusal ends the call, whatever its value. */
static int later(bool *wait)
{
	*wait = true;
	return -EAGAIN;
}

/* Under the guard. *wait: it is full. */
static int put_now(thr_queue *queue, void *item, struct thr__wakes *wakes, bool *wait)
{
	int error = 0;

	*wait = false;
	if (queue->shut)
		return -EPIPE;
	if (full(queue))
		return later(wait);
	if (queue->opts.before_put)
		error = queue->opts.before_put(queue->opts.user, item);
	if (error)
		return pass_on(&queue->putters, error, wakes);
	/* Waiting getters are woken to fetch it themselves if a subclass must be asked first. */
	if (!queue->opts.before_get && queue->getters.first && hand(&queue->getters, item, wakes)) {
		store_relaxed(&queue->unfinished, queue->unfinished + 1);
		return 0;
	}
	error = thr__store_put(queue, item);
	if (error)
		return pass_on(&queue->putters, error, wakes);
	store_relaxed(&queue->unfinished, queue->unfinished + 1);
	if (queue->opts.before_get)
		hand(&queue->getters, look, wakes);
	return 0;
}

/* Under the guard. *wait: it is empty. */
static int get_now(thr_queue *queue, void **item, struct thr__wakes *wakes, bool *wait)
{
	int error = 0;

	*wait = false;
	if (!queue->size)
		return queue->shut ? -EPIPE : later(wait);
	if (queue->opts.before_get)
		error = queue->opts.before_get(queue->opts.user);
	if (error)
		return pass_on(&queue->getters, error, wakes);
	*item = thr__store_get(queue);
	hand(&queue->putters, look, wakes);
	return 0;
}

static void get_arm(void *object, struct thr__node *node)
{
	thr_queue *queue = object;

	enter(queue);
	node->item = look;
	if (queue->size || queue->shut)
		thr__wait_take(node);
	else if (!node->wait->poll)
		hang(&queue->getters, node);
	leave(queue);
}

const struct thr__class thr__queue_get_class = { .arm = get_arm, .disarm = queue_disarm };

static void put_arm(void *object, struct thr__node *node)
{
	thr_queue *queue = object;

	enter(queue);
	if (queue->shut || !full(queue))
		thr__wait_take(node);
	else if (!node->wait->poll)
		hang(&queue->putters, node);
	leave(queue);
}

static const struct thr__class put_class = { .arm = put_arm, .disarm = queue_disarm };

/* Sleeps until something was handed over or there is reason to look. */
static int sleep_for(const struct thr__class *class, thr_queue *queue, thr__deadline deadline, thr_cancel *cancel,
		     uint32_t kind, void **handed)
{
	struct thr__source source = { .class = class, .object = queue };
	struct thr__waiting why = { .kind = kind, .object = queue };
	int error = thr__wait_for(&source, deadline, cancel, &why);

	*handed = source.node.item;
	return error == -ETIMEDOUT ? -EAGAIN : error;
}

/* *size: after it. Who gets the item may free the queue. *wait: as put_now has it. */
static int put_once(thr_queue *queue, void *item, size_t *size, bool *wait)
{
	struct thr__wakes wakes = { .n = 0 };
	int error;

	enter(queue);
	error = put_now(queue, item, &wakes, wait);
	*size = queue->size;
	leave(queue);
	thr__wakes_do(&wakes);
	return error;
}

int thr__queue_get_once(thr_queue *queue, void **item, bool *wait)
{
	struct thr__wakes wakes = { .n = 0 };
	int error;

	enter(queue);
	error = get_now(queue, item, &wakes, wait);
	leave(queue);
	thr__wakes_do(&wakes);
	return error;
}

/* What every wait checks before it does anything. */
static int may_wait(const thr_queue *queue, thr_ns timeout, thr_cancel *cancel, thr__deadline *deadline)
{
	int error = thr__queue_check(queue);

	if (error)
		return error;
	if (cancel && thr__cancel_pending(cancel))
		return -EINTR;
	*deadline = THR__NEVER;
	return timeout == THR_FOREVER ? 0 : thr__strict_deadline(timeout, deadline);
}

int thr_queue_put_cancel(thr_queue *queue, void *item, thr_ns timeout, thr_cancel *cancel)
{
	thr__deadline deadline;
	void *handed;
	size_t size;
	bool wait;
	int error = may_wait(queue, timeout, cancel, &deadline);

	if (error)
		return error;
	while ((error = put_once(queue, item, &size, &wait)) && wait && deadline) {
		PROBE(queue_put_wait, thr__uid(), (uintptr_t)queue);
		error = sleep_for(&put_class, queue, deadline, cancel, THR_WAIT_queue_put, &handed);
		if (error)
			break;
	}
	PROBE(queue_put, thr__uid(), (uintptr_t)queue, size, error);
	return error;
}

int thr_queue_get_cancel(thr_queue *queue, void **item, thr_ns timeout, thr_cancel *cancel)
{
	thr__deadline deadline;
	void *handed = look;
	bool wait;
	int error = may_wait(item ? queue : NULL, timeout, cancel, &deadline);

	if (error)
		return error;
	while ((error = thr__queue_get_once(queue, item, &wait)) && wait && deadline) {
		PROBE(queue_get_wait, thr__uid(), (uintptr_t)queue);
		error = sleep_for(&thr__queue_get_class, queue, deadline, cancel, THR_WAIT_queue_get, &handed);
		if (error)
			break;
		if (handed != look) {
			*item = handed;
			break;
		}
	}
	PROBE(queue_get, thr__uid(), (uintptr_t)queue, thr_queue_size(queue), error);
	return error;
}

bool thr__queue_handed(const void *handed)
{
	return handed != look;
}

int thr_queue_put(thr_queue *queue, void *item, thr_ns timeout)
{
	return thr_queue_put_cancel(queue, item, timeout, NULL);
}

int thr_queue_get(thr_queue *queue, void **item, thr_ns timeout)
{
	return thr_queue_get_cancel(queue, item, timeout, NULL);
}

/* For tasks.c, which shares the guard. */
void thr__queue_enter(thr_queue *queue)
{
	enter(queue);
}

void thr__queue_leave(thr_queue *queue)
{
	leave(queue);
}

void thr__queue_wake_all(struct thr__line *line, struct thr__wakes *wakes)
{
	wake_all(line, wakes);
}

void thr__queue_hang(struct thr__line *line, struct thr__node *node)
{
	hang(line, node);
}

void thr__queue_disarm(void *object, struct thr__node *node)
{
	queue_disarm(object, node);
}
