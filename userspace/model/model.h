/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The model: processes, threads, their states, waits, lineage and ends, built from checked records and from nothing
 * else. Knows no clock (time is the records' own), no screen, no /proc, no kernel map. The same records give the same
 * model, on any machine.
 *
 * Views and exporters get it const and walk the lists below; only apply_<subject>.c files write it.
 *
 * Invariants (model_check() proves them; every test calls it):
 *  - a thread is in one state at a time, and state_ns[] adds up to the time that it was observed (life);
 *  - a process's counts of ready and running threads equal those of its threads' states;
 *  - what was not seen is UNKNOWN or NULL, never a guess; what was lost is counted in model->lost.
 */
#ifndef THRACE_MODEL_MODEL_H
#define THRACE_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/events.h"

enum thread_state {
	STATE_UNKNOWN, /* there, but not yet seen doing anything */
	STATE_NEW, /* created, never ready */
	STATE_READY,
	STATE_RUNNING,
	STATE_BLOCKED,
	STATE_TERMINATED,
	STATE_COUNT,
};

enum wait_kind {
	WAIT_UNKNOWN,
	WAIT_JOIN, /* on: the thread */
	WAIT_MUTEX, /* on: the owner, where the word told */
	WAIT_FUTEX, /* a lock, condition, semaphore ... that cannot be told apart from outside */
	WAIT_PI_MUTEX,
	WAIT_SLEEP,
	WAIT_POLL, /* poll, select, epoll */
	WAIT_READ, WAIT_WRITE, WAIT_ACCEPT, WAIT_CONNECT, WAIT_RECV, WAIT_SEND,
	WAIT_PIPE, /* reading or writing a pipe */
	WAIT_FILE_LOCK,
	WAIT_CHILD, /* wait4, waitid; on: the child, where one was named */
	WAIT_SIGNAL, /* pause, sigsuspend, sigtimedwait */
	WAIT_DISK, /* uninterruptible, in I/O */
	WAIT_UNINTERRUPTIBLE, /* uninterruptible, not known to be a disk */
	WAIT_FAULT,
	WAIT_STOPPED, WAIT_TRACED,
	WAIT_VFORK, /* the parent of a vfork, until the child execs or ends; on: the child */
	WAIT_KERNEL, /* a thread of the kernel, idle */
	WAIT_SYSCALL, /* another system call */
	WAIT_IPC, /* System V and POSIX message queues and semaphores */
	WAIT_IO_URING,
	/* known from libthrace only */
	WAIT_LOCK, WAIT_RLOCK, WAIT_CONDITION, WAIT_SEMAPHORE, WAIT_EVENT, WAIT_BARRIER, WAIT_QUEUE_PUT, WAIT_QUEUE_GET,
	WAIT_QUEUE_JOIN, WAIT_TIMER, WAIT_SHUTDOWN,
	WAIT_RWLOCK, /* on: the writer that holds it; readers have no name */
	WAIT_KIND_COUNT,
};

enum evidence {
	EVIDENCE_UNKNOWN,
	EVIDENCE_KERNEL, /* seen in the kernel */
	EVIDENCE_MEMORY, /* read from the target's memory */
	EVIDENCE_LIBRARY, /* told by the library */
	EVIDENCE_HISTORY, /* who woke this address before */
	EVIDENCE_COUNT,
};

enum thread_end {
	END_ALIVE,
	END_RETURNED, /* by itself: exit(2), or exit_group(2) called by this very thread */
	END_SIGNAL, /* killed by signal_number */
	END_TORN_DOWN, /* with its process, not by itself */
	END_EXEC, /* replaced when another thread of its process called exec */
	END_UNSEEN, /* gone, but its end was lost */
	END_COUNT,
};

struct thread;
struct process;

/* What a thread waits for now, or did. */
struct wait {
	enum wait_kind kind;
	enum evidence evidence;
	enum wait_kind halt; /* WAIT_STOPPED or WAIT_TRACED: a signal or a tracer holds it, whatever else it waits for */
	const struct thread *on; /* NULL: nobody, or not known */
	bool any_thread; /* on is a process's leader, and any thread of that process can end the wait */
	bool timed; /* it ends by itself after a time */
	bool owner_ended; /* on_tid held it, and has ended */
	bool confirmed; /* a second look found it unchanged (RESOLVED_F_CONFIRMED) */
	uint32_t on_tid; /* whom, by number: also one that the model does not know; 0: nobody, or not known */
	uint32_t traits; /* enum lock_trait */
	uint32_t holders; /* that many hold it; 0: not known */
	uint64_t address; /* of what is waited for; 0: it has none */
	uint64_t since_ns; /* 0: before the observation, and not known */
	struct ev_wait raw; /* what the kernel side saw */
};

/* Waits of one thread added up by kind and by whom they were on. on == NULL: nobody, not known, or (when a thread waited
 * on more than MODEL_WAIT_TARGETS different ones) one of many. */
struct wait_total {
	enum wait_kind kind;
	enum evidence evidence;
	const struct thread *on;
	uint64_t count, total_ns, max_ns;
};

#define DELAY_BUCKETS 208 /* log-linear: 8 buckets to a doubling from 128 ns up; at most 12.5 % wide */

struct delays { /* times from ready to running */
	uint64_t count, total_ns, max_ns;
	uint32_t *buckets; /* DELAY_BUCKETS of them; NULL until the first */
};

/* One function call of a user stack, innermost first. Texts are raw; NULL: not known. */
struct stack_call {
	uint64_t address, offset; /* offset: into the function, or (without one) into the module's file */
	const char *function, *module, *file;
	uint32_t line; /* 0: not known */
	uint8_t flags; /* enum stack_frame_flag */
};

/* A place in a program where threads are created: its innermost call, and some of those around it. */
struct place {
	uint32_t number; /* the observation's own */
	size_t calls_count; /* 0: it was named and not told, or lost */
	struct stack_call calls[ABI_PLACE_FRAMES]; /* address 0: what is told is the place in the file */
};

/* What was read of a thread at one moment from outside. Each NULL or empty: not read. */
struct anatomy {
	struct ev_task_registers *registers;
	struct ev_task_own *own;
	struct ev_task_share *share;
	struct stack_call *calls;
	size_t calls_count;
	uint64_t calls_ns; /* when they were read, ... */
	enum thread_state calls_state; /* ... in which state the thread was then, ... */
	uint64_t calls_since_ns; /* ... and since when */
};

/*
 * What a record of the scheduler reads or writes comes first, by cache lines of 64 bytes: among thousands of threads each
 * line is a wait for memory. What is asked for rarely follows. private.h continues both.
 */
struct thread {
	/* now */
	_Alignas(64) enum thread_state state;
	int cpu; /* on which it runs or ran last; -1: not known */
	uint64_t state_since_ns;
	uint64_t last_ns; /* ended or last accounted */
	struct process *process;
	uint64_t serial; /* number in order of appearance, never reused */
	uint32_t tid;
	uint32_t waker_tid; /* who made it ready last; 0: an interrupt, or not known */
	uint32_t ns_tid; /* as it sees itself, in its own pid namespace; 0: not known */
	enum thread_end end;
	bool preempted; /* READY because the CPU was taken from it, not because it was woken */
	bool exiting; /* its exit was seen, its last switch not yet */
	bool gap; /* a switch of its was not seen (lost, or never told): its books are incomplete */
	bool joined; /* somebody's join on it came to its end */
	bool left_behind; /* its library told at its process's end that this daemon was still alive */
	bool born; /* its creation was seen; false: it was there before */
	bool kernel_thread;
	bool has_books; /* books_first and books_last are both there */

	/* totals since it was first seen */
	uint64_t state_ns[STATE_COUNT];
	uint64_t wakeups;
	const struct thread *waker; /* of waker_tid; NULL: not known */

	uint64_t voluntary, involuntary, migrations;
	struct delays delays;
	uint64_t clear_tid_address;

	struct wait wait; /* while BLOCKED */
	struct wait_total *waits;
	size_t waits_count;
	/* the wait that ended last */
	uint64_t last_wait_end_ns;
	uint64_t last_on_serial; /* 0: it was on nobody known */
	enum wait_kind last_wait; /* WAIT_UNKNOWN: none, or not known */

	/* identity */
	uint32_t former_tid; /* the tid it had before an exec exchanged its and its leader's; 0: none */
	char former_name[ABI_NAME_BYTES + 1]; /* likewise, raw bytes; "": none, or not known */
	uint64_t start_ns; /* the kernel's start time; 0: not known */
	uint64_t first_ns; /* first seen */
	char name[ABI_NAME_BYTES + 1]; /* the kernel's, raw bytes */
	const char *full_name; /* the library's, raw bytes; NULL: none told */
	uint64_t library_uid; /* 0: none */
	int daemon; /* 1, 0, -1: not known */

	/* lineage */
	uint32_t creator_tid; /* 0: not known */
	const struct thread *creator; /* NULL: not seen */
	uint64_t clone_flags; /* meaningful when born is true */
	const struct place *created_at; /* in its creator's program; NULL: not known */
	enum created_unknown created_unknown; /* why not */

	/* end */
	int signal_number; /* with END_SIGNAL */
	uint32_t exit_code; /* as wait(2) would give it */

	/* the kernel's own books: at first sight and at the end */
	struct ev_books books_first, books_last;
	struct ev_books counted; /* what the model counted between the two, to be compared with their difference */

	/* looks at /proc (looks.c) */
	uint64_t looked_ns; /* the last one; 0: events tell of it */
	uint64_t owed_running_ns, owed_ready_ns; /* signed: what the books told beyond what it was given */

	struct anatomy anatomy;

	struct thread *next; /* of its process, in order of appearance */
};

struct process {
	uint64_t serial;
	uint32_t pid;
	uint32_t ns_pid;
	uint32_t parent_pid; /* the creator's process; for one that was there before, its parent */
	const struct process *parent; /* NULL: not seen */
	char name[ABI_NAME_BYTES + 1]; /* of its leader */
	struct thread *threads, **threads_tail;
	size_t threads_count; /* in the list */
	uint64_t threads_seen; /* ever, those forgotten included */
	struct thread *leader;

	uint64_t first_ns, last_ns;
	bool ended;
	bool launched; /* it is the one that was started to be observed */
	bool code_known; /* somebody told exit_code; false: it is 0 */
	uint32_t exit_code; /* as wait(2) would give it */
	uint32_t execs;

	/* concurrency beside parallelism */
	uint32_t alive, ready, on_cpu;
	uint32_t alive_max, ready_max, on_cpu_max;
	/* integrals over time: divide by counted_ns for the mean */
	uint64_t alive_ns, ready_ns, on_cpu_ns, counted_ns, counted_since_ns;

	struct ev_process_memory *memory; /* NULL: not read */

	struct process *next; /* in order of appearance */
	void *private;
};

struct cpu {
	const struct thread *running; /* NULL: idle, not observed, or not known */
	uint64_t busy_ns; /* with observed threads */
};

/* A stretch of one thread's life in one state, told when it ends. It may be empty. The sum of them is
 * state_ns[], but for a thread that did something else before it was told when it had come to its CPU
 * (apply_sched_arrival()). Spans of other threads may have been told that end later. */
struct span {
	const struct thread *thread; /* cpu, preempted, waker: still as they were during the span */
	enum thread_state state;
	uint64_t begin_ns, end_ns;
	const struct wait *wait; /* with STATE_BLOCKED; else NULL */
};

struct model;

/* Who wants to hear of changes as they come. Pointers hold during the call only. Either may be NULL. */
struct model_watch {
	void (*span)(const struct model *model, const struct span *span, void *context);
	void (*ended)(const struct model *model, const struct thread *thread, void *context); /* its totals are final */
	void *context;
};

struct model {
	struct process *processes, **processes_tail;
	size_t processes_count, threads_count;
	struct cpu *cpus;
	size_t cpus_count;
	struct ev_share_link *links; /* between processes, in order of appearance */
	size_t links_count;
	size_t places_count; /* that were told of; 0: this observation tells none */

	struct ev_begin begin; /* source 0: none seen */
	uint64_t first_ns, now_ns; /* of the records */
	uint64_t accounted_ns; /* model_account() */
	uint64_t records, lost, unknown_kinds, late;
	uint64_t lost_of[REC_KIND_END]; /* `lost` by enum rec_kind; [0]: of a kind that is not known */
	uint64_t damaged; /* of `lost`, those that were recorded: damage to the recording has taken them */
	bool cut; /* the recording was cut off here: what would follow is not there */
	uint64_t forgotten_threads; /* ended ones that made room (limits.threads) */
	bool ended;
	const struct model_watch *watch; /* NULL: nobody; the caller's, set before the first record */
	void *private;
};

struct model_limits {
	size_t ended_threads; /* ended threads kept; 0: MODEL_ENDED_THREADS. The oldest are forgotten first */
	size_t threads; /* kept at all; 0: MODEL_THREADS. More are refused with -ENOMEM: a recording may be anybody's */
};

#define MODEL_ENDED_THREADS 65536
#define MODEL_THREADS 1048576 /* some 1 GB, when each is a process of its own */
#define MODEL_CACHED_THREADS 512 /* so many threads' memory stays in a processor's nearer caches */
#define MODEL_WAIT_TARGETS 1024
#define MODEL_CALLS 64 /* of one stack; deeper ones are cut */
#define MODEL_LINKS 65536
#define MODEL_PLACES 65536

/* NULL: out of memory. Everything that the model points to lives until model_free. */
struct model *model_new(const struct model_limits *limits);
void model_free(struct model *model);

struct record; /* decode/decode.h */
/* Takes one record, in time order. Returns 0, or -ENOMEM (the record was not taken whole; the model stays consistent). */
int model_apply(struct model *model, const struct record *record);
/* Who knows which records come next may say so: of each first whom it is about, then, nearer, what it will need of them.
 * Nothing changes but how soon their memory is at hand; a model that stays in the caches has no use for it. */
static inline bool model_wants_hints(const struct model *model)
{
	return model->threads_count >= MODEL_CACHED_THREADS;
}
void model_expect_threads(const struct model *model, const struct record *record);
void model_expect(const struct model *model, const struct record *record);
/* Brings every total up to a time, as a view or an ending observation needs it. */
void model_account(struct model *model, uint64_t now_ns);
/* Up to when views tell: the last record, or a later time that was accounted up to because no record came. */
static inline uint64_t model_time(const struct model *model)
{
	return model->accounted_ns > model->now_ns ? model->accounted_ns : model->now_ns;
}
/* Tells the watch of the spans that are still open, as if they ended with the last record. */
void model_tell_open(const struct model *model);

/* NULL: no live one. Ended ones are found by walking the lists. */
const struct thread *model_thread(const struct model *model, uint32_t tid);
const struct process *model_process(const struct model *model, uint32_t pid);
/* At once on a CPU, at most. Looks at /proc are no one moment: together they may find more Running than there are CPUs. */
uint32_t process_on_cpu_most(const struct model *model, const struct process *process);
/* At once Ready, at most. */
uint32_t process_ready_most(const struct process *process);

/* Was it there before the observation, which then is of a part of its life? */
bool thread_there_before(const struct model *model, const struct thread *thread);
/* From a process's start to its end, or to the end of the observation; 0: not known. */
uint64_t process_age_ns(const struct model *model, const struct process *process);

/* The very thread, ended or not; NULL: it is forgotten, or was never told of. start_ns: not 0. */
const struct thread *model_thread_started(const struct model *model, uint32_t tid, uint64_t start_ns);

/* The innermost call of the place where it was created; NULL: not known. */
const struct stack_call *created_call(const struct thread *thread);

/* Tells a thread's waits apart, as far as one that looks from outside can: ev_wait_resolved.wait_address. */
uint64_t wait_identity(const struct ev_wait *raw);
/* The kind that a wait has after a record of it said what (enum resolved_wait). */
enum wait_kind resolved_kind(const struct wait *wait, uint32_t what);
/* Who made a thread of the process ready last that waited in a futex on this address; NULL: nobody was seen to. */
const struct thread *history_last_waker(const struct model *model, const struct process *process, uint64_t address);

/* What the descriptor stands for that the thread waits on now: raw. NULL: not looked up; "": it was gone by then. */
const char *model_file_name(const struct thread *thread);

/* Is there a stack, and has the thread stood there ever since? Else it belongs to an earlier wait. */
bool anatomy_stack_holds(const struct thread *thread);

/* Does the record of an exit tell with which code? Else that is 0 and means nothing. */
bool exit_tells_code(const struct ev_sched_process_exit *ev);

/* NULL when every invariant holds, else a sentence (static storage) that names the broken one. */
const char *model_check(const struct model *model);

/* The smallest time that a share (0 to 1) of the delays does not exceed, to a bucket's width; 0 without any. */
uint64_t delays_quantile(const struct delays *delays, double share);

/* Tokens, as in JSON: "ready", "join", "kernel", "torn_down". */
const char *thread_state_token(enum thread_state state);
const char *wait_kind_token(enum wait_kind kind);
const char *evidence_token(enum evidence evidence);
const char *thread_end_token(enum thread_end end);
const char *created_unknown_token(enum created_unknown why);
const char *created_unknown_word(enum created_unknown why);
/* Words for people: "Ready", "torn down with its process". */
const char *thread_state_word(enum thread_state state);
const char *wait_kind_word(enum wait_kind kind);
const char *thread_end_word(enum thread_end end);

#define process_for_each(model, process)                                                           \
	for (const struct process *process = (model)->processes; process; process = process->next)
#define thread_for_each(process, thread)                                                           \
	for (const struct thread *thread = (process)->threads; thread; thread = thread->next)

#endif
