/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THRACE_TESTS_PLACE_LIBRARY_H
#define THRACE_TESTS_PLACE_LIBRARY_H

#include <pthread.h>

/* Creates a thread; returns the line where. */
int made_in_library(pthread_t *thread, void *(*run)(void *));

#endif
