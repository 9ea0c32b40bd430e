/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The thread object and the process's threads, as the library's own files see them. */
#ifndef THR_THREAD_H
#define THR_THREAD_H

#include <errno.h>
#include <setjmp.h>
#include <thrace/thread.h>
#include "probe.h"
#include "registry.h"
#include "wait.h"

#define THR__THREAD_MAGIC 0x74687265U

/* Who waits in the system's join; afterwards nobody may touch the pthread_t. */
enum thr__os { THR__OS_NONE, THR__OS_JOINABLE, THR__OS_JOINING, THR__OS_GONE };

struct thr_thread {
	uint32_t magic;
	uint32_t refs;
	uint32_t state; /* thr_state; STOPPED is stored under the lot of this object */
	uint32_t os;    /* enum thr__os */
	uint32_t forks; /* the registry's count at its start: a child has no part in its parent's threads */
	uint32_t runs;  /* somebody is in its run: only one may be */
	uint64_t uid;
	struct thr_slot *slot;
	struct thr_thread *next, *prev; /* started and not yet stopped, in order of start; under thr__all.guard */
	pthread_t pthread;
	uint32_t tid;
	uint32_t joiner; /* the tid of who holds os at JOINING */
	char comm[16]; /* what the kernel is told at the start; it keeps 15 bytes; empty: nothing */
	bool daemon, foreign, is_main;
	bool ours;     /* the library started it, which a fork may have made main */
	bool named;    /* by the program: a mere number is not worth the kernel's while */
	bool linked;   /* in the list */
	bool leaving;  /* in one of leave.c's, through the same pointers */
	bool alive;    /* ... and enumerated */
	bool consumed; /* the target has run or runs */
	const struct thr_thread_ops *ops;
	void *(*target)(void *);
	void *arg;
	void (*arg_free)(void *);
	size_t stack_size;
	char *name; /* under thr__all.guard */
	void *result;
	thr_exit how;
	int code;
	char *message;
};

/* The threads between their start and their end: fork and shutdown must not miss one that is on its way out. */
struct thr__all {
	struct thr__guard guard;
	thr_thread *first, *last;
	thr_thread *main;
	size_t count; /* of those enumerated */
	uint32_t final;   /* no more starts */
	uint32_t counter; /* of Thread-N and Dummy-N */
	size_t stack_size;
};
extern struct thr__all thr__all;

extern __thread thr_thread *thr__self __attribute__((tls_model("initial-exec")));

/* The uid for a probe; 0 for a thread that the library does not know. */
static inline uint64_t thr__uid(void)
{
	return thr__self ? thr__self->uid : 0;
}

/* Whoever gets true is the one to join or detach the system's thread. */
static inline bool thr__os_claim(thr_thread *thread)
{
	if (thread->forks != thr_registry.forks || !cas(&thread->os, THR__OS_JOINABLE, THR__OS_JOINING))
		return false;
	store_relaxed(&thread->joiner, thr__tid());
	return true;
}

/* 0, -EFAULT or -ENXIO. */
int thr__thread_check(const thr_thread *thread);

int thr__thread_alloc(thr_thread **thread, const char *name, uint64_t creator_uid);
void thr__thread_drop_arg(thr_thread *thread);
void thr__thread_flags(thr_thread *thread); /* copies daemon, main, foreign to the slot */
char *thr__auto_name(const char *kind, const char *target_name);

int thr__alive_add(thr_thread *thread);    /* started, listed, enumerated; -EALREADY: it was started before */
void thr__alive_leave(thr_thread *thread);  /* no longer enumerated */
void thr__alive_unlink(thr_thread *thread); /* no longer listed either */
void thr__alive_unlink_locked(thr_thread *thread);
void thr__thread_attach(thr_thread *thread); /* the calling thread is this one */
void thr__thread_finish(thr_thread *thread); /* ... and ends */
void thr__thread_stop(thr_thread *thread);   /* stopped: its joiners wake; stays listed */
void thr__thread_record(thr_thread *thread, thr_exit how, int code, const char *message, void *result);

/* Done, and not yet joined by the system: leave.c. */
struct thr__leaver {
	uint64_t uid;
	pthread_t pthread;
	bool ours; /* to join; else another does that */
};
void thr__leave_begin_locked(thr_thread *thread); /* the calling thread, under thr__all.guard */
void thr__leave_end(thr_thread *thread);	  /* its object goes, the system's join being done */
void thr__leave_orphan(thr_thread *thread);	  /* claimed for the system's join; takes the object's memory over */
void thr__leave_sweep(void);			  /* lets go of orphans that are gone */
bool thr__leave_next(struct thr__leaver *leaver); /* one that the end of the process has to wait for; false: none */
void thr__leave_fork_child(void);

void thr__thread_key_up(void);
void thr__thread_key_set(void);
void thr__kernel_name(const char *name);

int thr__system_join_until(pthread_t pthread, thr__deadline deadline); /* 0, ETIMEDOUT ... */

/* As thr_thread_join_cancel(), told to the registry as why. */
int thr__thread_join(thr_thread *thread, thr_ns timeout, thr_cancel *cancel, const struct thr__waiting *why);
int thr__thread_may_join(const thr_thread *thread);

extern const struct thr__class thr__thread_class;

/* What a failure without a proper code is reported as, wherever 0 and above mean success. */
static inline int thr__failure_code(int code)
{
	return code < 0 ? code : -ECANCELED;
}

/* A failure or an exit unwinds to the nearest frame of its thread. */
struct thr__frame {
	jmp_buf where;
	struct thr__frame *outer;
	thr_exit how;
	int code;
	char *message; /* malloc'ed, or null */
	void *value;
};

/* Runs function(arg) in a frame. How it ended is in the frame; the caller owns frame->message. */
void thr__protect(struct thr__frame *frame, void (*function)(void *), void *arg);
void thr__excepthook_call(thr_thread *thread, int code, const char *message);

/* Runs ops->run, calls the hook for a failure, records the end. */
void thr__thread_body(thr_thread *thread);

bool thr__locals_any(void);
void thr__locals_end(void); /* the calling thread's thread-local values */
void thr__locals_lock(void);
void thr__locals_unlock(void);
void thr__locals_reset(void);
void thr__log_lock(void);
void thr__log_unlock(void);
void thr__log_reset(void);
void thr__fork_up(void);

/* A thread that keeps the process alive came or went. */
void thr__shutdown_nudge(void);
void thr__shutdown_up(void);
void thr__shutdown_register(void);
void thr__shutdown_main_gone(void);
void thr__shutdown_fork_child(void);

#endif
