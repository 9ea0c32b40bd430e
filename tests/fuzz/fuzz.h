/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Where strangers' bytes end up: the decoder, the model, and the pages that are drawn from it.
 */
#ifndef THRACE_TESTS_FUZZ_FUZZ_H
#define THRACE_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;

/* One record through the decoder into the model, as a session does it. As the take() of a source. */
int fuzz_take(void *model, const void *bytes, size_t length);
/* As the soon() of a source. */
bool fuzz_soon(void *model, const void *bytes, size_t length, bool near);
/* Draws every page from the model, to nowhere, makes a keyframe of it and tells it to another model. Frees it. */
void fuzz_draw(struct model *model);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
