/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What timers and waits for any need of events. */
#ifndef THR_EVENT_H
#define THR_EVENT_H

#include <thrace/event.h>
#include "wait.h"

extern const struct thr__class thr__event_class;
extern const struct thr__class thr__sem_class;

int thr__event_wait(thr_event *event, thr_ns timeout, thr_cancel *cancel, uint32_t kind);

#endif
