/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * One way to sleep, for every object but an uncancelled lock. A thread that must wait makes a wait with a node for
 * each thing it waits for (the object, a cancel token, or many), hangs each node on its object's line, and sleeps
 * on the wait's own word. Whoever makes an object ready claims the first node in line.
 *
 * The word decides, by one compare-and-swap from 0: to 1 + the index of the node claimed, or to TIMED_OUT by the
 * sleeper itself. So exactly one thing is got: what is handed over (a unit, an item) is handed over only with a
 * won claim; a lost claim means that this waiter has its answer already, and the next in line is asked.
 *
 * A node is touched only under its line's guard while it hangs there, and a claimer unhangs it before it claims; after
 * a won claim neither node nor wait may be touched (they live on the sleeper's stack), but for waking the
 * word's address: at worst a stranger wakes once for nothing.
 *
 * Lines are found by the object's address in a global table of lots (a "parking lot"). So the embeddable objects
 * are plain small structs, an object may be freed by the waiter that was just woken, and a forked child forgets all waiters
 * by emptying the table. Queues have lines and a guard of their own, for speed.
 */
#ifndef THR_WAIT_H
#define THR_WAIT_H

#include "futex.h"

struct thr__wait;

struct thr__node {
	struct thr__node *next, *prev; 
	struct thr__wait *wait;
	const void *key; /* what it waits for; null: it does not hang */
	uint32_t index;
	void *item; /* what is handed over, or what is offered */
};

struct thr__line {
	struct thr__node *first, *last;
};

struct thr__lot {
	struct thr__guard guard;
	struct thr__line line;
	uint32_t hung; /* how many nodes; read without the guard by lock releases */
} __attribute__((aligned(64)));

/*
 * What can be waited for. arm, with the object's guard taken inside: if it is ready, thr__wait_take() and take it,
 * and return; else hang the node, unless the wait is only a poll. disarm: unhang the node if it still hangs. done, if not
 * null, maps a won claim to a result, or -EAGAIN for "go round again" (a lock that another took meanwhile).
 */
struct thr__class {
	void (*arm)(void *object, struct thr__node *node);
	void (*disarm)(void *object, struct thr__node *node);
	int (*done)(void *object, struct thr__node *node);
};

#define THR__TIMED_OUT UINT32_MAX

struct thr__wait {
	uint32_t word;
	bool poll; /* do not hang: look only */
};

struct thr__source {
	const struct thr__class *class;
	void *object;
	struct thr__node node;
};

/* What the registry is told while the thread sleeps. */
struct thr__waiting {
	uint32_t kind; /* enum thr_wait_kind */
	const void *object;
	uint64_t target_uid;
	uint32_t owner_tid;
};

/* The addresses to wake once the guard is dropped. */
struct thr__wakes {
	uint32_t *words[16];
	unsigned n;
};

struct thr__lot *thr__lot_lock(const void *key);
bool thr__lot_busy(const void *key); /* somebody may be parked there */
static inline void thr__lot_unlock(struct thr__lot *lot)
{
	thr__guard_unlock(&lot->guard);
}

void thr__lot_hang(struct thr__lot *lot, const void *key, struct thr__node *node);
bool thr__lot_unhang(struct thr__lot *lot, struct thr__node *node); /* false: it did not hang */
void thr__lot_disarm(void *object, struct thr__node *node);         /* a class's disarm, for a key that is the object */

/* Claims up to n waiters in line at key, handing item to each; how many. */
unsigned thr__lot_claim(struct thr__lot *lot, const void *key, unsigned n, void *item, struct thr__wakes *wakes);
void thr__wakes_do(struct thr__wakes *wakes);

void thr__line_push(struct thr__line *line, struct thr__node *node);
void thr__line_remove(struct thr__line *line, struct thr__node *node);
bool thr__claim(struct thr__node *node, struct thr__wakes *wakes); /* the node no longer hangs */

/* The sleeper claims its own wait for this node; false: another was quicker, take nothing. */
static inline bool thr__wait_take(struct thr__node *node)
{
	return cas(&node->wait->word, 0, node->index + 1);
}

/* Arms from the first on, until one is ready. */
void thr__wait_arm(struct thr__wait *wait, struct thr__source *sources, unsigned n, bool poll);

/* Sleeps until claimed, or to the deadline; then no node hangs any more. The index won, or -ETIMEDOUT. */
int thr__wait_sleep(struct thr__wait *wait, struct thr__source *sources, unsigned n, thr__deadline deadline,
		    const struct thr__waiting *why);

/* All of it, for one source and a token that may be null: 0, -ETIMEDOUT, -EINTR, or what the class's done says. */
int thr__wait_for(struct thr__source *source, thr__deadline deadline, thr_cancel *cancel,
		  const struct thr__waiting *why);

/* Any of n: the index. */
int thr__wait_any(struct thr__source *sources, unsigned n, thr__deadline deadline, const struct thr__waiting *why);

extern const struct thr__class thr__cancel_class;

static inline bool thr__cancel_pending(const thr_cancel *cancel)
{
	return load_acquire(&cancel->set) != 0;
}

/* Called around a fork, and in the child: all waiters are forgotten. */
void thr__lots_lock(void);
void thr__lots_unlock(void);
void thr__lots_reset(void);

#endif
