/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the confined*.c files share.
 */
#ifndef THRACE_UTIL_CONFINED_PRIVATE_H
#define THRACE_UTIL_CONFINED_PRIVATE_H

#include "userspace/util/confined.h"

/* In the child: gives up all that can be given up, then serves. */
_Noreturn void confined_be(const struct confined_kind *kind, int socket, int fd);

#endif
