/* SPDX-License-Identifier: GPL-2.0-only
 *
 * C libraries end their call frame information before the system call in clone(2) and clone3(2): the new thread, which
 * has an empty stack, must not be unwound with it. The creator's caller is found from the code instead.
 */
#ifndef THRACE_ENRICH_SYMBOLS_STUB_H
#define THRACE_ENRICH_SYMBOLS_STUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUB_BEFORE 2 /* bytes before the instruction that a thread in a system call stands at */
#define STUB_AFTER 24 /* and from there on */

/*
 * code: STUB_BEFORE bytes before and `size` bytes from the instruction on. Does a creator, whose system call gives a
 * positive number, return from there without another word: no push, no pop, so that its return address is the word on
 * top of its stack? Only tests and jumps forward are followed.
 */
bool stub_returns(const uint8_t *code, size_t size);

#endif
