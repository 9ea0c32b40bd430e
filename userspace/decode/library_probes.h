/* SPDX-License-Identifier: GPL-2.0-only
 *
 * libthrace's probes by number, as ev_library.probe has them: their place in the library's own list, which only grows.
 */
#ifndef THRACE_DECODE_LIBRARY_PROBES_H
#define THRACE_DECODE_LIBRARY_PROBES_H

#include <stddef.h>
#include "lib/include/thrace/probes.h"

enum library_probe {
#define X(token, count, arguments) PROBE_##token,
	THRACE_PROBES(X)
#undef X
	PROBE_COUNT
};

/* NULL: a number of a newer library. */
const char *library_probe_token(unsigned int probe);

#endif
