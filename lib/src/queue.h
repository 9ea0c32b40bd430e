/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The queue's inside, shared by Queue and SimpleQueue. Items in store.c, waiting in queue.c. */
#ifndef THR_QUEUE_H
#define THR_QUEUE_H

#include <thrace/queue.h>
#include "wait.h"

enum { THR__QUEUE_MAGIC = 0x71756575 };

/*
 * A ring of a power of two. FIFO takes at the head, LIFO at the tail; a priority queue is a heap at ring[0..size).
 * Invariants, whenever the guard is free: getters hang only while it is empty, putters only while it is full, and
 * neither once it is shut down.
 */
struct thr_queue {
	struct thr__guard guard;
	uint32_t magic;
	uint32_t refs;
	uint32_t forks; /* the registry's count when the lines were last used: a child forgets its parent's waiters */
	thr_queue_opts opts;
	void **ring;
	size_t room, head, size;
	uint64_t unfinished;
	bool shut;
	struct thr__line getters, putters, joiners;
};

/* 0, -EFAULT or -ENXIO. */
int thr__queue_check(const thr_queue *queue);

int thr__store_put(thr_queue *queue, void *item);
void *thr__store_get(thr_queue *queue); /* not empty */

int thr__queue_get_once(thr_queue *queue, void **item, bool *wait); /* *wait: it was empty */
bool thr__queue_handed(const void *handed); /* an item, and no request to look */
void thr__queue_enter(thr_queue *queue);
void thr__queue_leave(thr_queue *queue);
void thr__queue_wake_all(struct thr__line *line, struct thr__wakes *wakes); /* to look again */
void thr__queue_hang(struct thr__line *line, struct thr__node *node);
void thr__queue_disarm(void *object, struct thr__node *node);

extern const struct thr__class thr__queue_get_class;

#endif
