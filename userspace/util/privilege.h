/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Giving up what is not needed any longer. An inspector is often root: once it observes, a fault in it shall be able
 * to do as little as possible.
 */
#ifndef THRACE_UTIL_PRIVILEGE_H
#define THRACE_UTIL_PRIVILEGE_H

#include <stdint.h>

/*
 * For good: drops every capability but those in keep (a bit each, as in linux/capability.h), forbids to gain any, and
 * lets a seccomp filter refuse (EPERM) the system calls that an observer never makes: starting programs, tracing or
 * writing to other processes, signalling more than one of them, mounting, loading kernel modules, changing identity.
 * Returns 0 or -errno of the first step that failed; the later ones are tried all the same.
 */
int privilege_drop(uint64_t keep);

#endif
