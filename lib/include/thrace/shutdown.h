/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The end of the process, in Python's order: the callbacks registered here, last first, main still alive; main is
 * marked stopped (whoever joins it wakes) but stays enumerated; all non-daemon threads are joined, new ones
 * included; then atexit handlers; then daemons die with the process. The exit status is kept.
 *
 * Without doing anything: this happens inside exit(), from a handler that the first start registers. So atexit handlers
 * registered after that first start run before the join. Threads may be started until the last atexit handler has run. Exactly: link with "pkg-config --libs thrace-exact", or
 * pass main's body to thr_main_run(), or call thr_shutdown() last in main. _exit(), quick_exit() and fatal signals skip it all.
 */
#ifndef THRACE_SHUTDOWN_H
#define THRACE_SHUTDOWN_H

#include <thrace/base.h>

THR_BEGIN_DECLS

/* -ESHUTDOWN: shutdown has begun. -ENOMEM. Each is called once. */
THR_API int thr_at_shutdown(void (*function)(void *), void *arg);

/* Does it now. -EALREADY: done, or being done. -EINTR: abandoned. */
THR_API int thr_shutdown(void);

/* Lets a shutdown that waits for threads wait no longer: for a signal handler. Async-signal-safe. */
THR_API void thr_shutdown_abandon(void);

/* Runs body as main, then thr_shutdown(); returns its status, or that of a thr_thread_exit() or fail() in it. */
THR_API int thr_main_run(int (*body)(int, char **, char **), int argc, char **argv, char **envp);

THR_END_DECLS

#endif
