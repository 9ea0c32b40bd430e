/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The records that every source makes itself: where the observation begins and ends, and what was started for it.
 */
#ifndef THRACE_SOURCE_OUTSIDE_H
#define THRACE_SOURCE_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/events.h"


void outside_begin(struct ev_begin *begin, uint64_t ts_ns, enum begin_source source, bool whole_system);
void outside_launch(struct ev_launch *launch, uint64_t ts_ns, uint32_t pid);
void outside_end(struct ev_end *end, uint64_t ts_ns);

#endif
