/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The word that Lock and RLock share: see futex.h for its states. */
#ifndef THR_LOCK_H
#define THR_LOCK_H

#include <thrace/lock.h>
#include "wait.h"

/* -EINVAL also for negative timeouts other than THR_FOREVER: locks, semaphores and queues refuse them. */
int thr__strict_deadline(thr_ns timeout, thr__deadline *deadline);

/* Takes the word the slow way. owner_tid lies 8 bytes behind word. */
int thr__word_wait(uint32_t *word, thr_ns timeout, thr_cancel *cancel, uint32_t wait_kind);
uint32_t thr__word_release(uint32_t *word); /* what it was before: 0 is the caller's error */

/* A lock in a wait for any: claimed means "look again". */
extern const struct thr__class thr__lock_class;

#endif
