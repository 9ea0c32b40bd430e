/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Pages that were once read and found right: tests/top/expect/<name>.
 */
#ifndef THRACE_TESTS_TOP_GOLDEN_H
#define THRACE_TESTS_TOP_GOLDEN_H

#include <stdbool.h>

/* Fails unless the page is the expected one; update: writes it there. */
void golden_compare(const char *name, const char *page, bool update);

#endif
