/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The USDT contract: provider "thrace", one site per probe, each guarded by its semaphore (not traced: a load and a
 * branch). Every argument is 64 bits wide; a "result" is 0 (or what its function documents as success) or a
 * negative errno, sign-extended. A thread is named by its uid (0: a thread unknown to the library), an object by its
 * address. Times are relative nanoseconds, -1 for ever. ":string" is the address of a string that ends with 0 and
 * is valid while the probe runs. The first argument is the thread that the record is about: the calling one, but for
 * thread_create, thread_start, thread_rename and daemon_teardown, where it is the thread created, started, renamed,
 * left behind.
 *
 * A probe keeps its name and the meaning of its arguments; new arguments are added at the end of a line, new probes at
 * the end of the list. Version 1 is what stands here (queue_put and queue_get have had their result from the start).
 *
 * When they fire:
 *   thread_create, thread_started            of main too, when the library comes up: its creator is unknown (0)
 *   join_*, cond_*, event_wait/wake, any_*   before and after a wait that may sleep; wake and end tell its result
 *   lock_*, sem_wait/acquired                on the contended path only: what is free is taken without a word.
 *                                            lock_wait is followed by lock_acquired or lock_timeout (time or token);
 *                                            lock_release comes from a release that finds waiters. Re-entrant locks, and
 *                                            those of conditions, tell the same
 *   queue_put, queue_get                     at the end of every call, with its result; the _wait before each sleep in it
 *   queue_join_*                             around every join
 *   barrier_wait, barrier_wake               around every wait; trip and broken by the thread that decides the round
 *   thread_exit                              after the target and the excepthook, before its thread-locals go
 *   daemon_teardown                          by the exiting thread at the very end, once per daemon still alive
 *   fork_child                               in the child, by the thread that forked, which is main there
 *
 * Ready and Running come from the kernel; these say why.
 *
 * X(token, number of arguments, "arguments")
 */
#ifndef THRACE_PROBES_H
#define THRACE_PROBES_H

#define THRACE_PROBES(X)                                                                                     \
	X(thread_create, 4, "uid creator_uid name:string daemon")                                            \
	X(thread_start, 2, "uid starter_uid")                                                                \
	X(thread_started, 3, "uid tid ident")                                                                \
	X(thread_run, 1, "uid")                                                                              \
	X(run_direct, 2, "uid caller_uid")                                                                   \
	X(thread_exit, 2, "uid reason:thr_exit")                                                             \
	X(thread_rename, 2, "uid name:string")                                                               \
	X(excepthook, 3, "uid code message:string")                                                          \
	X(foreign_attach, 3, "uid tid name:string")                                                          \
	X(foreign_detach, 1, "uid")                                                                          \
	X(join_begin, 3, "uid target_uid timeout_ns")                                                        \
	X(join_end, 3, "uid target_uid result")                                                              \
	X(lock_wait, 3, "uid lock owner_tid")                                                                \
	X(lock_acquired, 2, "uid lock")                                                                      \
	X(lock_timeout, 2, "uid lock")                                                                       \
	X(lock_release, 2, "uid lock")                                                                       \
	X(cond_wait, 3, "uid cond timeout_ns")                                                               \
	X(cond_wake, 3, "uid cond result")                                                                   \
	X(cond_notify, 3, "uid cond woken")                                                                  \
	X(sem_wait, 2, "uid sem")                                                                            \
	X(sem_acquired, 3, "uid sem result")                                                                 \
	X(sem_release, 4, "uid sem units woken")                                                             \
	X(event_wait, 3, "uid event timeout_ns")                                                             \
	X(event_wake, 3, "uid event result")                                                                 \
	X(event_set, 3, "uid event woken")                                                                   \
	X(event_clear, 2, "uid event")                                                                       \
	X(barrier_wait, 3, "uid barrier index")                                                              \
	X(barrier_trip, 3, "uid barrier round")                                                              \
	X(barrier_broken, 2, "uid barrier")                                                                  \
	X(queue_put_wait, 2, "uid queue")                                                                    \
	X(queue_put, 4, "uid queue size result")                                                             \
	X(queue_get_wait, 2, "uid queue")                                                                    \
	X(queue_get, 4, "uid queue size result")                                                             \
	X(queue_task_done, 3, "uid queue unfinished")                                                        \
	X(queue_join_begin, 3, "uid queue unfinished")                                                       \
	X(queue_join_end, 3, "uid queue result")                                                             \
	X(queue_shutdown, 3, "uid queue immediate")                                                          \
	X(timer_arm, 3, "uid timer interval_ns")                                                             \
	X(timer_fire, 2, "uid timer")                                                                        \
	X(timer_cancel, 2, "uid timer")                                                                      \
	X(shutdown_begin, 1, "uid")                                                                          \
	X(shutdown_phase, 2, "uid phase:thr_shutdown_phase")                                                 \
	X(shutdown_end, 2, "uid result")                                                                     \
	X(daemon_teardown, 1, "uid")                                                                         \
	X(fork_child, 2, "uid tid")                                                                          \
	X(barrier_wake, 3, "uid barrier result")                                                             \
	X(cancel_set, 3, "uid token woken")                                                                  \
	X(any_wait, 4, "uid list objects timeout_ns")                                                        \
	X(any_wake, 3, "uid list result")                                                                    \
	X(group_start, 4, "uid group child_uid number")                                                      \
	X(group_cancel, 2, "uid group")

#endif
