/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Firing a probe: PROBE(token, arguments). Not traced, it costs a load and a branch; the site itself is out of line. */
#ifndef THR_PROBE_H
#define THR_PROBE_H

#include <stdint.h>
#include <thrace/probes.h>

#define DECLARE(token, n, arguments)                                                                         \
	extern unsigned short thrace_##token##_semaphore;                                                    \
	void thr__fire_##token(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
THRACE_PROBES(DECLARE)
#undef DECLARE

#define PROBE4(token, a, b, c, d, ...)                                                                       \
	do {                                                                                                 \
		if (__builtin_expect(*(volatile unsigned short *)&thrace_##token##_semaphore, 0))            \
			thr__fire_##token((uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d));       \
	} while (0)
#define PROBE(token, ...) PROBE4(token, __VA_ARGS__, 0, 0, 0, 0)

#endif
