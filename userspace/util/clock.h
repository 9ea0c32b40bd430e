/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The one clock: CLOCK_MONOTONIC in nanoseconds, as in every record.
 */
#ifndef THRACE_UTIL_CLOCK_H
#define THRACE_UTIL_CLOCK_H

#include <stdint.h>

uint64_t clock_now_ns(void);

#endif
