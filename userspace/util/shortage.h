/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Why something could not be looked at: for want of something here, or because of what it is. A process that has ended
 * or a file of another kind is no news; a shortage means that what is shown is not all there was, and must be said.
 */
#ifndef THRACE_UTIL_SHORTAGE_H
#define THRACE_UTIL_SHORTAGE_H

#include <errno.h>
#include <stdbool.h>

/* error: 0 or -errno. */
static inline bool is_shortage(int error)
{
	switch (-error) {
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case ENOBUFS:
	case EUSERS:
	case EAGAIN:
	case EIO:
		return true;
	default:
		return false;
	}
}

#endif
