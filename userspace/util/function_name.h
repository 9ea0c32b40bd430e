/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THRACE_UTIL_FUNCTION_NAME_H
#define THRACE_UTIL_FUNCTION_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define FUNCTION_NAME_BYTES 256

/*
 * A function's name as its source has it, of the linker's name that a C++ or Rust compiler made: node::Agent::Start,
 * std::vector<int, std::allocator<int> >::push_back. Parameters, and the hash that Rust adds, are left out; of what is
 * longer than fits the beginning, and "...". The name may be anybody's: the work is bounded, and bytes are as they came.
 * False, and to holds nothing of use, when it is no such name: then the linker's name is the only one that is certain.
 */
bool function_name(char to[FUNCTION_NAME_BYTES], const char *linker_name);

/*
 * For a field of a record, which may be full and then without its end: the linker's name, for whoever reads the record
 * undoes it; but where that does not fit, what could be undone no more, its source's as far as it fits. NULL: nothing.
 */
void function_name_fit(char *to, size_t bytes, const char *linker_name);

#endif
