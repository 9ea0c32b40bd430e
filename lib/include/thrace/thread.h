/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Thread: constructed, started once, joined as often as you like by as many as you like. Reference counted: the
 * constructor gives one to the caller, a running thread holds one itself, join does not consume the object.
 * So a thread nobody will join is simply unref'd after its start.
 *
 * The kernel knows a thread by the first 15 bytes of the name (or target_name) that the program gave it before its
 * start, or that it gives itself later. A mere Thread-N is not told to the kernel, which would take as long as all the
 * rest that the library adds to a start; inspectors find it in the registry.
 *
 * In a forked child the forking thread is main; the others are stopped, with THR_EXIT_FORKED, and can be joined. Neither
 * their arg_free nor their finalize is called there, since what they were working on may be in any state. A thread that
 * was not started yet may be started in the child. The program's locks are copied as they are.
 */
#ifndef THRACE_THREAD_H
#define THRACE_THREAD_H

#include <pthread.h>
#include <thrace/base.h>

THR_BEGIN_DECLS

typedef enum { THR_DAEMON_INHERIT, THR_DAEMON_NO, THR_DAEMON_YES } thr_daemon;

typedef enum { THR_INITIAL, THR_STARTED, THR_STOPPED } thr_state;

typedef enum {
	THR_EXIT_NONE,     /* has not ended */
	THR_EXIT_RETURNED, /* the target returned */
	THR_EXIT_EXITED,   /* thr_thread_exit(), or pthread_exit() */
	THR_EXIT_FAILED,   /* thr_thread_fail(), or an ops->run that returned an error */
	THR_EXIT_FORKED,   /* it did not survive the fork that made this process */
} thr_exit;

/*
 * What a subclass overrides in Python. A null member means the base function. Called with the thread; the
 * subclass finds its own data through thr_thread_arg().
 */
struct thr_thread_ops {
	const char *class_name;        /* for thr_thread_repr() */
	int (*start)(thr_thread *);    /* runs in the starter; calls thr_thread_base_start() */
	int (*run)(thr_thread *);      /* runs in the thread; an error is a failure */
	void (*finalize)(thr_thread *); /* runs when the last reference goes */
};

typedef struct {
	size_t size; /* sizeof(thr_thread_opts), so that the struct may grow; 0 means the same */
	void *(*target)(void *);
	void *arg;
	void (*arg_free)(void *); /* called once with arg after the target has run, or with the object */
	const char *name;         /* null or "": Thread-N, with " (target_name)" if that is given */
	const char *target_name;
	thr_daemon daemon; /* THR_DAEMON_INHERIT: as the constructing thread is now */
	size_t stack_size; /* bytes; 0: as thr_stack_size() */
	const struct thr_thread_ops *ops;
} thr_thread_opts;

/* -EINVAL: a stack size between 1 and 32767. -ENOMEM. On error *thread is null and arg is still the caller's. */
THR_API int thr_thread_new(thr_thread **thread, const thr_thread_opts *opts);
THR_API thr_thread *thr_thread_ref(thr_thread *thread);
THR_API void thr_thread_unref(thr_thread *thread); /* null is fine */

/* The commonest: construct with a target and start. */
THR_API int thr_thread_go(thr_thread **thread, void *(*target)(void *), void *arg);

/*
 * Starts it. On return it is alive and enumerated, with its ident and native id set. -EALREADY: once only, ever.
 * -ENOBUFS, -ENOMEM: the system refused; it may be started again. -ESHUTDOWN: the process is ending.
 */
THR_API int thr_thread_start(thr_thread *thread);
THR_API int thr_thread_base_start(thr_thread *thread);

/*
 * Runs it in the calling thread: no thread is made, ident stays unset. Consumes the target: a second run is
 * -EALREADY. A thr_thread_fail() in it comes back as its code, a thr_thread_exit() as 0.
 */
THR_API int thr_thread_run(thr_thread *thread);
THR_API int thr_thread_base_run(thr_thread *thread);

/*
 * Waits for its end. 0: it has ended. -ETIMEDOUT (negative timeouts other than THR_FOREVER poll), -EINTR, -ESRCH,
 * -EDEADLK, -ENOTSUP, -EOVERFLOW. The main thread may be joined by others: it ends when shutdown begins.
 */
THR_API int thr_thread_join(thr_thread *thread, thr_ns timeout);
THR_API int thr_thread_join_cancel(thr_thread *thread, thr_ns timeout, thr_cancel *cancel);

THR_API bool thr_thread_is_alive(const thr_thread *thread);
THR_API thr_state thr_thread_state(const thr_thread *thread);

/* How it ended and with what value. -EAGAIN: it has not. value and how may be null. */
THR_API int thr_thread_result(const thr_thread *thread, void **value, thr_exit *how);
/* The code and the sentence of a failure; -ENOENT: it did not fail. The text lives as long as the thread object. */
THR_API int thr_thread_failure(const thr_thread *thread, int *code, const char **message);

THR_API pthread_t thr_thread_ident(const thr_thread *thread);   /* 0 before start; kept after the end; reused */
THR_API uint32_t thr_thread_native_id(const thr_thread *thread); /* the kernel's id; 0 before start */
THR_API uint64_t thr_thread_uid(const thr_thread *thread);       /* the library's; never reused in a process */
THR_API void *thr_thread_arg(const thr_thread *thread);          /* null once dropped */

/* As snprintf: returns the full length. The name may be changed at any time by anyone, hence a copy. */
THR_API int thr_thread_name(const thr_thread *thread, char *text, size_t size);
THR_API int thr_thread_set_name(thr_thread *thread, const char *name);

THR_API bool thr_thread_daemon(const thr_thread *thread);
THR_API int thr_thread_set_daemon(thr_thread *thread, bool daemon); /* -EBUSY once started */

/* "<Thread(Thread-1, started daemon 140...)>"; as snprintf. */
THR_API int thr_thread_repr(const thr_thread *thread, char *text, size_t size);

/*
 * The calling thread; borrowed, valid while it runs. A thread that the library did not start gets an object named
 * Dummy-N, a daemon, which goes when that thread ends. Null only when memory is out.
 */
THR_API thr_thread *thr_current(void);
THR_API thr_thread *thr_main(void); /* borrowed */
THR_API size_t thr_active_count(void);

/* Fills threads with up to size references (unref each) and returns how many are alive, which may be more. */
THR_API size_t thr_enumerate(thr_thread **threads, size_t size);

/* For threads made from now on; 0: the system's own. Returns the old value, or -EINVAL below 32768. */
THR_API int64_t thr_stack_size(int64_t bytes);

/*
 * Ends the calling thread only, from any depth: exit() with a value, fail() with a code (negative errno by custom)
 * and a sentence for the hook. They unwind as longjmp() does: no cleanup of the frames between. In the main thread
 * they end the process, in order: with status (int)value, or 1. The process's status is otherwise unaffected.
 */
THR_API THR_NORETURN void thr_thread_exit(void *value);
THR_API THR_NORETURN void thr_thread_fail(int code, const char *format, ...) THR_PRINTF(2, 3);

/* What a hook is told. thread may be null: then the default hook prints the ident. */
typedef struct {
	int code;
	const char *message;
	thr_thread *thread;
} thr_excepthook_args;

/* A hook that returns other than 0, or fails, is itself reported on standard error. */
typedef int (*thr_excepthook)(const thr_excepthook_args *);

/* Replaces the hook (null: the original) and returns the one before. */
THR_API thr_excepthook thr_set_excepthook(thr_excepthook hook);
THR_API int thr_default_excepthook(const thr_excepthook_args *args); /* "Exception in thread NAME:" and the sentence */

THR_END_DECLS

#endif
