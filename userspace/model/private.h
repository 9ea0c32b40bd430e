/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the model's own files share. Nothing outside userspace/model/ and its tests includes this.
 *
 * Lifetimes. A thread is *live* while the tid table names it, *ended* while its process lists it after that, and
 * *forgotten* once it left the list to make room. Pointers from one thread to another (creator, waker, what a wait is
 * on) are counted; a forgotten thread gives up its own pointers at once and its memory when the last pointer to it
 * goes. One known by name only may be forgotten while it lives (context.c). Processes likewise. So no pointer dangles,
 * and chains of the forgotten cannot keep each other.
 */
#ifndef THRACE_MODEL_PRIVATE_H
#define THRACE_MODEL_PRIVATE_H

#include <sys/types.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"
#include "userspace/util/map.h"

/* Two levels, as tids are dense and small: no hashing, one page of entries for each 1,024 tids in use. */
#define TABLE_PAGE_BITS 10
#define TABLE_PAGE_ENTRIES (1u << TABLE_PAGE_BITS)
#define TABLE_PAGES (1u << (22 - TABLE_PAGE_BITS)) /* the kernel's PID_MAX_LIMIT is 1 << 22 */

struct tid_entry {
	struct thread *thread; /* the live one */
	struct process *process; /* the last one of that pid, ended or not, until it is forgotten */
};

struct tid_page {
	struct tid_entry entries[TABLE_PAGE_ENTRIES];
	/* The last one of that tid, ended or not, until it is forgotten. Apart: the scheduler's records ask for live ones. */
	struct thread *last[TABLE_PAGE_ENTRIES];
};

struct tid_table {
	struct tid_page *pages[TABLE_PAGES];
};

/* NULL: no such entry yet. */
static inline struct tid_entry *table_find(const struct tid_table *table, uint32_t tid)
{
	uint32_t page = tid >> TABLE_PAGE_BITS;

	if (page >= TABLE_PAGES || !table->pages[page])
		return NULL;
	return &table->pages[page]->entries[tid & (TABLE_PAGE_ENTRIES - 1)];
}
/* NULL: no such entry yet. */
struct thread **table_last(const struct tid_table *table, uint32_t tid);
/* Makes it if needed. NULL: out of memory, or no tid is so large. */
struct tid_entry *table_make(struct tid_table *table, uint32_t tid);
void table_free(struct tid_table *table);

/* Between a library's word that a wait begins and the one that it ended. */
struct library_wait {
	enum wait_kind kind; /* WAIT_UNKNOWN: none */
	bool timed;
	uint64_t object; /* address; join: the uid */
	uint32_t owner; /* lock: the owner's tid when the wait began, as the process sees it; 0: not told */
};

/* The rarely used first: so the last cache lines, which the scheduler's records use, adjoin struct thread's first. */
struct thread_own {
	struct thread **list_link; /* the pointer that points at it in its process's list, or in that of context */
	struct thread *all_next, **all_link;
	struct thread *ended_next;
	uint64_t proved_ns, proved_ready_ns; /* it had been Ready, as far as was known, since the latter */
	struct ev_books counted_first; /* what the model had counted when books_first was read */
	const struct thread *vfork_child;

	/* once it goes to sleep */
	_Alignas(64) struct map wait_index; /* wait_key() to 1 + slot, once there are many */
	struct library_wait library; /* what it waits for, as its library told; kind 0: nothing */
	struct thread *pending_next, *pending_prev; /* of the same pending_key */

	_Alignas(64) uint32_t refs;
	bool listed; /* in its process's list and counts; false: context, known by name only */
	bool forgotten;
	bool seen; /* its present state was told by an event, not by a snapshot or nothing */
	bool woken; /* a waking came while it was still Running */
	bool proved; /* Running since proved_ns, as a record proved; how it came to its CPU was not seen */
	bool books_begun;
	uint8_t exit_flags; /* enum sched_process_exit_flag; meaningful while exiting */
	uint32_t woken_by_tid;
	const struct thread *woken_by;
	uint32_t kernel_voluntary; /* the kernel's count at the last record that told it, low 32 bits */
	int32_t wait_slot; /* where its present wait is added up; -1: nowhere */
	uint64_t wait_span_ns; /* what of it has been added */
	uint64_t wait_max_before; /* the slot's max_ns without it */
	uint64_t pending_key; /* edge that a later thread may complete (edges.c); 0: none */
};

/* A thread in memory. */
struct thread_whole {
	struct thread_own own;
	struct thread thread;
};

struct process_own {
	uint32_t refs; /* threads and child processes that point at it */
	bool listed; /* among the model's processes: one of its threads is or was observed */
	bool forgotten;
	bool last_seen; /* the exit of its last thread was seen: it cannot come back */
	bool code_told; /* a thread told the code of the whole process's end: no other counts */
	bool restarted; /* launched: its observed life began at its exec */
	struct process **list_link;
	struct process *all_next, **all_link;
	struct map edges; /* edges.c */
	struct map history; /* history.c */
	struct map files; /* files.c */
};

struct model_own {
	struct tid_table table;
	struct process *nowhere; /* of threads whose process is not known yet: pid 0, in no list */
	size_t ended_limit, ended_count;
	size_t threads_limit, threads_count; /* in memory, for whatever reason */
	struct thread *ended_first, **ended_tail;
	struct thread *ended_passed; /* with all before it, it had ended before anything was lost that is still to be told */
	struct thread *context_first, **context_tail; /* context.c: the one told longest ago first */
	size_t context_count;
	struct thread *all_threads;
	struct process *all_processes;
	struct map places; /* struct place by number; they stay */
	uint64_t thread_serial, process_serial;
};

static inline struct model_own *model_own(const struct model *model)
{
	return model->private;
}

static inline struct thread_own *thread_own(const struct thread *thread)
{
	return &((struct thread_whole *)((char *)thread - offsetof(struct thread_whole, thread)))->own;
}

static inline struct process_own *process_own(const struct process *process)
{
	return process->private;
}

/* --- threads.c: being ---------------------------------------------------------------------------------------- */

static inline struct thread *thread_live(const struct model *model, uint32_t tid)
{
	const struct tid_entry *entry = table_find(&model_own(model)->table, tid);

	return entry ? entry->thread : NULL;
}
/* The observed thread of that tid, made if it was not there. pid 0: not known. NULL: out of memory. */
struct thread *thread_observe(struct model *model, uint32_t tid, uint32_t pid);
/* A new live thread in place of whatever had its tid. */
struct thread *thread_new(struct model *model, uint32_t tid, struct process *process, bool listed);
/* Into the process that it turned out to belong to. */
void thread_place(struct model *model, struct thread *thread, struct process *process);
/* The live thread of that tid if it is, as far as is known, one of that process. */
struct thread *thread_known(const struct model *model, uint32_t tid, uint32_t pid);
/* Makes *slot point at a thread (or at none), counted. */
void thread_point(struct model *model, const struct thread **slot, const struct thread *to);
void thread_rename(struct thread *thread, const char *name, size_t size);
/* It called exec as another thread than the leader: it has the leader's place and tid from now on, and the leader, which
 * has exited but may still run, its own. Returns 0 or -ENOMEM. */
int thread_exchange_leader(struct model *model, struct thread *thread);
/* The same, when that was seen so late that the leader must be gone. */
int thread_adopt_leader(struct model *model, struct thread *thread);
/* Forgets the oldest ended threads beyond the limit. Nothing may hold a thread across it. */
void threads_trim(struct model *model);
void thread_forget(struct model *model, struct thread *thread);
void thread_free(struct model *model, struct thread *thread);

/* --- ends.c -------------------------------------------------------------------------------------------------- */

void thread_end(struct model *model, struct thread *thread, enum thread_end end);
/* Its last switch was seen: ends as its exit record told. */
void thread_die(struct model *model, struct thread *thread);
/* It is gone, but its last switch was not seen. */
void thread_gone(struct model *model, struct thread *thread);

/* --- processes.c --------------------------------------------------------------------------------------------- */

/* The live process of that pid, made if it was not there. NULL: out of memory. */
struct process *process_get(struct model *model, uint32_t pid);
/* A new one; ends what was left of another by that pid. */
struct process *process_new(struct model *model, uint32_t pid);
/* Among the model's processes from now on. */
void process_list(struct model *model, struct process *process);
void process_point(struct model *model, const struct process **slot, const struct process *to);
void process_unref(struct model *model, struct process *process);
void process_thread_ended(struct model *model, struct process *process, bool last);
void process_forget(struct model *model, struct process *process);
void process_free(struct model *model, struct process *process);

/* --- account.c: time and states ------------------------------------------------------------------------------ */

void thread_account(struct model *model, struct thread *thread, uint64_t now_ns);
/* Tells the watch of the span that ends now: before anything that it speaks of changes. */
void span_tell(const struct model *model, const struct thread *thread);
void process_account(struct process *process, uint64_t now_ns);
void thread_set_state(struct model *model, struct thread *thread, enum thread_state state);
/* Running on a CPU, which nobody else is then. */
void thread_set_running(struct model *model, struct thread *thread, int cpu);
/* Its state is not known any longer: what should have told it was lost. */
void thread_lose_track(struct model *model, struct thread *thread);
/* A record that the thread itself caused: it is Running there, whatever was seen before. */
int thread_prove_running(struct model *model, struct thread *thread, unsigned int cpu);
/* Adds or takes away its state in its process's counts. */
void process_count(struct process *process, const struct thread *thread, int step);
/* NULL: out of memory. */
struct cpu *cpu_at(struct model *model, unsigned int cpu);
int look_account(struct model *model, struct thread *thread, const struct ev_task_sample *ev);
void books_begin(struct thread *thread, const struct ev_books *books);
void books_end(struct thread *thread, const struct ev_books *books);
/* Its observed life begins here. */
void thread_restart(struct model *model, struct thread *thread);

/* --- waits.c: waits added up --------------------------------------------------------------------------------- */

/* Blocked on that from now on. Returns 0 or -ENOMEM (then the wait is in no total). */
int wait_begin(struct model *model, struct thread *thread, const struct wait *wait);
/* One that nobody saw: only its length is known. */
int wait_unseen(struct model *model, struct thread *thread, uint64_t span_ns);
void wait_account(struct thread *thread, uint64_t span_ns);
/* The present wait turned out to be another one. */
int wait_correct(struct model *model, struct thread *thread, const struct wait *wait);
/* The present wait never was: its time counts as Ready. */
void wait_undo(struct model *model, struct thread *thread);
void wait_end(struct model *model, struct thread *thread);
void waits_clear(struct model *model, struct thread *thread);
/* Soon it will wait, for a lock of that owner perhaps (NULL: nobody is known); its present wait will end soon. */
void waits_expect(const struct thread *thread, const struct thread *owner);
void waits_expect_end(const struct thread *thread);

/* --- context.c: threads known by name only --------------------------------------------------------------------- */

int apply_context(struct model *model, const struct ev_task_snapshot *ev);
/* Out of the list of context: it is observed from now on, or forgotten. */
void context_remove(struct model *model, struct thread *thread);

/* --- apply_wait.c: what a wait is ---------------------------------------------------------------------------- */

/* raw may be NULL. state: enum task_state. The pointer in the result is not counted. */
struct wait wait_classify(const struct model *model, const struct thread *thread, const struct ev_wait *raw,
			  uint32_t state, uint64_t since_ns);

/* --- apply_library.c: what the library says of a wait that the kernel sees as a futex ----------------------- */

void library_classify(struct wait *wait, const struct model *model, const struct thread *thread);

/* --- edges.c: how waits find threads ------------------------------------------------------------------------- */

/* Its process can find it by the address that is cleared at its end and by the tid that it sees itself. */
int edges_add(struct model *model, struct thread *thread);
void edges_remove(struct thread *thread);
const struct thread *edges_by_address(const struct thread *waiter, uint64_t address);
/* ns_tid: as the threads of the waiter's process see it. */
const struct thread *edges_by_tid(const struct model *model, const struct thread *waiter, uint32_t ns_tid);
/* A wait that was there before: its thread may become known only now. */
int edges_expect(struct thread *thread);
void edges_unexpect(struct thread *thread);

/* --- history.c ----------------------------------------------------------------------------------------------- */

/* woken still has the wait that waker ended. */
void history_note(const struct thread *woken, const struct thread *waker);

/* --- files.c ------------------------------------------------------------------------------------------------- */

void files_free(struct process *process);

/* --- apply_anatomy.c ----------------------------------------------------------------------------------------- */

void anatomy_clear(struct anatomy *anatomy);
/* A text of a record, kept; an empty one is not known. Returns 0 or -ENOMEM. */
int call_keep(const char **slot, const char *text, size_t size);
void call_clear(struct stack_call *call);

/* --- apply_created.c ----------------------------------------------------------------------------------------- */

void created_free(struct model *model);

/* --- delays.c ------------------------------------------------------------------------------------------------ */

int delays_add(struct delays *delays, uint64_t delay_ns);
/* About such a delay will be added soon. */
void delays_expect(const struct delays *delays, uint64_t delay_ns);

/* --- apply_<subject>.c: one function for each kind of record. They return 0 or -ENOMEM. ---------------------- */

#define X(number, token, text) int apply_##token(struct model *model, const struct record *record);
THRACE_RECORDS(X)
#undef X

#endif
