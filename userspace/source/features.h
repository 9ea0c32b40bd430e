/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What this machine allows: each thing that observing through BPF needs, there or not, with the
 * remedy. Probes; changes nothing.
 */
#ifndef THRACE_SOURCE_FEATURES_H
#define THRACE_SOURCE_FEATURES_H

#include <stddef.h>

enum feature_state {
	FEATURE_OK,
	FEATURE_MISSING,
	FEATURE_UNKNOWN, /* it cannot be told without a right that is missing itself */
};

enum feature_need {
	NEED_BPF,    /* without it, the BPF source does not work */
	NEED_PROCFS, /* without it, no source does */
	NEED_LATER,  /* wanted by some commands only */
	NEED_NOT,    /* told because people ask: it makes no difference */
};

struct feature {
	const char *name; /* stable, for scripts */
	const char *what;
	enum feature_need need;
	enum feature_state state;
	char detail[128];   /* what was found */
	const char *remedy; /* when it is not there */
};

#define FEATURES_MAX 32

/* Fills up to FEATURES_MAX, and returns how many. */
size_t features_probe(struct feature features[FEATURES_MAX]);

#endif
