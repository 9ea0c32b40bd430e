/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Thread-local data: one pointer per thread, unset until that thread sets it or the initialiser does. */
#ifndef THRACE_LOCAL_H
#define THRACE_LOCAL_H

#include <thrace/base.h>

THR_BEGIN_DECLS

typedef struct thr_local thr_local;

/*
 * init (may be null) runs in each thread at its first use and gives that thread's first value; an error from it is
 * returned by that use, and the next tries again. destroy (may be null) is called for each value that is replaced, deleted,
 * left behind by a thread's end (in that thread) or by the local's own end (in the thread that frees it).
 */
THR_API int thr_local_new(thr_local **local, int (*init)(void *arg, void **value), void *arg,
			  void (*destroy)(void *value));
/* No thread may be using it. Null is fine. */
THR_API void thr_local_free(thr_local *local);

/* -ENOENT: unset in this thread (get, del). -ENOMEM (set, or the initialiser's value). */
THR_API int thr_local_get(thr_local *local, void **value);
THR_API int thr_local_set(thr_local *local, void *value);
THR_API int thr_local_del(thr_local *local);

THR_END_DECLS

#endif
