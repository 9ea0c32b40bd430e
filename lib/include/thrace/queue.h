/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Queue (FIFO), LifoQueue, PriorityQueue in one type, and SimpleQueue. Items are pointers and belong to the queue
 * from a put that succeeded to the get; item_free, if given, is called for those that nobody got.
 *
 * In a forked child a queue has its items and no waiters; but one that another thread was using at the very moment
 * of the fork stays locked there, as any lock of the program would. A child had best make its own.
 */
#ifndef THRACE_QUEUE_H
#define THRACE_QUEUE_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_queue thr_queue;
typedef struct thr_simple_queue thr_simple_queue;

typedef enum { THR_FIFO, THR_LIFO, THR_PRIORITY } thr_queue_kind;

typedef struct {
	size_t size; /* sizeof(thr_queue_opts); 0 means the same */
	thr_queue_kind kind;
	int64_t maxsize; /* <= 0: unbounded */
	/* THR_PRIORITY: < 0 when a comes first. Must not use this queue. Null: items compare as signed integers. */
	int (*compare)(const void *a, const void *b);
	void (*item_free)(void *item);
	/*
	 * What a subclass overrides in Python (_put, _get): asked before an item goes in or comes out. Other than 0
	 * refuses: as an exception there, it ends the one call at once, whatever time is left, and is what put, get or
	 * thr_any.error tells, even -EAGAIN. Nothing went in or came out, the item to go in is still the caller's, and
	 * who waits beside it is asked next. Not asked while there is no room, or nothing to get. Runs under the
	 * queue's lock, so it must not use this queue.
	 */
	int (*before_put)(void *user, void *item);
	int (*before_get)(void *user);
	void *user;
} thr_queue_opts;

/* opts may be null: an unbounded FIFO. -EINVAL, -ENOMEM. */
THR_API int thr_queue_new(thr_queue **queue, const thr_queue_opts *opts);
THR_API thr_queue *thr_queue_ref(thr_queue *queue);
THR_API void thr_queue_unref(thr_queue *queue); /* null is fine */

/*
 * -EAGAIN: full (put) or empty (get) until the time was up; -EPIPE: shut down; -EINTR; -ENOMEM (put: the item is
 * still the caller's); -EINVAL: a negative timeout other than THR_FOREVER; -EOVERFLOW.
 */
THR_API int thr_queue_put(thr_queue *queue, void *item, thr_ns timeout);
THR_API int thr_queue_get(thr_queue *queue, void **item, thr_ns timeout);
THR_API int thr_queue_put_cancel(thr_queue *queue, void *item, thr_ns timeout, thr_cancel *cancel);
THR_API int thr_queue_get_cancel(thr_queue *queue, void **item, thr_ns timeout, thr_cancel *cancel);

/* Every item got is to be answered by one task_done (-ERANGE: more than were put); join waits for all of them. */
THR_API int thr_queue_task_done(thr_queue *queue);
THR_API int thr_queue_join(thr_queue *queue, thr_ns timeout);
THR_API int thr_queue_join_cancel(thr_queue *queue, thr_ns timeout, thr_cancel *cancel);

/*
 * From now on puts fail, and gets fail once it is empty, with -EPIPE; those asleep wake. immediate also drops
 * what is in it, counting it as done, which may let join return. May be called again, also to make it immediate.
 */
THR_API int thr_queue_shutdown(thr_queue *queue, bool immediate);
THR_API bool thr_queue_is_shutdown(const thr_queue *queue);

/* True when they were asked. */
THR_API size_t thr_queue_size(const thr_queue *queue);
THR_API bool thr_queue_empty(const thr_queue *queue);
THR_API bool thr_queue_full(const thr_queue *queue);
THR_API uint64_t thr_queue_unfinished(const thr_queue *queue);
THR_API int64_t thr_queue_maxsize(const thr_queue *queue);
THR_API int thr_queue_set_maxsize(thr_queue *queue, int64_t maxsize); /* nothing in it is dropped; raising wakes putters */

/* SimpleQueue: unbounded FIFO without task counting. put does not wait; it may be called from item_free. */
THR_API int thr_simple_queue_new(thr_simple_queue **queue, void (*item_free)(void *item));
THR_API void thr_simple_queue_free(thr_simple_queue *queue); /* null is fine */
THR_API int thr_simple_queue_put(thr_simple_queue *queue, void *item);
THR_API int thr_simple_queue_get(thr_simple_queue *queue, void **item, thr_ns timeout);
THR_API int thr_simple_queue_get_cancel(thr_simple_queue *queue, void **item, thr_ns timeout, thr_cancel *cancel);
THR_API size_t thr_simple_queue_size(const thr_simple_queue *queue);
THR_API bool thr_simple_queue_empty(const thr_simple_queue *queue);

THR_END_DECLS

#endif
