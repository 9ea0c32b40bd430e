/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Who woke whom by which address: where nothing tells on whom a wait is, the one that ended the last such wait is the
 * best that can be said. It is history and never more: no edge of a deadlock comes from here.
 */
#include "userspace/model/private.h"

#define ADDRESSES_KEPT 16384 /* of a process; then it begins anew: addresses on stacks have no end */

/* By tid and serial, so that nothing is kept alive by it and no tid that was given again is taken for it. */
static uint64_t pack(const struct thread *thread)
{
	return (uint64_t)(uint32_t)thread->serial << 32 | thread->tid;
}

void history_note(const struct thread *woken, const struct thread *waker)
{
	struct map *history = &process_own(woken->process)->history;

	if (!waker || waker == woken || woken->wait.raw.class != WAIT_CLASS_FUTEX || !woken->wait.raw.address)
		return;
	if (history->used >= ADDRESSES_KEPT)
		map_clear(history);
	/* Out of memory: it is only history. */
	(void)map_put(history, woken->wait.raw.address, (void *)(uintptr_t)pack(waker));
}

const struct thread *history_last_waker(const struct model *model, const struct process *process, uint64_t address)
{
	uint64_t packed = address ? (uintptr_t)map_get(&process_own(process)->history, address) : 0;
	const struct thread *waker = packed ? thread_live(model, (uint32_t)packed) : NULL;

	return waker && pack(waker) == packed ? waker : NULL;
}
