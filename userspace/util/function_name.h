/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THRACE_UTIL_FUNCTION_NAME_H
#define THRACE_UTIL_FUNCTION_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define FUNCTION_NAME_BYTES 1024 /* whole, as a rule: what is left out for want of room is the reader's choice */
#define FUNCTION_NAME_DEPTH 8 /* of brackets in brackets; who shortens a name begins below it */

/*
 * A function's name as its source has it, of the linker's name that a C++ or Rust compiler made: node::Agent::Start,
 * std::vector<int, std::allocator<int> >::push_back. Parameters, and the hash that Rust adds, are left out; of what is
 * longer than fits the beginning, and "...". The name may be anybody's: the work is bounded, and bytes are as they came.
 * A character of several bytes is never cut.
 * False, and to holds nothing of use, when it is no such name: then the linker's name is the only one that is certain.
 */
bool function_name(char to[FUNCTION_NAME_BYTES], const char *linker_name);

/*
 * Makes a source's name shorter: what stands in <> deeper than depth gives way to more (of 3 bytes at most), unless it is
 * short itself: Pool<std::map<int, Order> > is Pool<std::map<...> > at a depth of 1, Pool<...> at 0.
 */
void function_name_elide(char *name, unsigned int depth, const char *more);

/* The source's name in so many bytes (without its end when it takes them all): as little of what stands in <> is left out
 * as it takes, then the last of it, with "..." for each. False: as function_name() has it. */
bool function_name_short(char *to, size_t bytes, const char *linker_name);

/*
 * For a field of a record, which may be full and then without its end: the linker's name, for whoever reads the record
 * undoes it; but where that does not fit, what could be undone no more, its source's as function_name_short() has it.
 * NULL: nothing.
 */
void function_name_fit(char *to, size_t bytes, const char *linker_name);

#endif
