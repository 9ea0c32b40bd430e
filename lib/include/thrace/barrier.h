/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Barrier: parties threads wait until all have come; cyclic. Zeroed memory is no barrier: thr_barrier_init().
 * A timeout, a cancel, an abort or a failing action breaks it for everyone until thr_barrier_reset().
 */
#ifndef THRACE_BARRIER_H
#define THRACE_BARRIER_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_barrier {
	uint32_t parties, waiting, state, reserved;
	uint64_t round;
	int (*action)(void *);
	void *arg;
	thr_ns timeout;
} thr_barrier;

/*
 * action (may be null) is run by the last to come before anyone is let go; its failure (a value other than 0,
 * thr_thread_fail() or thr_thread_exit()) breaks the barrier. timeout is what thr_barrier_wait() uses. -EINVAL: parties < 1.
 */
THR_API int thr_barrier_init(thr_barrier *barrier, int parties, int (*action)(void *), void *arg, thr_ns timeout);

/*
 * 0 to parties - 1, each once per round (the last to come has parties - 1). -ECANCELED: broken, before, meanwhile
 * or by this wait's own time being up. -EINTR: by its own token (which breaks it for the others).
 * The one who ran the action gets its failure (-ECANCELED for a value above 0), or goes on to exit. -ENXIO, -EINVAL, -EOVERFLOW.
 */
THR_API int thr_barrier_wait(thr_barrier *barrier);
THR_API int thr_barrier_wait_timeout(thr_barrier *barrier, thr_ns timeout);
THR_API int thr_barrier_wait_cancel(thr_barrier *barrier, thr_ns timeout, thr_cancel *cancel);

THR_API int thr_barrier_abort(thr_barrier *barrier); /* break it */
THR_API int thr_barrier_reset(thr_barrier *barrier); /* mend it; whoever waits now gets -ECANCELED */

THR_API int thr_barrier_parties(const thr_barrier *barrier);
THR_API int thr_barrier_waiting(const thr_barrier *barrier);
THR_API bool thr_barrier_broken(const thr_barrier *barrier);

/* "<thr.Barrier at 0x...: waiters=0/3>", or ": broken>"; as snprintf. */
THR_API int thr_barrier_repr(const thr_barrier *barrier, char *text, size_t size);

THR_END_DECLS

#endif
