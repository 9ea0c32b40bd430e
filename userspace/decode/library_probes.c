/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/decode/library_probes.h"

const char *library_probe_token(unsigned int probe)
{
	static const char *const tokens[PROBE_COUNT] = {
#define X(token, count, arguments) [PROBE_##token] = #token,
		THRACE_PROBES(X)
#undef X
	};

	return probe < PROBE_COUNT ? tokens[probe] : NULL;
}
