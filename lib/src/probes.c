/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The probe sites: one out-of-line function and one semaphore for each line of probes.h. */
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

#include "probe.h"

#define ARGS_1 a
#define ARGS_2 a, b
#define ARGS_3 a, b, c
#define ARGS_4 a, b, c, d
#define FIRE(token, n, ...) STAP_PROBE##n(thrace, token, __VA_ARGS__)
#define FIRE_N(token, n, args) FIRE(token, n, args)

#define DEFINE(token, n, arguments)                                                                          \
	__attribute__((section(".probes"))) unsigned short thrace_##token##_semaphore;                       \
	__attribute__((noinline)) void thr__fire_##token(uint64_t a, uint64_t b, uint64_t c, uint64_t d)     \
	{                                                                                                    \
		(void)a, (void)b, (void)c, (void)d;                                                          \
		FIRE_N(token, n, ARGS_##n);                                                                  \
	}
THRACE_PROBES(DEFINE)
