/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Models of threads that were looked at, for the views of share and thread.
 */
#ifndef THRACE_TESTS_SHARE_MODELS_H
#define THRACE_TESTS_SHARE_MODELS_H

#include "userspace/model/model.h"

/* A server of three threads and its fork child: two kingdoms. */
struct model *model_kingdoms(void);
/* CLONE_VM without CLONE_THREAD, an unshare in a thread, a thread that could not be seen, another network. */
struct model *model_odd(void);
/* 300 threads alike and one that is not. */
struct model *model_crowd(void);

#endif
