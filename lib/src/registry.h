/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Writing the registry that thrace/registry.h promises to inspectors. */
#ifndef THR_REGISTRY_H
#define THR_REGISTRY_H

#include <thrace/registry.h>
#include "wait.h"

extern THR_API struct thr_registry thr_registry;

void thr__registry_up(void);
struct thr_slot *thr__slot_new(uint64_t creator_uid); /* with a fresh uid, begun: name it, end it; null: out of memory */
void thr__slot_free(struct thr_slot *slot);

/* Between the two the slot may be written; any number of threads may want to. */
void thr__slot_begin(struct thr_slot *slot);
void thr__slot_end(struct thr_slot *slot);

#define SLOT_SET(slot, field, value)                                                                         \
	do {                                                                                                 \
		thr__slot_begin(slot);                                                                       \
		(slot)->field = (value);                                                                     \
		thr__slot_end(slot);                                                                         \
	} while (0)

/* Copies at most size - 1 bytes of name, cut between characters, and a 0. */
void thr__copy_name(char *to, size_t size, const char *name);

/* What the calling thread waits for; a thread without a slot tells nothing. */
void thr__registry_wait_begin(const struct thr__waiting *why, thr__deadline deadline);
void thr__registry_wait_end(void);

void thr__registry_lock(void);
void thr__registry_unlock(void);
void thr__registry_fork_child(void);

#endif
