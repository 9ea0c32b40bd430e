/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The guard that keeps records whole, and the default configuration. */
#include "thread.h"

static struct thr__guard guard;

void thr__log_lock(void)
{
	thr__guard_lock(&guard);
}

void thr__log_unlock(void)
{
	thr__guard_unlock(&guard);
}

void thr__log_reset(void)
{
	guard = (struct thr__guard){ 0 };
}
