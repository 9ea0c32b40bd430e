/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the files of the terminal share. Nothing else includes this.
 */
#ifndef THRACE_UI_TERM_PRIVATE_H
#define THRACE_UI_TERM_PRIVATE_H

#include <stdio.h>
#include "userspace/ui/sequence.h"
#include "userspace/ui/term.h"

struct terminal {
	struct screen *screen; /* ncurses's own */
	FILE *in, *out;
	int in_fd, out_fd;
	bool utf8, colour;
	bool wakes; /* a key interrupts system calls */
	struct cells shown; /* what stands there */
	struct sequence sequence;
	uint64_t heard_ns; /* when its last character came */
};

#endif
