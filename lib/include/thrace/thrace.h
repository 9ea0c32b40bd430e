/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* All of libthrace: Python's threading and queue, natively. See lib/README.md for a tour. */
#ifndef THRACE_THRACE_H
#define THRACE_THRACE_H

#include <thrace/base.h>
#include <thrace/thread.h>
#include <thrace/lock.h>
#include <thrace/condition.h>
#include <thrace/semaphore.h>
#include <thrace/event.h>
#include <thrace/barrier.h>
#include <thrace/timer.h>
#include <thrace/local.h>
#include <thrace/queue.h>
#include <thrace/cancel.h>
#include <thrace/group.h>
#include <thrace/log.h>
#include <thrace/shutdown.h>

#endif
