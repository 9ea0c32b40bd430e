/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THRACE_UTIL_FUNCTION_NAME_H
#define THRACE_UTIL_FUNCTION_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define FUNCTION_NAME_BYTES 160

/*
 * A function's name as its source has it, of the linker's name that a C++ or Rust compiler made: node::Agent::Start.
 * Parameters and what a template is of are left out. False, and nothing is written, when it is no such name or holds
 * more than this understands: then the linker's name is the only one that is certain.
 */
bool function_name(char to[FUNCTION_NAME_BYTES], const char *linker_name);

#endif
