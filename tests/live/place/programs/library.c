// SPDX-License-Identifier: GPL-2.0-only
/* A library that creates for others. */
#include "tests/live/place/programs/library.h"

#include <stdlib.h>

int made_in_library(pthread_t *thread, void *(*run)(void *))
{
	if (pthread_create(thread, NULL, run, NULL))
		exit(1);
	return __LINE__ - 2;
}
